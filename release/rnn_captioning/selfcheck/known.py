"""Recognise known mistakes by the values that they give in the visible cases.

The file of cases holds a few numbers for each of their wrong values, and no code: enough to know a value again, as a
checksum that forgives rounding.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .cases import Exercise, Known
from .compare import as_numbers
from .run import Outcome

NO_VALUE, NONE, OTHER = -1.0, -2.0, -3.0  # in the place of a shape: stopped, None, and what is no array
LEAST = 1e-9  # the closest that two sums of the same numbers in another order must agree
LARGEST = 1e100
NAN, INFINITE = 0.577, 1.618  # what stands in for what is not finite


@dataclass(frozen=True)
class Named:
    """A mistake that gives the values of these outputs in every case that gave values."""

    advice: str
    outputs: tuple[str, ...]


def mark(value: Any) -> np.ndarray:
    """What a value is known by: its shape, the sum of its sizes, and two weighted sums of its entries."""
    if value is None:
        return np.array([NONE, 0.0, 0.0, 0.0])
    array, _ = as_numbers("", value)
    if array is None:
        return np.array([OTHER, 0.0, 0.0, 0.0])
    entries = np.nan_to_num(array.astype(np.float64).ravel(), nan=NAN, posinf=INFINITE, neginf=-INFINITE)
    entries = entries.clip(-LARGEST, LARGEST)
    size, places = float(np.abs(entries).sum()), np.arange(entries.size)
    shape = float(zlib.crc32(repr(array.shape).encode()))
    if size <= LEAST * entries.size:  # nothing but rounding
        return np.array([shape, 0.0, 0.0, 0.0])
    return np.array([shape, size, np.cos(1 + places) @ entries / size, np.cos(2 + 1.7 * places) @ entries / size])


def alike(one: np.ndarray, other: np.ndarray, limit: float) -> bool:
    """Whether two values have the same marks."""
    near = max(limit, LEAST)
    close = abs(one[1] - other[1]) <= near * max(one[1], other[1]) and (np.abs(one[2:] - other[2:]) <= near).all()
    return bool(one[0] == other[0] and close)


def recognise(exercise: Exercise, outcomes: Iterable[Outcome]) -> list[Named]:
    """The mistakes that give the submission's values, those that explain most first, each output explained once.

    All the outputs that a mistake gets wrong must be its own, in every case that gave values, and one of these cases
    must be an ordinary one in which they are wrong.
    """
    ran = {number: outcome for number, outcome in enumerate(outcomes) if outcome.stop is None}
    fitting = (known for known in exercise.known if _fits(exercise, known, ran))
    named, explained = [], set[str]()
    for known in sorted(fitting, key=lambda known: -len(known.outputs)):
        if not explained & set(known.outputs):
            named.append(Named(known.advice, known.outputs))
            explained |= set(known.outputs)
    return named


def _fits(exercise: Exercise, known: Known, ran: dict[int, Outcome]) -> bool:
    if not any(known.telling[number] for number in ran):
        return False
    places = [(place, output) for place, output in enumerate(exercise.limits) if output in known.outputs]
    return all(
        alike(mark(outcome.values[output]), known.marks[number, place], exercise.limits[output])
        for number, outcome in ran.items()
        for place, output in places
    )
