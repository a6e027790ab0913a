"""Common causes of a wrong array, found by measurement: each is named only if it reproduces the values."""

from __future__ import annotations

from enum import StrEnum
from itertools import combinations
from typing import NamedTuple

import numpy as np

from .language import Text, counted

SUMMED = 1e-4  # relative difference of two sums that are the same, in single precision too
UNSTEADY = Text(
    "It is not the same when the same call is made twice: look for random numbers, the time, what np.empty made and"
    " nothing filled, and what is kept from one call to the next."
)
DIFFERENT = Text("The values differ from the exact ones.")
MOST_AXES = 4
NEAR = 5e-6  # a factor that differs less from 1 would be written as 1
TINY = 1e-8  # the course's floor under |x| + |y|


class Kind(StrEnum):
    """What is wrong with a value, whatever the numbers in the sentence that says it."""

    UNSTEADY = "unsteady"
    NOTHING = "nothing"
    TYPE = "type"
    NOT_FINITE = "not finite"
    SHAPE = "shape"
    TRANSPOSED_SHAPE = "transposed shape"
    AXIS_KEPT = "axis kept"
    AXIS_DROPPED = "axis dropped"
    SUMMED = "summed"
    ONE_NUMBER = "one number"
    UNSUMMED = "unsummed"
    OTHER_ORDER = "other order"
    TRUNCATED = "truncated"
    WHOLE = "whole numbers"
    ZEROS = "zeros"
    SIGN = "sign"
    FACTOR = "factor"
    TRANSPOSED = "transposed"
    FROM_STEP = "from step"
    UP_TO_STEP = "up to step"
    ONE_STEP = "one step"
    LATE = "late"
    EARLY = "early"
    ENTRIES = "entries"
    VALUES = "values"


OF_VALUES = tuple(Kind)[tuple(Kind).index(Kind.TRUNCATED) :]  # the kinds that are told of values of the right shape


class Cause(NamedTuple):
    """What is wrong with one value, and the sentence that says so, with this value's numbers."""

    kind: str
    sentence: str


def shape_causes(array: np.ndarray, expected: np.ndarray, limit: float) -> list[Cause]:
    """Why the shape may be wrong, in a few words, the most telling first; the last always holds, and says nothing."""
    got, want = array.shape, expected.shape
    single = array.ndim == 0
    kept = Text("an axis of length 1 was kept (keepdims, or a reshape too many)")
    dropped = Text("an axis of length 1 was dropped (np.squeeze, or an index where a slice was needed)")
    summed = Text("it was summed to a single number; sum over one axis only")
    unsummed = Text("an axis that should be summed over is still there")
    other_order = Text("the axes are in another order")
    fits = {
        Cause(Kind.TRANSPOSED_SHAPE, Text("it looks transposed")): got == want[::-1],
        Cause(Kind.AXIS_KEPT, kept): len(got) > len(want) and _without_ones(got) == _without_ones(want),
        Cause(Kind.SUMMED, summed): single and expected.size > 1 and _is_sum(array, expected),
        Cause(Kind.AXIS_DROPPED, dropped): len(got) < len(want) and _without_ones(got) == _without_ones(want),
        Cause(Kind.ONE_NUMBER, Text("it is a single number")): single,
        Cause(Kind.UNSUMMED, unsummed): _sums_to(array, expected, limit),
        Cause(Kind.OTHER_ORDER, other_order): len(got) == len(want) and sorted(got) == sorted(want),
        Cause(Kind.SHAPE, ""): True,
    }
    return [cause for cause, holds in fits.items() if holds]


def value_causes(array: np.ndarray, expected: np.ndarray, limit: float) -> list[Cause]:
    """What kinds of mistakes give exactly these wrong values, the most telling first; the last one always holds."""
    whole = _whole_numbers(array, expected)
    array, expected = array.astype(np.float64), expected.astype(np.float64)
    causes = (_zeros, _sign, _factor, _transposed, _time_steps, _shifted, _some_entries)
    with np.errstate(all="ignore"):
        found = [whole, *(cause(array, expected, limit) for cause in causes)]
    return [cause for cause in found if cause] + [Cause(Kind.VALUES, DIFFERENT)]


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(n for n in shape if n != 1)


def _sums_to(array: np.ndarray, expected: np.ndarray, limit: float) -> bool:
    """Whether sums over some axes of the array are what is expected; of many axes nobody forgets the sum."""
    if not expected.ndim < array.ndim <= MOST_AXES:
        return False
    for axes in combinations(range(array.ndim), array.ndim - expected.ndim):
        kept = tuple(length for axis, length in enumerate(array.shape) if axis not in axes)
        with np.errstate(all="ignore"):
            if kept == expected.shape and _close(array.sum(axis=axes), expected, limit):
                return True
    return False


def _is_sum(number: np.ndarray, expected: np.ndarray) -> bool:
    """Whether it is the sum of the exact values, which no number that stands there for nothing is."""
    total = float(expected.astype(np.float64).sum())
    return total != 0 and abs(float(number) - total) <= SUMMED * abs(total)


def _close(array: np.ndarray, expected: np.ndarray, limit: float) -> bool:
    return not _far(array, expected, limit).any()


def _far(array: np.ndarray, expected: np.ndarray, limit: float) -> np.ndarray:
    with np.errstate(all="ignore"):
        scale = np.maximum(TINY, np.abs(array) + np.abs(expected))
        return np.asarray(~(np.abs(array - expected) <= limit * scale))


def _whole_numbers(array: np.ndarray, expected: np.ndarray) -> Cause | None:
    """An array of integers where fractions are expected: what is stored in it loses them without a word."""
    if array.dtype.kind not in "iu" or not array.ndim or np.array_equal(expected, np.round(expected)):
        return None
    if array.size > 1 and np.array_equal(array, np.trunc(expected)):
        cut = "It is the exact value cut to whole numbers, of type {dtype}: make the array one of floats."
        return Cause(Kind.TRUNCATED, Text(cut, dtype=array.dtype))
    whole = "It is an array of whole numbers ({dtype}), and the exact values have fractions: use floats."
    return Cause(Kind.WHOLE, Text(whole, dtype=array.dtype))


def _zeros(array: np.ndarray, expected: np.ndarray, limit: float) -> Cause | None:
    if array.any() or array.size < 2:
        return None
    return Cause(Kind.ZEROS, Text("It is all zeros: look whether it is ever filled."))


def _sign(array: np.ndarray, expected: np.ndarray, limit: float) -> Cause | None:
    return Cause(Kind.SIGN, Text("It has the wrong sign.")) if _close(-array, expected, limit) else None


def _factor(array: np.ndarray, expected: np.ndarray, limit: float) -> Cause | None:
    norm = float(np.vdot(expected, expected))
    if np.count_nonzero(expected) < 3 or norm == 0.0:  # of one or two numbers it proves nothing
        return None
    factor = float(np.vdot(expected, array)) / norm
    if factor in (0.0, -1.0) or not np.isfinite(factor) or not _close(array / factor, expected, limit):
        return None
    if abs(factor - 1) < NEAR:
        return Cause(Kind.FACTOR, _by_a_little(factor))
    if abs(factor) < 1:
        less = "It is 1/{inverse:.6g} of the exact value everywhere: a factor is too much or missing."
        return Cause(Kind.FACTOR, Text(less, inverse=1 / factor))
    more = "It is {factor:.6g} times the exact value everywhere: a factor is too much or missing."
    return Cause(Kind.FACTOR, Text(more, factor=factor))


def _by_a_little(factor: float) -> str:
    """What a factor near 1 does to a value."""
    large = (
        "It is too large by the same small share of itself, {share:.1e}, everywhere: look for a small number that is"
        " added or left out."
    )
    small = (
        "It is too small by the same small share of itself, {share:.1e}, everywhere: look for a small number that is"
        " added or left out."
    )
    return Text(large if factor > 1 else small, share=abs(factor - 1))


def _transposed(array: np.ndarray, expected: np.ndarray, limit: float) -> Cause | None:
    square = array.ndim == 2 and array.shape[0] == array.shape[1] > 1
    said = Text("It is the transpose of the exact value.")
    return Cause(Kind.TRANSPOSED, said) if square and _close(array.T, expected, limit) else None


def _time_steps(array: np.ndarray, expected: np.ndarray, limit: float) -> Cause | None:
    """For arrays over time, (N, T, ...): which time steps are wrong, when they form one run."""
    if array.ndim != 3 or array.shape[1] < 2:
        return None
    steps = array.shape[1]
    wrong = [t for t in range(steps) if not _close(array[:, t], expected[:, t], limit)]
    if len(wrong) == 1:
        if wrong[0] == steps - 1:
            return Cause(Kind.ONE_STEP, Text("Only time step {step}, the last one, is wrong.", step=wrong[0]))
        return Cause(Kind.ONE_STEP, Text("Only time step {step} is wrong.", step=wrong[0]))
    if len(wrong) == steps or wrong != list(range(wrong[0], wrong[-1] + 1)):
        return None
    if any(np.abs(expected[:, t]).max(initial=0.0) <= TINY for t in range(steps) if t not in wrong):
        return None  # where all is zero nothing is proven right
    if wrong[-1] == steps - 1:
        if wrong[0] == 1:
            only = Text("Only time step 0 is right: look at what each step hands on to the next.")
            return Cause(Kind.FROM_STEP, only)
        said = (
            "It is right up to time step {last} and wrong from step {first} on: look at what each step hands on to the"
            " next."
        )
        return Cause(Kind.FROM_STEP, Text(said, last=wrong[0] - 1, first=wrong[0]))
    if wrong[0] == 0:
        said = (
            "It is right at the end and wrong from time step {step} back to 0: look at what each step hands back to the"
            " one before."
        )
        return Cause(Kind.UP_TO_STEP, Text(said, step=wrong[-1]))
    return None


def _shifted(array: np.ndarray, expected: np.ndarray, limit: float) -> Cause | None:
    """For whole numbers in rows, such as the ids of words: everything is right, one place beside its own."""
    whole = all(np.array_equal(numbers, np.round(numbers)) for numbers in (array, expected))
    if array.ndim != 2 or array.shape[1] < 3 or not whole or (expected == expected[:1]).all():
        return None  # one row proves nothing
    if _close(array[:, 1:], expected[:, :-1], limit):
        said = Text("Everything comes one place too late: the first column holds what does not belong there.")
        return Cause(Kind.LATE, said)
    if _close(array[:, :-1], expected[:, 1:], limit):
        return Cause(Kind.EARLY, Text("Everything comes one place too early: the first column is missing."))
    return None


def _some_entries(array: np.ndarray, expected: np.ndarray, limit: float) -> Cause | None:
    wrong = int(np.count_nonzero(_far(array, expected, limit)))
    if wrong == array.size:
        return None
    said = counted("1 entry of {size} is wrong.", "{count} of {size} entries are wrong.", wrong, size=array.size)
    return Cause(Kind.ENTRIES, said)
