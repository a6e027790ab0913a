"""What a submission's milliseconds are spent on: `python -m bench.profile` grades a class and prints a table.

The engine grades as in a batch, one submission after another and without nbgrader. What is not the grader's own time of
the processor is time that it waits for the student's process; beside other work on the machine it waits longer.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from typing import Any
from unittest.mock import patch

import nbformat
from nbformat import NotebookNode

from autograder.engine import Engine
from autograder.sandbox.runner import Runner
from autograder.sandbox.session import Session
from autograder.sandbox.warm import Zygote

from .measure import PINNED, TAIL, BenchError
from .notebook import ASSIGNMENT, NOTEBOOK
from .students import enrol

SUBMISSIONS, SEED = 20, 1
REST = "the rest"
HEAD = ["", "ms a submission", "the grader's CPU", "times"]
KINDS: dict[str, list[tuple[type, str]]] = {  # by what a reader knows it as: the functions that it begins in
    "session start": [(Zygote, "session")],
    "cells": [(Runner, "run_cell"), (Runner, "keep")],
    "calls": [(Runner, "run_calls")],  # one for each case
    "judging": [(Engine, "_judge_all")],
    "further calls": [(Runner, "again"), (Runner, "versions"), (Runner, "differ")],
    "session end": [(Session, "close")],
}


@dataclass
class Spent:
    """What one kind of work took of all submissions: seconds, the grader's CPU seconds among them, how often."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    times: int = 0


class Clock:
    """Books all time on the kind of work that was begun last and has not ended."""

    def __init__(self) -> None:
        self.spent = {kind: Spent() for kind in (*KINDS, REST)}
        self._kinds = [REST]
        self._last = self._now()

    @contextmanager
    def during(self, kind: str) -> Iterator[None]:
        """Book the block on a kind."""
        self.book()
        self._kinds.append(kind)
        self.spent[kind].times += 1
        try:
            yield
        finally:
            self.book()
            self._kinds.pop()

    def book(self) -> None:
        """Book what has passed since the last time."""
        now, spent = self._now(), self.spent[self._kinds[-1]]
        spent.seconds += now[0] - self._last[0]
        spent.cpu_seconds += now[1] - self._last[1]
        self._last = now

    def timed(self, kind: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, booked on a kind."""

        def call(*arguments: Any, **named: Any) -> Any:
            with self.during(kind):
                return function(*arguments, **named)

        return call

    @staticmethod
    def _now() -> tuple[float, float]:
        return time.perf_counter(), time.process_time()


def measure(submissions: int, seed: int = SEED, demos: bool = False) -> dict[str, Spent]:
    """Grade a class, its first submission twice to warm up; returns the seconds by kind without that.

    demos: run also the cells that grading spares, as the floor does.
    """
    released = nbformat.read(ASSIGNMENT.release / f"{NOTEBOOK}.ipynb", as_version=4)
    notebooks = [student.notebook(released) for student in enrol(ASSIGNMENT, submissions, seed)]
    with Engine(ASSIGNMENT, run_demos=demos) as engine, ExitStack() as patches:
        _grade(engine, notebooks[0])
        clock = Clock()
        for kind, places in KINDS.items():
            for owner, name in places:
                patches.enter_context(patch.object(owner, name, _method(clock, kind, getattr(owner, name))))
        for notebook in notebooks:
            _grade(engine, notebook)
        clock.book()
    return clock.spent


def in_a_process(submissions: int, seed: int) -> dict[str, Spent]:
    """What `measure` gives, in a process that has done nothing before, with one BLAS thread as in the sandbox."""
    command = [sys.executable, "-m", "bench.profile", "--json", f"--submissions={submissions}", f"--seed={seed}"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **PINNED})
    if done.returncode:
        raise BenchError(f"the profile failed: {done.stderr[-TAIL:]}")
    return {kind: Spent(**fields) for kind, fields in json.loads(done.stdout).items()}


def _method(clock: Clock, kind: str, function: Callable[..., Any]) -> Callable[..., Any]:
    timed = clock.timed(kind, function)

    def method(self: Any, *arguments: Any, **named: Any) -> Any:
        return timed(self, *arguments, **named)

    return method


def _grade(engine: Engine, notebook: NotebookNode) -> None:
    engine.grade(nbformat.from_dict(notebook), NOTEBOOK, ASSIGNMENT.release)


def rows(spent: dict[str, Spent], submissions: int) -> list[list[str]]:
    """A row for each kind: milliseconds of a submission, the grader's own among them, how often; and their sum."""
    everything = Spent(*(sum(getattr(each, name) for each in spent.values()) for name in ("seconds", "cpu_seconds")))
    found = [_row(kind, each, submissions) for kind, each in spent.items()]
    return [*found, _row("in all", everything, submissions)]


def _row(kind: str, spent: Spent, submissions: int) -> list[str]:
    each = 1000 / submissions
    often = f"{spent.times / submissions:.1f}" if spent.times else ""
    return [kind, f"{spent.seconds * each:.1f}", f"{spent.cpu_seconds * each:.1f}", often]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print, as text or as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.profile", description=__doc__)
    parser.add_argument("--submissions", type=int, default=SUBMISSIONS, metavar="N", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=SEED, metavar="N", help="of the class, default: %(default)s")
    parser.add_argument("--demos", action="store_true", help="run also the cells that grading spares")
    parser.add_argument("--json", action="store_true", help="seconds of all submissions, for other programs")
    options = parser.parse_args(arguments)
    spent = measure(options.submissions, options.seed, options.demos)
    if options.json:
        print(json.dumps({kind: asdict(each) for kind, each in spent.items()}))
        return
    for row in [HEAD, *rows(spent, options.submissions)]:
        print(f"{row[0]:15}" + "".join(f"{value:>18}" for value in row[1:]))


if __name__ == "__main__":
    main()
