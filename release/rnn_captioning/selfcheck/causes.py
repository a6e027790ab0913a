"""Common causes of a wrong array, found by measurement: each is named only if it reproduces the values."""

from __future__ import annotations

from itertools import combinations

import numpy as np

SUMMED = 1e-4  # relative difference of two sums that are the same, in single precision too
UNSTEADY = (
    "It is not the same when the same call is made twice: look for random numbers, the time, what np.empty made and"
    " nothing filled, and what is kept from one call to the next."
)


def shape_cause(array: np.ndarray, expected: np.ndarray) -> str:
    """Why the shape may be wrong, in a few words; "" where nothing known fits."""
    got, want = array.shape, expected.shape
    if array.ndim == 0 and not _is_sum(array, expected):
        return "it is one number"
    if got == want[::-1]:
        return "it looks transposed"
    if array.ndim > expected.ndim and _without_ones(got) == _without_ones(want):
        return "an axis of length 1 was kept (keepdims, or a reshape too many)"
    if array.ndim < expected.ndim and _without_ones(got) == _without_ones(want):
        return "an axis of length 1 was dropped (np.squeeze, or an index where a slice was needed)"
    if array.ndim == 0:
        return "it was summed to a single number; sum over one axis only"
    if _sums_to(got, want):
        return "an axis that should be summed over is still there"
    if array.ndim == expected.ndim and sorted(got) == sorted(want):
        return "the axes are in another order"
    return ""


def value_cause(array: np.ndarray, expected: np.ndarray, limit: float) -> str:
    """What kind of mistake gives exactly these wrong values, as a sentence; "" where nothing known fits."""
    array, expected = array.astype(np.float64), expected.astype(np.float64)
    for cause in (_zeros, _sign, _factor, _transposed, _time_steps, _shifted, _some_entries):
        if sentence := cause(array, expected, limit):
            return sentence
    return ""


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(n for n in shape if n != 1)


def _sums_to(got: tuple[int, ...], want: tuple[int, ...]) -> bool:
    return any(kept == want for kept in combinations(got, len(want))) if len(got) > len(want) else False


def _is_sum(number: np.ndarray, expected: np.ndarray) -> bool:
    """Whether it is the sum of the exact values, which no number that stands there for nothing is."""
    total = float(expected.astype(np.float64).sum())
    return total != 0 and abs(float(number) - total) <= SUMMED * abs(total)


def _close(array: np.ndarray, expected: np.ndarray, limit: float) -> bool:
    scale = np.maximum(1e-8, np.abs(array) + np.abs(expected))
    return bool(np.all(np.abs(array - expected) <= limit * scale))


def _zeros(array: np.ndarray, expected: np.ndarray, limit: float) -> str:
    return "" if array.any() or array.size < 2 else "It is all zeros: it was made but never filled."


def _sign(array: np.ndarray, expected: np.ndarray, limit: float) -> str:
    return "It has the wrong sign." if _close(-array, expected, limit) else ""


def _factor(array: np.ndarray, expected: np.ndarray, limit: float) -> str:
    norm = float(np.vdot(expected, expected))
    if array.size < 3 or norm == 0.0:
        return ""
    factor = float(np.vdot(expected, array)) / norm
    if factor == 0.0 or not _close(array / factor, expected, limit):
        return ""
    size = f"{factor:.6g} times" if abs(factor) >= 1 else f"1/{1 / factor:.6g} of"
    return f"It is {size} the exact value everywhere: a constant factor is too much or missing."


def _transposed(array: np.ndarray, expected: np.ndarray, limit: float) -> str:
    square = array.ndim == 2 and array.shape[0] == array.shape[1] > 1
    return "It is the transpose of the exact value." if square and _close(array.T, expected, limit) else ""


def _time_steps(array: np.ndarray, expected: np.ndarray, limit: float) -> str:
    """For arrays over time, (N, T, ...): which time steps are wrong, when they form one run."""
    if array.ndim != 3 or array.shape[1] < 2:
        return ""
    right = [_close(array[:, t], expected[:, t], limit) for t in range(array.shape[1])]
    first, last = right.index(False), len(right) - 1 - right[::-1].index(False)
    if first == last:
        return f"Only time step {first} is wrong."
    if all(right[:first]) and first > 0 and not any(right[first:]):
        carried = "look at what each step hands on to the next"
        return f"It is right up to time step {first - 1} and wrong from step {first} on: {carried}."
    if last < len(right) - 1 and not any(right[: last + 1]):
        carried = "look at what each step hands back to the one before"
        return f"It is right at the end and wrong from time step {last} back to 0: {carried}."
    return ""


def _shifted(array: np.ndarray, expected: np.ndarray, limit: float) -> str:
    """For whole numbers in rows, such as the ids of words: everything is right, one place beside its own."""
    whole = all(np.array_equal(numbers, np.round(numbers)) for numbers in (array, expected))
    if array.ndim != 2 or array.shape[1] < 3 or not whole:
        return ""
    if _close(array[:, 1:], expected[:, :-1], limit):
        return "Everything comes one place too late: the first column holds what does not belong there."
    if _close(array[:, :-1], expected[:, 1:], limit):
        return "Everything comes one place too early: the first column is missing."
    return ""


def _some_entries(array: np.ndarray, expected: np.ndarray, limit: float) -> str:
    scale = np.maximum(1e-8, np.abs(array) + np.abs(expected))
    wrong = int(np.count_nonzero(np.abs(array - expected) > limit * scale))
    return f"{wrong} of {array.size} entries are wrong." if wrong < array.size else ""
