"""Values that are a multiple of the right ones, and the size (N, T, ...) that the factor depends on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from autograder.selfcheck.causes import NEAR
from autograder.selfcheck.language import Text

from .track import Cause, Step, Track

CLOSE, COARSE = 1e-6, 1e-3  # relative difference of two equal factors, in double and in single precision
ENOUGH = 3  # nonzero numbers that a factor must explain
TOO_LARGE = (
    "It is too large by the same small share of itself, {share:.1e}, in every case: look for a small number that is"
    " added."
)
TOO_SMALL = (
    "It is too small by the same small share of itself, {share:.1e}, in every case: look for a small number that is"
    " added."
)
SMALLER = "It is {size} times too small: it is divided by {size}, or a mean stands in the place of a sum."
SMALLER_NAMED = (
    "It is {size} times too small (the number of {things}): it is divided by {size}, or a mean stands in the place of a"
    " sum."
)
LARGER = "It is {size} times too large: a division by {size} is missing, or it is multiplied by {size}."
LARGER_NAMED = (
    "It is {size} times too large (the number of {things}): a division by {size} is missing, or it is multiplied by"
    " {size}."
)
MOST = 1e6  # no factor made of sizes is larger


@dataclass(frozen=True)
class Law:
    """A size that a factor may be: in words, as a number, and whether the value is divided by it."""

    words: str
    size: Callable[[Mapping[str, int]], float]
    inverse: bool = False

    def at(self, sizes: Mapping[str, int]) -> float:
        """The factor that follows from these sizes; 0 where the size itself is 0."""
        size = float(self.size(sizes))
        return 1 / size if self.inverse and size else size


def factor(track: Track) -> Cause | None:
    """The factor by which the values are too large, where there is one in every case."""
    factors = _factors(track) if track.shaped and track.evidence >= ENOUGH else []
    if not factors:
        return None
    constant = _ratio(factors, Law("", lambda sizes: 1.0))
    if constant and abs(constant - 1) < NEAR:
        return "factor_near_1", Text(TOO_LARGE if constant > 1 else TOO_SMALL, share=abs(constant - 1))
    if constant:
        said = "It is {factor} times the exact value in every case: a factor is too much or missing."
        return f"factor_{_number(constant)}", Text(said, factor=_number(constant))
    laws = [(law, _ratio(factors, law)) for law in _laws(track)]
    for law, ratio in laws:
        if abs(ratio - 1) < CLOSE:
            return _follows(law, track)
    for law, ratio in laws:
        if ratio and law.words in track.letters():
            return _follows_with_number(law, ratio)
    if sum(np.count_nonzero(step.exact) >= ENOUGH for step, factor in factors if factor != 1.0) > 1:
        varies = "It is a multiple of the exact value, by a factor that varies: look at what divides it."
        return "factor_varies", Text(varies)
    return None


def _factors(track: Track) -> list[tuple[Step, float]]:
    """The factor of each case, where exact values are not all zero; an empty list where some case has no factor."""
    factors = []
    for step in track.steps:
        norm = float(np.vdot(step.exact, step.exact))
        factor = float(np.vdot(step.exact, step.value)) / norm if norm else 1.0
        if not 1 / MOST < abs(factor) < MOST or not step.is_value(factor * step.exact):
            return []
        if norm:
            factors.append((step, factor if step.wrong else 1.0))
    return factors if any(step.wrong for step, _ in factors) else []


def _laws(track: Track) -> Iterator[Law]:
    """Sizes that a factor may be, the simple ones first."""
    letters = track.letters()
    laws = [Law(letter, lambda sizes, a=letter: sizes[a]) for letter in letters]
    if "T" in letters:
        laws.append(Law("T - 1", lambda sizes: sizes["T"] - 1))
    laws += [Law(f"{a} * {b}", lambda sizes, a=a, b=b: sizes[a] * sizes[b]) for a, b in combinations(letters, 2)]
    laws += [Law(f"sqrt({a})", lambda sizes, a=a: sizes[a] ** 0.5) for a in letters]
    for law in laws:
        yield law
        yield Law(law.words, law.size, inverse=True)


def _ratio(factors: list[tuple[Step, float]], law: Law) -> float:
    """Each factor divided by what the law gives; 0 where that differs between the cases."""
    if not all(law.at(step.case.sizes) for step, _ in factors):
        return 0.0
    ratios = [factor / law.at(step.case.sizes) for step, factor in factors]
    close = [COARSE if step.coarse else CLOSE for step, _ in factors]
    first = ratios[close.index(min(close))]
    agree = (abs(ratio - first) <= limit * abs(first) for ratio, limit in zip(ratios, close, strict=True))
    return first if all(agree) else 0.0


def _follows(law: Law, track: Track) -> Cause:
    words = law.words
    called = {"things": track.called[words][1]} if words in track.called else {}
    if law.inverse:
        name = f"factor_1/({words})" if " " in words else f"factor_1/{words}"
        return name.replace(" ", ""), Text(SMALLER_NAMED if called else SMALLER, size=words, **called)
    return f"factor_{words}".replace(" ", ""), Text(LARGER_NAMED if called else LARGER, size=words, **called)


def _follows_with_number(law: Law, ratio: float) -> Cause:
    size = f"1/{law.words}" if law.inverse else law.words
    number = _number(ratio)
    said = "It is {number} * {size} times the exact value in every case: look at what it is divided by."
    return f"factor_{number}*{size}", Text(said, number=number, size=size)


def _number(ratio: float) -> str:
    """A factor as a short text: 2, 1/3."""
    inverse = 1 / ratio
    if abs(ratio) < 1 and abs(inverse - round(inverse)) < CLOSE * abs(inverse):
        return f"1/{round(inverse)}" if ratio > 0 else f"-1/{-round(inverse)}"
    return f"{ratio:.5g}"
