"""Judge a backward pass by the values that the student's own forward pass keeps in its cache.

A wrong forward pass keeps wrong values, and even a correct backward pass makes wrong gradients of them. The layout of
the cache is up to the student. So for each value that the reference's backward pass reads, this looks for the array in
the student's cache with which the reference's formulas give the student's gradients. An input that the cache holds
unchanged needs no search.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np

from autograder.spec import Arrays

Gradients = Mapping[str, np.ndarray]
Option = tuple[int, str]  # the number of an array in the student's cache, and the change applied to it
Reading = Mapping[int, Option]  # what fills each place of the reference's cache

PLAIN = "as it is"
CHANGES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    PLAIN: lambda leaf: leaf,
    "tanh": np.tanh,
    "sigmoid": lambda leaf: (1 + np.tanh(leaf / 2)) / 2,
}
ROUNDS = 4
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

    def gradients(self, reading: Reading) -> Gradients:
        """The reference's gradients with the student's cache read in this way; empty where a shape does not fit."""
        values = list(self.cache)
        for place, option in reading.items():
            value = self.value(option)
            if value is None or np.shape(value) != np.shape(values[place]):
                return {}
            values[place] = value
        with np.errstate(all="ignore"):
            return self.backward(values)

    def value(self, option: Option) -> np.ndarray | None:
        """An array of the student's cache after its change; None where there is no such array."""
        number, change = option
        with np.errstate(all="ignore"):
            return CHANGES[change](self.leaves[number]) if number < len(self.leaves) else None

    def shares(self, reading: Reading) -> dict[str, float]:
        """For each of the student's gradients, the share of its entries that this reading gives."""
        given = self.gradients(reading)
        return {name: _agreement(given.get(name), value) for name, value in self.wanted.items()}

    def free(self) -> list[int]:
        """The places to search for: all arrays but the inputs that the student's cache holds unchanged."""
        return [place for place, value in enumerate(self.cache) if self._is_free(value)]

    def options(self, place: int, changes: Sequence[str]) -> list[Option]:
        """What may fill a place: the arrays of the right shape, the most similar to the reference's value first.

        A constant array, such as zeros, counts as a placeholder unless the place is an input's: otherwise formulas
        that lack a factor would seem right with it.
        """
        right = self.cache[place]
        fitting = [
            number
            for number, leaf in enumerate(self.leaves)
            if leaf.shape == right.shape and (self._is_input(right) or np.ptp(leaf))
        ]
        options = [(number, change) for change in changes for number in fitting]
        return sorted(options, key=lambda option: float(np.abs(self.value(option) - right).sum()))

    def _is_free(self, value: Any) -> bool:
        if not isinstance(value, np.ndarray):
            return False
        return not (self._is_input(value) and any(np.array_equal(value, leaf) for leaf in self.leaves))

    def _is_input(self, value: np.ndarray) -> bool:
        return any(np.array_equal(value, given) for given in self.inputs.values())


def read(page: Page) -> Reading | None:
    """The reading that gives most of the student's gradients; None where it gives none of them completely.

    It is found by hill climbing: one or two places are changed at a time, for as long as that gives more.
    """
    found: list[tuple[float, Reading]] = []
    for changes in ((PLAIN,), tuple(CHANGES)):
        options = {place: page.options(place, changes) for place in page.free()}
        if all(options.values()):
            found.append(_climb(page, options))
        if found and found[-1][0] == 1.0:
            break
    _, reading = max(found, key=lambda pair: pair[0], default=(0.0, {}))
    return reading if 1.0 in page.shares(reading).values() else None


def _climb(page: Page, options: Mapping[int, list[Option]]) -> tuple[float, Reading]:
    reading: Reading = {place: several[0] for place, several in options.items()}
    best, before = _mean(page, reading), -1.0
    for _ in range(ROUNDS):
        if best in (1.0, before):
            break
        before = best
        for count in (1, 2):
            for places in combinations(options, count):
                for chosen in product(*(options[place] for place in places)):
                    changed = {**reading, **dict(zip(places, chosen, strict=True))}
                    if (share := _mean(page, changed)) > best:
                        best, reading = share, changed
            if best == 1.0:
                break
    return best, reading


def _mean(page: Page, reading: Reading) -> float:
    shares = page.shares(reading).values()
    return sum(shares) / len(shares)


def _agreement(given: np.ndarray | None, wanted: np.ndarray) -> float:
    if given is None or given.shape != wanted.shape:
        return 0.0
    return float(np.count_nonzero(np.abs(given - wanted) <= CLOSE * np.abs(wanted) + TINY)) / wanted.size
