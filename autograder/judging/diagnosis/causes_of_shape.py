"""Right numbers in a wrong arrangement, and sums over too many or too few axes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations

import numpy as np

from autograder.selfcheck.language import Text, counted, joined

from .track import Cause, Step, Track

MOST = 6  # axes; an array with more comes from no honest mistake


def _transpose(track: Track) -> Cause | None:
    if len(track.axes) == 2 and track.fits(lambda step: step.exact.T):
        return "transpose", Text("It is transposed: its two axes should be the other way round.")
    return None


def _permuted(track: Track) -> Cause | None:
    for order in _orders(track):
        if track.fits(lambda step, order=order: step.exact.transpose(order)):
            axes = _named(tuple(track.axes[axis] for axis in order))
            said = "Its axes are {axes}: they should be {right}; use transpose."
            return "axes_permuted", Text(said, axes=axes, right=_named(track.axes))
    return None


def _reshaped(track: Track) -> Cause | None:
    """Axes reordered with reshape, which leaves the numbers in their order where transpose would move them."""
    for order in _orders(track):
        if track.fits(lambda step, order=order: step.exact.transpose(order).reshape(step.exact.shape)) or track.fits(
            lambda step, order=order: step.exact.reshape([step.exact.shape[axis] for axis in order])
        ):
            said = Text("Its numbers are in the wrong places: reshape does not swap axes, use transpose.")
            return "axes_reshaped", said
    return None


def _axis_kept(track: Track) -> Cause | None:
    more = all(step.value.ndim > step.exact.ndim for step in track.wrong)
    if more and _without_ones(track) and track.fits(_as_given):
        return "axis_kept", Text("It has an axis of length 1 too many: leave out keepdims, or a reshape too many.")
    return None


def _axis_dropped(track: Track) -> Cause | None:
    fewer = all(step.value.ndim < step.exact.ndim for step in track.wrong)
    if fewer and _without_ones(track) and track.fits(_as_given):
        said = Text("It lacks an axis of length 1: leave out np.squeeze, or an index that drops it.")
        return "axis_dropped", said
    return None


def _flattened(track: Track) -> Cause | None:
    if track.fits(_as_given):
        said = "Its numbers are right, its shape is not: the axes should be {axes}."
        return "axes_merged", Text(said, axes=_named(track.axes))
    return None


def _sum_missing(track: Track) -> Cause | None:
    for axes in _added_axes(track):
        if all(step.is_exact(step.value.sum(axis=axes)) for step in track.wrong):
            said = "It is not summed over {axes}: that axis should be gone."
            return "sum_missing", Text(said, axes=_counted(axes))
        if all(step.is_exact(step.value.mean(axis=axes)) for step in track.wrong):
            said = "It is not averaged over {axes}: that axis should be gone."
            return "mean_missing", Text(said, axes=_counted(axes))
    return None


def _summed_too_far(track: Track) -> Cause | None:
    for count in range(1, len(track.axes) + 1):
        for axes in combinations(range(len(track.axes)), count):
            letters = _named(tuple(track.axes[axis] for axis in axes))
            for keep in (False, True):
                if track.fits(lambda step, axes=axes, keep=keep: step.exact.sum(axis=axes, keepdims=keep)):
                    return "summed_too_far", Text("It is summed over {axes}, too: leave out that sum.", axes=letters)
    return None


def _as_given(step: Step) -> np.ndarray | None:
    """The exact numbers in the submission's shape."""
    return step.exact.reshape(step.value.shape) if step.exact.size == step.value.size else None


def _orders(track: Track) -> Iterator[tuple[int, ...]]:
    straight = tuple(range(len(track.axes)))
    yield from (order for order in permutations(straight) if order != straight)


def _added_axes(track: Track) -> Iterator[tuple[int, ...]]:
    """The axes without which the wrong values would have the right shape."""
    shapes = [(step.value.shape, step.exact.shape) for step in track.wrong]
    got, want = (len(shape) for shape in shapes[0])
    if not want < got <= MOST or any((len(value), len(exact)) != (got, want) for value, exact in shapes):
        return
    for axes in combinations(range(got), got - want):
        if all(tuple(n for axis, n in enumerate(value) if axis not in axes) == exact for value, exact in shapes):
            yield axes


def _without_ones(track: Track) -> bool:
    shapes = ((step.value.shape, step.exact.shape) for step in track.wrong)
    return all([n for n in value if n != 1] == [n for n in exact if n != 1] for value, exact in shapes)


def _named(axes: tuple[str, ...]) -> str:
    return f"({', '.join(axes)}{',' if len(axes) == 1 else ''})"


def _counted(axes: tuple[int, ...]) -> str:
    return counted("axis {axes}", "axes {axes}", len(axes), axes=joined(map(str, axes)))


SHAPES = (_transpose, _permuted, _axis_kept, _axis_dropped, _flattened, _reshaped, _sum_missing, _summed_too_far)
