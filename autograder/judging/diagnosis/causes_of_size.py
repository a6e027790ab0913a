"""Values that are zero, negated, too large by a constant, or not finite."""

from __future__ import annotations

import numpy as np

from .causes_of_factor import factor
from .track import Cause, Track

ENOUGH = 3  # numbers that a cause must explain
MOST = 100  # times the largest exact value, which would be lost in a larger offset


def _zeros(track: Track) -> Cause | None:
    if track.shaped and track.evidence and not any(step.value.any() for step in track.wrong):
        return "all_zeros", f"It is all zeros{_where(track)}: it was made but never filled."
    return None


def _placeholder(track: Track) -> Cause | None:
    """The same number everywhere, in all cases."""
    numbers = {float(number) for step in track.wrong for number in step.value.flat[:ENOUGH]}
    several = sum(step.value.size for step in track.wrong) >= ENOUGH and any(np.ptp(step.exact) for step in track.wrong)
    number = numbers.pop() if len(numbers) == 1 else np.nan
    if track.shaped and several and all((step.value == number).all() for step in track.wrong):
        return "one_number", f"It is {number:.5g} everywhere, a placeholder it seems: compute it from the inputs."
    return None


def _sign(track: Track) -> Cause | None:
    if track.shaped and track.fits(lambda step: -step.exact):
        return "wrong_sign", "It has the wrong sign: all is right but for a minus."
    return None


def _offset(track: Track) -> Cause | None:
    if not track.shaped or sum(step.value.size for step in track.wrong) < ENOUGH:
        return None
    offset = float(np.mean(track.wrong[0].value - track.wrong[0].exact))
    largest = max(float(np.abs(step.exact).max()) for step in track.wrong)
    if not abs(offset) < MOST * largest or not track.fits(lambda step: step.exact + offset):
        return None
    more = "large" if offset > 0 else "small"
    return "offset", f"Every number is {abs(offset):.5g} too {more}: look at what it starts from."


def _not_finite(track: Track) -> Cause | None:
    if track.shaped and not any(np.isfinite(step.value).all() for step in track.wrong):
        return "not_finite", f"It holds nan or inf{_where(track)}: look for an overflow, 0/0 or log(0)."
    return None


def _where(track: Track) -> str:
    """The cases where this is so, in brackets; "" where it is so in all."""
    if not track.right:
        return ""
    titles = [step.case.title for step in track.wrong]
    return f" (for {'; '.join(titles[:2])}{' and others' if len(titles) > 2 else ''})"


SIZES = (_zeros, _placeholder, _not_finite, _sign, factor, _offset)
