"""Values that are zero, negated, too large by a constant, or not finite."""

from __future__ import annotations

import numpy as np

from autograder.selfcheck.language import Text, semicolons, template

from .causes_of_factor import factor
from .track import Cause, Track

ENOUGH = 3  # numbers that a cause must explain
MOST = 100  # times the largest exact value, which would be lost in a larger offset


def _zeros(track: Track) -> Cause | None:
    if track.shaped and track.evidence and not any(step.value.any() for step in track.wrong):
        said = template("It is all zeros: it was made but never filled.")
        some = template("It is all zeros (for {titles}): it was made but never filled.")
        return "all_zeros", _of_cases(said, some, track)
    return None


def _placeholder(track: Track) -> Cause | None:
    """The same number everywhere, in all cases."""
    numbers = {float(number) for step in track.wrong for number in step.value.flat[:ENOUGH]}
    several = sum(step.value.size for step in track.wrong) >= ENOUGH and any(np.ptp(step.exact) for step in track.wrong)
    number = numbers.pop() if len(numbers) == 1 else np.nan
    if track.shaped and several and all((step.value == number).all() for step in track.wrong):
        said = "It is {number:.5g} everywhere, a placeholder it seems: compute it from the inputs."
        return "one_number", Text(said, number=number)
    return None


def _sign(track: Track) -> Cause | None:
    if track.shaped and track.fits(lambda step: -step.exact):
        return "wrong_sign", Text("It has the wrong sign: all is right but for a minus.")
    return None


def _offset(track: Track) -> Cause | None:
    if not track.shaped or sum(step.value.size for step in track.wrong) < ENOUGH:
        return None
    offset = float(np.mean(track.wrong[0].value - track.wrong[0].exact))
    largest = max(float(np.abs(step.exact).max()) for step in track.wrong)
    if not abs(offset) < MOST * largest or not track.fits(lambda step: step.exact + offset):
        return None
    large = "Every number is {offset:.5g} too large: look at what it starts from."
    small = "Every number is {offset:.5g} too small: look at what it starts from."
    return "offset", Text(large if offset > 0 else small, offset=abs(offset))


def _not_finite(track: Track) -> Cause | None:
    if track.shaped and not any(np.isfinite(step.value).all() for step in track.wrong):
        said = template("It holds nan or inf: look for an overflow, 0/0 or log(0).")
        some = template("It holds nan or inf (for {titles}): look for an overflow, 0/0 or log(0).")
        return "not_finite", _of_cases(said, some, track)
    return None


def _of_cases(said: str, of_some: str, track: Track) -> Text:
    """A sentence on all cases, or one that names some of those where this is so."""
    if not track.right:
        return Text(said)
    titles = [step.case.title for step in track.wrong]
    named = semicolons(titles[:2])
    return Text(of_some, titles=Text("{titles} and others", titles=named) if len(titles) > 2 else named)


SIZES = (_zeros, _placeholder, _not_finite, _sign, factor, _offset)
