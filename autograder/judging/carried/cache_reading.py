"""Find what the arrays in a student's cache stand for.

A wrong forward pass keeps wrong values, and even a correct backward pass makes wrong gradients of them. The layout of
the cache is up to the student. So for each value that the reference's backward pass reads, this looks for the array in
the student's cache with which the reference's formulas give the student's gradients. With the right values put into
these arrays, the student's backward pass is then run again and held against the reference: what is found here decides
what it is given, and never by itself that it is right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Any, NamedTuple

import numpy as np

from autograder.spec import Arrays

Gradients = Mapping[str, np.ndarray]
Option = tuple[int, str]  # the number of an array in the student's cache, and the change applied to it
Reading = Mapping[int, Option]  # what fills each place of the reference's cache


class Change(NamedTuple):
    """How a value may be kept. read: what an array stands for. write: the array that stands for a value."""

    read: Callable[[np.ndarray], np.ndarray]
    write: Callable[[np.ndarray], np.ndarray]


PLAIN = "as it is"
CHANGES = {
    PLAIN: Change(lambda kept: kept, lambda value: value),
    "before tanh": Change(np.tanh, np.arctanh),
    "before the sigmoid": Change(lambda kept: (1 + np.tanh(kept / 2)) / 2, lambda value: 2 * np.arctanh(2 * value - 1)),
    "the slope of tanh": Change(lambda kept: np.sqrt(1 - kept), lambda value: 1 - value**2),
}
ROUNDS = 4
MOST = 12  # arrays that may fill one place: the most similar ones
TRIES = 2000  # ways of reading that are tried; a number, not a time, so that marks do not depend on the machine
CLOSE, TINY = 1e-6, 1e-12  # relative and absolute tolerance of an entry; wrong entries are off by far more


@dataclass(frozen=True)
class Page:
    """The caches and the gradients of one case.

    cache: the reference's, a tuple. inputs: of the case. leaves: all arrays in the student's cache. wanted: the
    student's gradients. backward: the reference's backward pass; takes a cache laid out as the reference's and gives
    the gradients by name.
    """

    cache: Sequence[Any]
    inputs: Arrays
    leaves: Sequence[np.ndarray]
    wanted: Gradients
    backward: Callable[[Sequence[Any]], Gradients]
    _known: dict[Option, bytes] = field(default_factory=dict, init=False, repr=False, compare=False)
    _means: dict[tuple[bytes, ...], float] = field(default_factory=dict, init=False, repr=False, compare=False)

    def mean(self, reading: Reading) -> float:
        """The mean of the shares; computed once where other options hold the same numbers, as many copies may."""
        numbers = tuple(self._numbers(option) for _, option in sorted(reading.items()))
        if numbers not in self._means:
            shares = self.shares(reading).values()
            self._means[numbers] = sum(shares) / len(shares)
        return self._means[numbers]

    def shares(self, reading: Reading) -> dict[str, float]:
        """For each of the student's gradients, the share of its entries that this reading gives."""
        given = self._gradients(reading)
        return {name: _agreement(given.get(name), value) for name, value in self.wanted.items()}

    def put_right(self, reading: Reading) -> dict[int, np.ndarray]:
        """The right values for the student's cache, by the numbers of its arrays.

        Empty where one does not fit, or where one array stands for two values.
        """
        found: dict[int, np.ndarray] = {}
        for place, (number, change) in reading.items():
            with np.errstate(all="ignore"):
                value = np.asarray(CHANGES[change].write(self.cache[place]))
            fits = number < len(self.leaves) and self.leaves[number].shape == value.shape
            if not fits or number in found or not np.isfinite(value).all():
                return {}
            found[number] = value
        return found

    def free(self) -> list[int]:
        """The places to search for: all arrays but the inputs that the student's cache holds unchanged."""
        return [place for place, value in enumerate(self.cache) if self._is_free(value)]

    def options(self, place: int, changes: Sequence[str]) -> list[Option]:
        """What may fill a place: the arrays of the right shape, the most similar to the reference's value first."""
        right = self.cache[place]
        fitting = [number for number, leaf in enumerate(self.leaves) if leaf.shape == right.shape]
        options = [(number, change) for change in changes for number in fitting]
        far = {option: float(np.abs(self._value(option) - right).sum()) for option in options}
        known = [option for option in options if np.isfinite(far[option])]
        return sorted(known, key=lambda option: far[option])[:MOST]

    def _gradients(self, reading: Reading) -> Gradients:
        """The reference's gradients with the student's cache read in this way; empty where they cannot be computed."""
        values = list(self.cache)
        for place, option in reading.items():
            values[place] = self._value(option)
        with np.errstate(all="ignore"):
            try:
                return self.backward(values)
            except Exception:  # words for indices, say: whatever a student keeps stands here in a right value's place
                return {}

    def _value(self, option: Option) -> np.ndarray:
        """An array of the student's cache after its change."""
        number, change = option
        with np.errstate(all="ignore"):
            return CHANGES[change].read(self.leaves[number].astype(np.float64))

    def _numbers(self, option: Option) -> bytes:
        """A digest of an option's numbers; those of one place all have the same shape."""
        if option not in self._known:
            self._known[option] = hashlib.sha256(self._value(option).tobytes()).digest()  # they may be many
        return self._known[option]

    def _is_free(self, value: Any) -> bool:
        if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
            return False
        return not (self._is_input(value) and any(np.array_equal(value, leaf) for leaf in self.leaves))

    def _is_input(self, value: np.ndarray) -> bool:
        return any(np.array_equal(value, given) for given in self.inputs.values())


def read(page: Page) -> Reading | None:
    """The reading that gives most of the student's gradients; None where it gives none of them completely.

    It is found by hill climbing: one or two places are changed at a time, for as long as that gives more.
    """
    found: list[tuple[float, Reading]] = []
    budget = iter(range(TRIES))
    for changes in ((PLAIN,), tuple(CHANGES)):
        options = {place: page.options(place, changes) for place in page.free()}
        if options and all(options.values()):
            found.append(_climb(page, options, budget))
        if found and found[-1][0] == 1.0:
            break
    _, reading = max(found, key=lambda pair: pair[0], default=(0.0, {}))
    return reading if 1.0 in page.shares(reading).values() else None


def _climb(page: Page, options: Mapping[int, list[Option]], budget: Iterator[int]) -> tuple[float, Reading]:
    """The best reading that was found, and how good it is. budget: has an item for each try that is left."""
    reading = _first(options)
    best, before = page.mean(reading), -1.0
    for _ in range(ROUNDS):
        if best in (1.0, before):
            break
        before = best
        for change, _try in zip(_changes(options), budget, strict=False):
            changed = {**reading, **change}
            if (share := page.mean(changed)) > best:
                best, reading = share, changed
            if best == 1.0:
                break
    return best, reading


def _first(options: Mapping[int, list[Option]]) -> dict[int, Option]:
    """The most similar array for each place, another one for each as far as there are enough."""
    reading: dict[int, Option] = {}
    for place, several in options.items():
        taken = {number for number, _ in reading.values()}
        reading[place] = next((option for option in several if option[0] not in taken), several[0])
    return reading


def _changes(options: Mapping[int, list[Option]]) -> Iterator[Reading]:
    """Other options for one place, then for two."""
    for count in (1, 2):
        for places in combinations(options, count):
            for chosen in product(*(options[place] for place in places)):
                yield dict(zip(places, chosen, strict=True))


def _agreement(given: np.ndarray | None, wanted: np.ndarray) -> float:
    if given is None or given.shape != wanted.shape:
        return 0.0
    return float(np.count_nonzero(np.abs(given - wanted) <= CLOSE * np.abs(wanted) + TINY)) / wanted.size
