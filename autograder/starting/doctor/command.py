"""The command `doctor`: every check, a line for each and one more with what to do, and an exit code."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from autograder.errors import UserError
from autograder.terminal import one_line, say

from ..new.staging import ASIDE
from . import course as of_course
from . import gradebook, machine, trial
from .check import Check, Course, Result, State, declared_in, examine

CHECKS = declared_in((machine, of_course, gradebook, trial))
FINE, ATTENTION, INTERRUPTED = 0, 1, 130  # exit codes; 2, nothing could be looked at, is UserError's
SLOW = 1.0  # seconds that are worth telling
WIDTH = max(len(each.name) for each in CHECKS)


def doctor(root: Path, quick: bool = False) -> int:
    """Look at a course folder and this machine; returns the exit code. Raises UserError where there is no folder.

    quick: without the trial students.
    """
    if not root.is_dir():
        raise UserError(f"there is no folder {root}: name your course folder")
    if not any(path for path in root.iterdir() if path.name != ASIDE):
        raise UserError(f"{root} is empty: make a course in it with `python -m autograder new {root}`")
    chosen = [each for each in CHECKS if not (quick and each is trial.trial)]
    counts: Counter[State] = Counter()
    try:
        for result in examine(Course(root.resolve()), chosen, _begin):
            _end()
            say("\n".join(lines(result)))
            counts[result.found.state] += 1
    except KeyboardInterrupt:
        _end()
        say("Stopped.")
        return INTERRUPTED
    say(summary(counts))
    return ATTENTION if counts[State.FAIL] else FINE


def lines(result: Result) -> Iterable[str]:
    """A result as text: the state in a word, the check, what was found; and what to do."""
    check, found = result.check, result.found
    took = f" ({result.seconds:.0f} s)" if result.seconds >= SLOW else ""
    yield f"{found.state.value:<4}  {check.name:<{WIDTH}}  {one_line(found.said)}{took}"
    if found.state is not State.OK:
        yield f"{'':<4}  {'':<{WIDTH}}  -> {one_line(found.remedy)}"


def summary(counts: Counter[State]) -> str:
    """The last line."""
    failed, warned = counts[State.FAIL], counts[State.WARN]
    told = f"{counts.total()} checks: {counts[State.OK]} ok, {warned} to think about, {failed} failed."
    return f"{told} Ready for a semester." if not failed else f"{told} Do what the arrows say, and run this again."


def _begin(check: Check) -> None:
    """On a terminal, say what is being looked at; the line is written over."""
    if sys.stdout.isatty():
        print(f"...   {check.name}", end="\r", flush=True)


def _end() -> None:
    if sys.stdout.isatty():
        print(f"{'':<{WIDTH + 6}}", end="\r", flush=True)
