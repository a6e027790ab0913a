"""The visible check: run your function on a few cases and show which outputs are right."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .check_cases import Exercise, exercise_names, read_exercise
from .check_display import show
from .check_report import Report, make_report
from .check_run import run_case
from .rnn_layers import is_read_from_disk
from .snippet import called_functions

CHECKS = Path(__file__).resolve().parent.parent / "checks.h5"


class CheckFailed(AssertionError):  # noqa: N818  (the name is what students read)
    """Something is wrong; the message is the headline and the first sentence of the report."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: one line, since the report above says the rest."""
        return [f"CheckFailed: {self}"]


def check(name: str, namespace: Mapping[str, Any] | None = None) -> None:
    """Check the exercise `name`, e.g. check("rnn_step_forward"), and show the result.

    namespace: where your functions are; the running notebook by default.
    Raises CheckFailed when something is wrong, ValueError when there is no check of that name,
    FileNotFoundError when checks.h5 is missing.
    """
    namespace = vars(sys.modules["__main__"]) if namespace is None else namespace
    report = examine(read_exercise(CHECKS, name), namespace)
    show(report)
    if not report.right:
        raise CheckFailed(report.summary) from None


def examine(exercise: Exercise, namespace: Mapping[str, Any]) -> Report:
    """Run all cases of an exercise on the functions of a namespace, without showing anything."""
    outcomes = [run_case(exercise, case, namespace) for case in exercise.cases]
    notes = [*_saved_notes(exercise, namespace)]
    if any(outcome.findings and not outcome.right for outcome in outcomes):
        notes += _callee_notes(exercise, namespace)
    return make_report(exercise, outcomes, tuple(notes))


def _saved_notes(exercise: Exercise, namespace: Mapping[str, Any]) -> list[str]:
    """Say so when a function came from the saved notebook, which may not be what the student sees."""
    called = {name: namespace.get(name) for name in called_functions(exercise.call)}
    saved = {name: function.reads_notebook for name, function in called.items() if is_read_from_disk(function)}
    return [f"{name} was read from {notebook} as it is saved." for name, notebook in saved.items()]


def _callee_notes(exercise: Exercise, namespace: Mapping[str, Any]) -> list[str]:
    """Point to functions this one builds on that do not pass their own check: the mistake may be there."""
    called = set(called_functions(exercise.call))
    for name in tuple(called):
        called.update(getattr(getattr(namespace.get(name), "__code__", None), "co_names", ()))
    notes = []
    for callee in sorted(called & exercise_names(CHECKS) - {exercise.name}):
        other = read_exercise(CHECKS, callee)
        if not all(run_case(other, case, namespace).right for case in other.cases):
            notes.append(f"{callee} does not pass its own check yet, and this one builds on it: start there.")
    return notes
