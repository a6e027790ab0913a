"""What a diagnosis looks at: each case with what came back, and when two results count as the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from autograder.sandbox.messages import Fate, Reply
from autograder.selfcheck.compare import TINY
from autograder.selfcheck.snippet import Stop
from autograder.spec import Arrays, Case, Exercise

from ..trusted import TrustedRun

MISMATCHES = {  # NumPy's messages on shapes that do not fit, and the groups of the two inner sizes, the left one first
    r"shapes \(.*\) and \(.*\) not aligned: (\d+) \(dim \d\) != (\d+) \(dim \d\)": (1, 2),
    r"mismatch in its core dimension .*\(size (\d+) is different from (\d+)\)": (2, 1),
}
ABSOLUTE = 1e-12  # the largest difference of two numbers near zero that count as the same


@dataclass(frozen=True)
class Trial:
    """One case: the exact outputs, the submission's reply, and which of the reply's outputs are wrong.

    draw: makes the inputs when they are needed; it takes longer than a diagnosis that does without them.
    """

    case: Case
    draw: Callable[[], Arrays]
    expected: Mapping[str, Any]
    reply: Reply
    wrong: frozenset[str]

    @cached_property
    def inputs(self) -> Arrays:
        """The case's inputs."""
        return self.draw()


def coarse_error(value: np.ndarray, expected: np.ndarray) -> float:
    """The largest difference between two arrays of one shape, relative to the largest expected entry."""
    largest = max(TINY, float(np.abs(expected).max(initial=0.0)))
    return float(np.abs(value - np.asarray(expected, np.float64)).max(initial=0.0)) / largest


def same(outcome: TrustedRun, reply: Reply, output: str, limit: float, coarse: float | None) -> bool:
    """Whether the reply is what a mistake gave: the same exception with the same message, or the same numbers."""
    if outcome.stop or reply.fate is not Fate.DONE:
        return reply.fate is Fate.RAISED and outcome.stop is not None and message(outcome.stop) == message(reply)
    if output not in reply.outputs:
        return outcome.outputs[output] is None
    return same_numbers(outcome.outputs[output], reply.outputs[output], limit, coarse)


def same_numbers(mine: Any, theirs: np.ndarray, limit: float, coarse: float | None) -> bool:
    """Whether two arrays have the same shape and the same numbers within an output's limits."""
    mine = np.asarray(mine)
    if mine.shape != theirs.shape or mine.dtype.kind not in "biuf":
        return False
    if coarse is not None and np.isfinite(mine).all():
        return coarse_error(theirs, mine) <= coarse
    if mine.size and _differ(float(mine.flat[0]), float(theirs.flat[0]), limit):
        return False  # as for most candidates; the whole comparison takes ten times as long
    return np.allclose(mine, theirs, rtol=limit, atol=ABSOLUTE, equal_nan=True)


def _differ(mine: float, theirs: float, limit: float) -> bool:
    return abs(mine - theirs) > ABSOLUTE + limit * abs(theirs)


def message(stop: Stop | Reply) -> tuple[object, str, str]:
    """What stopped a call, to be compared: the same wherever in the code it happened, and for np.dot as for @."""
    said = stop.sentence.removeprefix(stop.place)
    for words, inner in MISMATCHES.items():
        if found := re.search(words, said):
            return stop.reason, stop.exception, "inner sizes {} and {}".format(*(found[number] for number in inner))
    return stop.reason, stop.exception, said


def limits(exercise: Exercise, trial: Trial, output: str) -> tuple[float, float | None]:
    """How closely two values must agree: relative to each entry, and to the largest where the case has a limit."""
    return exercise.limits[output], trial.case.limit
