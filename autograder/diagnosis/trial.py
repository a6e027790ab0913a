"""What a diagnosis looks at: the cases of an exercise with what came back, and when two answers are the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from cs231n.compare import TINY
from cs231n.snippet import Stop

from ..run import Outcome
from ..sandbox.session import Reply
from ..spec import Arrays, Case, Exercise

MISMATCHES = {  # what NumPy says where two matrices cannot be multiplied: the left one's inner size and the right one's
    r"shapes \(.*\) and \(.*\) not aligned: (\d+) \(dim \d\) != (\d+) \(dim \d\)": (1, 2),
    r"mismatch in its core dimension .*\(size (\d+) is different from (\d+)\)": (2, 1),
}
ABSOLUTE = 1e-12  # the difference of two numbers next to zero that are the same


@dataclass(frozen=True)
class Trial:
    """One case: the exact outputs, the submission's reply, and which of the reply's outputs are wrong.

    draw: makes the inputs, which takes longer than many a diagnosis that does not need them.
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
    """The largest difference of two arrays of one shape, relative to the largest expected entry."""
    largest = max(TINY, float(np.abs(expected).max(initial=0.0)))
    return float(np.abs(value - np.asarray(expected, np.float64)).max(initial=0.0)) / largest


def same(outcome: Outcome, reply: Reply, output: str, limit: float, coarse: float | None) -> bool:
    """Whether the reply holds what a mistake gave: the same exception with its message, or the same numbers."""
    if outcome.stop or reply.fate != "done":
        return reply.fate == "raised" and outcome.stop is not None and message(outcome.stop) == message(reply)
    if output not in reply.outputs:
        return outcome.outputs[output] is None
    return same_numbers(outcome.outputs[output], reply.outputs[output], limit, coarse)


def same_numbers(mine: Any, theirs: np.ndarray, limit: float, coarse: float | None) -> bool:
    """Whether two arrays have one shape and hold the same numbers, as far as an output's limit can tell."""
    mine = np.asarray(mine)
    if mine.shape != theirs.shape or mine.dtype.kind not in "biuf":
        return False
    if coarse is not None and np.isfinite(mine).all():
        return coarse_error(theirs, mine) <= coarse
    if mine.size and _differ(float(mine.flat[0]), float(theirs.flat[0]), limit):
        return False  # as most are; the whole comparison takes ten times as long
    return np.allclose(mine, theirs, rtol=limit, atol=ABSOLUTE, equal_nan=True)


def _differ(mine: float, theirs: float, limit: float) -> bool:
    return abs(mine - theirs) > ABSOLUTE + limit * abs(theirs)


def message(stop: Stop | Reply) -> tuple[str, str]:
    """What stopped a call, wherever in the code it happened, and whether it multiplies with np.dot or with @."""
    said = stop.sentence.removeprefix(stop.place)
    for words, inner in MISMATCHES.items():
        if found := re.search(words, said):
            return stop.kind, "inner sizes {} and {}".format(*(found[number] for number in inner))
    return stop.kind, said


def limits(exercise: Exercise, trial: Trial, output: str) -> tuple[float, float | None]:
    """How closely two answers must agree: relative to each entry, and to the largest where the case says so."""
    return exercise.limits[output], trial.case.limit
