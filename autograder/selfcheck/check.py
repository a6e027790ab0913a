"""The visible check: run your function on a few cases and show which outputs are right."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import overview
from .absent import stale_note
from .calls import called_functions, names_in
from .cases import Exercise, exercise_names, read_exercise
from .display import display_both, show
from .language import Text, here, told
from .oneline import CheckFailed, CheckInterrupted
from .run import Outcome, run_case
from .slow import slow_notes, untried_notes
from .snippet import Reason, where_raised
from .summary import Report, make_report

CASES = "checks.h5"


def check(name: str = "", namespace: Mapping[str, Any] | None = None) -> None:
    """Check the exercise `name` and show the result; without a name, all exercises of the notebook at a glance.

    namespace: where your functions are; the running notebook by default.
    Raises CheckFailed when something is wrong, CheckInterrupted when it is interrupted, NoSuchCheck when there is none
    of that name, CasesMissing when checks.h5 is missing.
    """
    namespace = vars(sys.modules["__main__"]) if namespace is None else namespace
    try:
        said = _check_one(name, namespace) if name else _check_all(namespace)
    except KeyboardInterrupt as interrupt:
        _, where = where_raised(interrupt, namespace)
        raise CheckInterrupted(told("{where}the check was interrupted.", where=where)) from None
    if said:
        raise CheckFailed(here().tell(said)) from None


def _check_one(name: str, namespace: Mapping[str, Any]) -> str:
    """Show how right an exercise is; returns what is wrong first, "" where nothing is."""
    cases = cases_file()
    report = examine(read_exercise(cases, name), namespace, cases)
    show(report)
    return "" if report.right else report.summary


def _check_all(namespace: Mapping[str, Any]) -> str:
    """Show how right all exercises of the notebook are, in a line each; returns the headline where one is not."""
    cases = cases_file()
    exercises = [read_exercise(cases, name) for name in sorted(exercise_names(cases))]
    own = overview.of_this_notebook(exercises, namespace)
    reports = [examine(exercise, namespace, cases) for exercise in own]
    display_both(overview.as_text(reports, here()), overview.as_html(reports, here()))
    return "" if overview.all_right(reports) else overview.headline(reports)


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
    outcomes = _outcomes(exercise, namespace)
    notes = [*_saved_notes(exercise, namespace), *_stale_notes(exercise, namespace)]
    notes += untried_notes(len(exercise.cases) - len(outcomes))
    notes += slow_notes([outcome.seconds for outcome in outcomes if not _is_late(outcome)], exercise.seconds)
    if any(outcome.findings and not outcome.right for outcome in outcomes):
        notes += _callee_notes(exercise, namespace, cases)
    return make_report(exercise, outcomes, tuple(notes))


def _outcomes(exercise: Exercise, namespace: Mapping[str, Any]) -> list[Outcome]:
    """The outcomes of the cases up to the first one that takes too long: the next ones would, too."""
    outcomes: list[Outcome] = []
    for case in exercise.cases:
        outcomes.append(run_case(exercise, case, namespace))
        if _is_late(outcomes[-1]):
            break
    return outcomes


def _is_late(outcome: Outcome) -> bool:
    return outcome.stop is not None and outcome.stop.reason is Reason.TOO_SLOW


def _saved_notes(exercise: Exercise, namespace: Mapping[str, Any]) -> list[str]:
    """Say so when a function came from the saved notebook, which may not be what the student sees."""
    called = {name: namespace.get(name) for name in called_functions(exercise.call)}
    saved = {name: getattr(function, overview.SAVED, None) for name, function in called.items()}
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
