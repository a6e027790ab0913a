"""Hold a computed value against the exact one: is it there, numeric, of the right shape, finite, and right?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from .causes import TINY, Cause, Kind, shape_causes, value_causes
from .language import Text, joined

NUMERIC_KINDS = "biuf"  # booleans, integers, floats; complex numbers and objects are no answers
ABOUT = "{names}: {said}"
PLAIN = (np.number, np.bool_, bool, int, float, complex, list, tuple)  # what else can be read as an array


@dataclass(frozen=True)
class Finding:
    """What one comparison found.

    error: None where it could not be measured. causes: all that is wrong and true of this value, the most telling
    first; none when right.
    """

    right: bool
    error: float | None = None
    causes: tuple[Cause, ...] = ()

    @property
    def sentence(self) -> str:
        """The most telling one; "" when right."""
        return self.causes[0].sentence if self.causes else ""

    @property
    def kind(self) -> str:
        """What that one is, whatever its numbers; "" when right."""
        return self.causes[0].kind if self.causes else ""


def error_map(value: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Elementwise relative error |x - y| / max(1e-8, |x| + |y|) of two arrays of the same shape."""
    x, y = np.asarray(value, np.float64), np.asarray(expected, np.float64)
    return np.asarray(np.abs(x - y) / np.maximum(TINY, np.abs(x) + np.abs(y)))


def as_numbers(name: str, value: Any) -> tuple[np.ndarray | None, str]:
    """Read `value` as a plain numeric array; returns (array, "") or (None, the sentence that says why not)."""
    if value is None:
        return None, Text("{name} is None: it was never computed, or the function does not return it.", name=name)
    if type(value) is not np.ndarray and not isinstance(value, PLAIN):  # a subclass may mean other things
        said = "{name} is of type {type}; a plain NumPy array of real numbers is expected."
        return None, Text(said, name=name, type=type(value).__name__)
    try:
        array = np.asarray(value)
    except Exception as failure:  # a ragged list, or an object in it whose __array__ fails
        return None, Text("{name} cannot be read as an array ({error}).", name=name, error=type(failure).__name__)
    if array.dtype.kind not in NUMERIC_KINDS:
        said = "{name} is a {type} of {dtype} values; real numbers are expected."
        return None, Text(said, name=name, type=type(value).__name__, dtype=str(array.dtype))
    return array, ""


def compare(name: str, value: Any, expected: np.ndarray, limit: float) -> Finding:
    """Compare one output with its exact value.

    name: the output's name, used in the sentence. value: whatever the student's function gave.
    expected: the exact array. limit: the largest relative error that is right.
    """
    expected = np.asarray(expected)
    array, sentence = as_numbers(name, value)
    if array is None:
        return Finding(False, None, (Cause(Kind.NOTHING if value is None else Kind.TYPE, sentence),))
    if array.shape != expected.shape:
        return Finding(False, None, tuple(_wrong_shape(name, array, expected, limit)))
    if not np.isfinite(array).all():
        return Finding(False, None, (Cause(Kind.NOT_FINITE, _not_finite(name, array)),))
    error = float(error_map(array, expected).max(initial=0.0))
    if error <= limit:
        return Finding(True, error)
    causes = value_causes(array, expected, limit)
    return Finding(False, error, tuple(Cause(kind, about(name, said)) for kind, said in causes))


def about(names: str, said: str) -> Text:
    """A sentence on some outputs, which it begins with."""
    return Text(ABOUT, names=names, said=said)


def said_of(names: str, sentence: str) -> str:
    """A sentence without the outputs that it begins with, or as it is where it begins with others, or none."""
    if isinstance(sentence, Text) and sentence.template == ABOUT and sentence.fields["names"] == names:
        return (
            str(sentence.fields["said"]) if not isinstance(sentence.fields["said"], Text) else sentence.fields["said"]
        )
    return sentence if isinstance(sentence, Text) else sentence.removeprefix(f"{names}: ")


def together(said: Iterable[tuple[str, str]]) -> list[str]:
    """Sentences on several outputs, as (name, sentence), with one sentence for those that say the same.

    >>> together([("dx", "dx: It is all zeros."), ("db", "db: It is all zeros.")])
    ['dx, db: It is all zeros.']
    """
    names: dict[str, list[str]] = {}
    for name, sentence in said:
        cause = said_of(name, sentence)
        names.setdefault(cause, []).extend([name] if cause != sentence and name not in names.get(cause, []) else [])
    return [about(joined(group), cause) if group else cause for cause, group in names.items()]


def _wrong_shape(name: str, array: np.ndarray, expected: np.ndarray, limit: float) -> Iterator[Cause]:
    for kind, cause in shape_causes(array, expected, limit):
        shapes = dict(name=name, shape=array.shape, expected=expected.shape)
        if cause:
            yield Cause(kind, Text("{name} has shape {shape}, expected {expected}: {cause}.", cause=cause, **shapes))
        else:
            yield Cause(kind, Text("{name} has shape {shape}, expected {expected}.", **shapes))


def _not_finite(name: str, array: np.ndarray) -> str:
    bad = int(np.count_nonzero(~np.isfinite(array)))
    kind = "nan" if np.isnan(array).any() else "inf"
    said = "{name} holds {kind} in {bad} of {size} entries: look for an overflow, 0/0 or log(0)."
    return Text(said, name=name, kind=kind, bad=bad, size=array.size)
