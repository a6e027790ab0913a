"""Hold a computed value against the exact one: is it there, numeric, of the right shape, finite, and right?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .causes import shape_cause, value_cause

NUMERIC_KINDS = "biuf"  # booleans, integers, floats; complex numbers and objects are no answers
PLAIN = (np.number, np.bool_, bool, int, float, complex, list, tuple)  # what else can be read as an array
TINY = 1e-8  # the course's floor under |x| + |y|


@dataclass(frozen=True)
class Finding:
    """What one comparison found. `error` is None where it could not be measured; `sentence` is "" when right."""

    right: bool
    error: float | None = None
    sentence: str = ""


def error_map(value: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Elementwise relative error |x - y| / max(1e-8, |x| + |y|) of two arrays of the same shape."""
    x, y = np.asarray(value, np.float64), np.asarray(expected, np.float64)
    return np.asarray(np.abs(x - y) / np.maximum(TINY, np.abs(x) + np.abs(y)))


def as_numbers(name: str, value: Any) -> tuple[np.ndarray | None, str]:
    """Read `value` as a plain numeric array; returns (array, "") or (None, the sentence that says why not)."""
    if value is None:
        return None, f"{name} is None: it was never computed, or the function does not return it."
    if type(value) is not np.ndarray and not isinstance(value, PLAIN):  # a subclass may mean other things
        return None, f"{name} is of type {type(value).__name__}; a plain NumPy array of real numbers is expected."
    try:
        array = np.asarray(value)
    except Exception as failure:  # a ragged list, or an object in it whose __array__ fails
        return None, f"{name} cannot be read as an array ({type(failure).__name__})."
    if array.dtype.kind not in NUMERIC_KINDS:
        return None, f"{name} is a {type(value).__name__} of {array.dtype} values; real numbers are expected."
    return array, ""


def compare(name: str, value: Any, expected: np.ndarray, limit: float) -> Finding:
    """Compare one output with its exact value.

    name: the output's name, used in the sentence. value: whatever the student's function gave.
    expected: the exact array. limit: the largest relative error that is right.
    """
    expected = np.asarray(expected)
    array, sentence = as_numbers(name, value)
    if array is None:
        return Finding(False, None, sentence)
    if array.shape != expected.shape:
        return Finding(False, None, _wrong_shape(name, array, expected))
    if not np.isfinite(array).all():
        return Finding(False, None, _not_finite(name, array))
    error = float(error_map(array, expected).max(initial=0.0))
    if error <= limit:
        return Finding(True, error)
    cause = value_cause(array, expected, limit) or "The values differ from the exact ones."
    return Finding(False, error, f"{name}: {cause}")


def together(said: Iterable[tuple[str, str]]) -> list[str]:
    """Sentences on several outputs, as (name, sentence), with one sentence for those that say the same.

    >>> together([("dx", "dx: It is all zeros."), ("db", "db: It is all zeros.")])
    ['dx, db: It is all zeros.']
    """
    names: dict[str, list[str]] = {}
    for name, sentence in said:
        cause = sentence.removeprefix(f"{name}: ")
        names.setdefault(cause, []).extend([name] if cause != sentence and name not in names.get(cause, []) else [])
    return [f"{', '.join(group)}: {cause}" if group else cause for cause, group in names.items()]


def _wrong_shape(name: str, array: np.ndarray, expected: np.ndarray) -> str:
    cause = shape_cause(array, expected)
    return f"{name} has shape {array.shape}, expected {expected.shape}{': ' + cause if cause else ''}."


def _not_finite(name: str, array: np.ndarray) -> str:
    bad = int(np.count_nonzero(~np.isfinite(array)))
    kind = "nan" if np.isnan(array).any() else "inf"
    return f"{name} holds {kind} in {bad} of {array.size} entries: look for an overflow, 0/0 or log(0)."
