"""The visible check: run your function on a few cases and show which outputs are right."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .absent import stale_note
from .calls import called_functions, names_in
from .cases import Exercise, exercise_names, read_exercise
from .display import show
from .language import Text, here
from .run import run_case
from .summary import Report, make_report

CASES = "checks.h5"
SAVED = "reads_notebook"  # an attribute of functions that a course's library reads from a saved notebook: its name


class CheckFailed(AssertionError):  # noqa: N818  (the name is what students read)
    """Something is wrong; the message is the headline and the first sentence of the report."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: one line, since the report above says the rest."""
        return [f"CheckFailed: {self}"]


def check(name: str, namespace: Mapping[str, Any] | None = None) -> None:
    """Check the exercise `name` and show the result.

    namespace: where your functions are; the running notebook by default.
    Raises CheckFailed when something is wrong, ValueError when there is no check of that name,
    FileNotFoundError when checks.h5 is missing.
    """
    namespace = vars(sys.modules["__main__"]) if namespace is None else namespace
    cases = cases_file()
    report = examine(read_exercise(cases, name), namespace, cases)
    show(report)
    if not report.right:
        raise CheckFailed(here().tell(report.summary)) from None


def cases_file() -> Path:
    """The visible cases: beside this module in a release; for who runs a source notebook, those of its release."""
    here, release = Path(__file__).resolve().parent, Path.cwd().parents[1:2]
    built = [folder / "release" / Path.cwd().name / "selfcheck" for folder in release]
    found = [folder / CASES for folder in (here, *built)]
    return next((path for path in found if path.is_file()), found[0])


def examine(exercise: Exercise, namespace: Mapping[str, Any], cases: Path) -> Report:
    """Run all cases of an exercise on the functions of a namespace, without showing anything.

    cases: the file with the cases of the other exercises, whose functions this one may call.
    """
    outcomes = [run_case(exercise, case, namespace) for case in exercise.cases]
    notes = [*_saved_notes(exercise, namespace), *_stale_notes(exercise, namespace)]
    if any(outcome.findings and not outcome.right for outcome in outcomes):
        notes += _callee_notes(exercise, namespace, cases)
    return make_report(exercise, outcomes, tuple(notes))


def _saved_notes(exercise: Exercise, namespace: Mapping[str, Any]) -> list[str]:
    """Say so when a function came from the saved notebook, which may not be what the student sees."""
    called = {name: namespace.get(name) for name in called_functions(exercise.call)}
    saved = {name: getattr(function, SAVED, None) for name, function in called.items()}
    said = "{name} was read from {notebook} as it is saved."
    return [Text(said, name=name, notebook=notebook) for name, notebook in saved.items() if notebook]


def _stale_notes(exercise: Exercise, namespace: Mapping[str, Any]) -> list[str]:
    """Say so when the cell of a function was changed and could not run, so that an earlier version was checked."""
    notes = (stale_note(name, namespace) for name in called_functions(exercise.call))
    return [note for note in notes if note]


def _callee_notes(exercise: Exercise, namespace: Mapping[str, Any], cases: Path) -> list[str]:
    """Point to functions this one builds on that do not pass their own check: the mistake may be there."""
    called = set(called_functions(exercise.call))
    for name in tuple(called):
        called |= names_in(namespace.get(name))
    notes: list[str] = []
    for callee in sorted(called & exercise_names(cases) - {exercise.name}):
        other = read_exercise(cases, callee)
        if not all(run_case(other, case, namespace).right for case in other.cases):
            said = "{callee} does not pass its own check yet, and this one builds on it: start there."
            notes.append(Text(said, callee=callee))
    return notes
