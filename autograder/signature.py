"""What a wrong answer is known by: as much of its numbers as tells whether two answers are wrong in the same way.

A signature has a trace for each check that is wrong. Of an array a trace keeps its shape, its size and a few sums of
its entries with fixed weights, and two are compared with room for rounding: other orders of summation, or single
precision, give other digits. Numbers that were rounded before they are compared would part at each rounding's borders.
The judge makes signatures (`judging/signing.py`); they stay with the course.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

LETTERS = "bcdfghjkmnpqrstvwxz"  # of a name: none that is taken for another one, and no word comes of them
LONG = 5  # letters of a name
COARSE = 2  # decimals that a name is made from


class Kind(StrEnum):
    """How a check is wrong."""

    NUMBERS = "numbers"
    STOPPED = "stopped"  # by an exception
    KNOWN = "known"  # in a way that needs no comparing: nothing came back, zeros, an axis too many


class Trace(NamedTuple):
    """One wrong check.

    output: "" where the whole call was stopped. form: the shape of the numbers and where they are not finite, a digest
    of the exception, or the kind that is known. size: the natural logarithm of the array's norm. sums: of the array,
    divided by its norm, with fixed weights. near: the largest difference of two sizes, or sums, that are the same.
    """

    case: str
    output: str
    kind: Kind
    form: str = ""
    size: float = 0.0
    near: float = 0.0
    sums: tuple[float, ...] = ()

    @property
    def key(self) -> tuple[str, str, Kind, str]:
        """What must be equal."""
        return self.case, self.output, self.kind, self.form

    def is_like(self, other: Trace) -> bool:
        """Whether both are wrong in the same way, up to rounding."""
        if self.key != other.key or len(self.sums) != len(other.sums):
            return False
        near = max(self.near, other.near)
        pairs = zip((self.size, *self.sums), (other.size, *other.sums), strict=True)
        return all(abs(one - another) <= near for one, another in pairs)


Signature = tuple[Trace, ...]


def is_telling(signature: Signature) -> bool:
    """Whether it could tell one mistake from another."""
    return any(trace.kind is not Kind.KNOWN for trace in signature)


def alike(one: Signature, other: Signature) -> bool:
    """Whether two answers to one exercise are wrong in the same checks and in the same way."""
    return len(one) == len(other) and all(mine.is_like(theirs) for mine, theirs in zip(one, other, strict=True))


def name_of(exercise: str, signature: Signature) -> str:
    """A short name for the answers that are wrong like this one; hardly ever another one for an answer like it."""
    rough = [(*trace.key, *(f"{value:.{COARSE}f}" for value in (trace.size, *trace.sums))) for trace in signature]
    number = int.from_bytes(hashlib.sha256(repr((exercise, rough)).encode()).digest()[:8], "big")
    letters = []
    for _ in range(LONG):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)


def read(rows: Iterable[Any]) -> Signature:
    """The signature whose traces were written as lists; raises ValueError or TypeError where these are no traces."""
    return tuple(_trace(row) for row in rows)


def _trace(row: Any) -> Trace:
    if not isinstance(row, Sequence) or isinstance(row, str) or len(row) != len(Trace._fields):
        raise ValueError(f"a trace has {len(Trace._fields)} parts")
    case, output, kind, form, size, near, sums = row
    numbers = [float(value) for value in (size, near, *sums)]
    if not all(map(math.isfinite, numbers)):
        raise ValueError("a trace has finite numbers")
    return Trace(str(case), str(output), Kind(kind), str(form), numbers[0], numbers[1], tuple(numbers[2:]))
