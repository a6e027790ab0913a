"""What known mistakes are recognised by in the visible cases: a few numbers for each wrong value, and no code.

Which of them the check at home may name, and how much it says, is the assignment's choice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.errors import AssignmentError
from autograder.judging.diagnosis import DETAILS, Advice
from autograder.judging.trusted import TrustedRun, run_here
from autograder.selfcheck.cases import KNOWN
from autograder.selfcheck.compare import compare
from autograder.selfcheck.known import NO_VALUE, alike, mark
from autograder.spec import Arrays, Exercise, Mistake

NOTHING = "none"  # the level at which no mistake is named at home


@dataclass(frozen=True)
class Visible:
    """A case that students see, with its exact outputs. ordinary: whether all its sizes are as large as usual."""

    name: str
    title: str
    inputs: Arrays
    expected: Mapping[str, Any]
    ordinary: bool


@dataclass(frozen=True)
class _Marked:
    """A mistake with its marks by case and output, which outputs it gets wrong in which case, and its advice."""

    advice: str
    marks: np.ndarray
    wrong: np.ndarray
    telling: np.ndarray


def known_mistakes(
    exercise: Exercise, cases: Sequence[Visible], reference: Mapping[str, Any], level: str
) -> dict[str, Any]:
    """The datasets and attributes of an exercise's known mistakes, by path; none where no values tell any."""
    if level not in (NOTHING, *DETAILS):
        raise AssignmentError(f"advice_at_home is {level!r}, and should be one of {', '.join((NOTHING, *DETAILS))}")
    if level == NOTHING:
        return {}
    marked = [_marked(exercise, mistake, cases, reference, level) for mistake in exercise.mistakes]
    kept = _told_apart(exercise, [each for each in marked if each.telling.any()])
    if not kept:
        return {}
    return {
        f"{KNOWN}@advice": [str(each.advice) for each in kept],
        f"{KNOWN}/wrong": np.array([each.wrong.any(axis=0) for each in kept]),
        f"{KNOWN}/marks": np.array([each.marks for each in kept]),
        f"{KNOWN}/telling": np.array([each.telling for each in kept]),
    }


def _marked(
    exercise: Exercise, mistake: Mistake, cases: Sequence[Visible], reference: Mapping[str, Any], level: str
) -> _Marked:
    planted = mistake.plant(dict(reference), exercise.function)
    runs = [run_here(exercise, case.inputs, planted) for case in cases]
    wrong = np.array([_wrong(exercise, case, run) for case, run in zip(cases, runs, strict=True)])
    marks = np.array([_marks(exercise, run) for run in runs]) * wrong.any(axis=0).reshape(-1, 1)
    telling = [
        case.ordinary and run.stop is None and bad.any() for case, run, bad in zip(cases, runs, wrong, strict=True)
    ]
    return _Marked(Advice(mistake.name, mistake.advice).said(level), marks, wrong, np.array(telling))


def _wrong(exercise: Exercise, case: Visible, run: TrustedRun) -> list[bool]:
    if run.stop:
        return [False] * len(exercise.outputs)
    return [
        not compare(output, run.outputs[output], case.expected[output], exercise.limits[output]).right
        for output in exercise.outputs
    ]


def _marks(exercise: Exercise, run: TrustedRun) -> list[np.ndarray]:
    stopped = np.array([NO_VALUE, 0.0, 0.0, 0.0])
    return [stopped if run.stop else mark(run.outputs[output]) for output in exercise.outputs]


def _told_apart(exercise: Exercise, marked: Sequence[_Marked]) -> list[_Marked]:
    """Those whose values no other mistake with another advice gives: a name that may be wrong is none."""
    return [
        one for one in marked if not any(one.advice != other.advice and _same(exercise, one, other) for other in marked)
    ]


def _same(exercise: Exercise, one: _Marked, other: _Marked) -> bool:
    limits = [exercise.limits[output] for output in exercise.outputs]
    pairs = zip(one.marks, other.marks, strict=True)
    return all(alike(a, b, limit) for mine, theirs in pairs for a, b, limit in zip(mine, theirs, limits, strict=True))
