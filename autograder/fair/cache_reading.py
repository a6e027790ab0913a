"""A backward pass held against the right formulas with the values that the student's own forward pass kept.

A forward pass that is wrong keeps wrong values in its cache, and the best backward pass makes wrong gradients of them.
The layout of the cache is the student's; so each value that the reference's backward pass reads is looked for among the
cache's arrays. What is an input stays that input wherever the cache holds it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np

from ..spec import Arrays

Gradients = Mapping[str, np.ndarray]
Option = tuple[int, str]  # the number of a leaf, and what is done to it
Reading = Mapping[int, Option]  # by place in the reference's cache

PLAIN = "as it is"
CHANGES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    PLAIN: lambda leaf: leaf,
    "tanh": np.tanh,
    "sigmoid": lambda leaf: (1 + np.tanh(leaf / 2)) / 2,
}
ROUNDS = 4
CLOSE, TINY = 1e-6, 1e-12  # relative and absolute differences of entries; wrong ones are off by far more


@dataclass(frozen=True)
class Page:
    """What is known of one case.

    cache: the reference's own, a tuple. inputs: of the case. leaves: the arrays of the student's cache. wanted: the
    student's gradients. backward: gives the gradients, by name, of a cache laid out as the reference's.
    """

    cache: Sequence[Any]
    inputs: Arrays
    leaves: Sequence[np.ndarray]
    wanted: Gradients
    backward: Callable[[Sequence[Any]], Gradients]

    def gradients(self, reading: Reading) -> Gradients:
        """The gradients that the right formulas make of the cache read so; an empty mapping where it cannot be."""
        values = list(self.cache)
        for place, option in reading.items():
            value = self.value(option)
            if np.shape(value) != np.shape(values[place]):
                return {}
            values[place] = value
        with np.errstate(all="ignore"):
            return self.backward(values)

    def value(self, option: Option) -> np.ndarray | None:
        """A leaf with what is done to it; None where there is no such leaf."""
        number, change = option
        with np.errstate(all="ignore"):
            return CHANGES[change](self.leaves[number]) if number < len(self.leaves) else None

    def shares(self, reading: Reading) -> dict[str, float]:
        """The share of each wanted gradient's entries that come out."""
        given = self.gradients(reading)
        return {name: _agreement(given.get(name), value) for name, value in self.wanted.items()}

    def free(self) -> list[int]:
        """The places that may hold something else in the student's cache: arrays but for the inputs that it holds."""
        return [place for place, value in enumerate(self.cache) if self._is_free(value)]

    def options(self, place: int, changes: Sequence[str]) -> list[Option]:
        """What may stand there: all leaves of the right shape, the most similar first.

        One number everywhere, such as zeros, is a placeholder unless it stands for an input: formulas without a factor
        would seem right with it.
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
    """The reading of the cache that gives most of the wanted gradients; None where it gives none of them whole.

    It is found by changing one or two values at a time, for as long as more comes out.
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
