"""Where things stand, so that what is said of them can be seen: positions for each relation, and whether it holds."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np

from ..words import joined, told
from .scene import Box, Glyphs, Placed, box, extent
from .things import BY_NAME, SIDE, SKY

Wanted = Sequence[tuple[str, str]]  # the name and the size of each thing
TRIES = 60
COLUMNS = {"left": 34, "middle": 64, "right": 94}  # where a thing that is alone stands
STEPS_APART = 16  # in pixels: what stands so much lower in the picture is clearly nearer
TOUCHING = 3  # pixels that things side by side may overlap
LEAST_SEEN = 0.5  # the share of a thing that must not be covered by another, for it to be behind that


def arrange(relation: str, wanted: Wanted, glyphs: Glyphs, rng: np.random.RandomState) -> tuple[Placed, ...]:
    """The things in places where the relation can be seen.

    relation: a key of RELATIONS. wanted: in the order that RELATIONS gives. rng: where there is a choice.
    Raises ValueError when there is no room for so large things.
    """
    for _ in range(TRIES):
        placed = RELATIONS[relation](wanted, glyphs, rng)
        if holds(relation, placed, glyphs):
            return placed
    no_room = "There is no room to draw {names} in this way: take smaller things, or fewer."
    raise ValueError(told(no_room, names=joined(name for name, _ in wanted)))


def holds(relation: str, placed: Sequence[Placed], glyphs: Glyphs) -> bool:
    """Whether everything is in the picture and the relation can be seen."""
    boxes = [box(each, glyphs) for each in placed]
    if not all(_whole(each, glyphs) for each in placed):
        return False
    if relation == "behind":
        return placed[0].y <= placed[1].y - STEPS_APART and _seen(*boxes) >= LEAST_SEEN and _seen(*boxes) < 0.9
    if relation == "above":
        return boxes[0][1] + boxes[0][3] <= boxes[1][1] + 2
    return all(one[0] + one[2] <= other[0] + TOUCHING for one, other in itertools.pairwise(boxes))


def _whole(placed: Placed, glyphs: Glyphs) -> bool:
    width, height = extent(placed, glyphs[placed.name])
    _, _, seen_width, seen_height = box(placed, glyphs)
    return seen_width * seen_height >= 0.93 * width * height


def _seen(one: Box, other: Box) -> float:
    """The share of a box that another does not cover."""
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return 1 - max(0, across) * max(0, down) / max(1, one[2] * one[3])


def _alone(wanted: Wanted, glyphs: Glyphs, rng: np.random.RandomState) -> tuple[Placed, ...]:
    column = list(COLUMNS.values())[rng.randint(3)]
    return (_placed(wanted[0], column + _jitter(rng, 4), _ground(rng), glyphs, rng),)


def _beside(wanted: Wanted, glyphs: Glyphs, rng: np.random.RandomState) -> tuple[Placed, ...]:
    """The first is left of the second, and so on; all equally far away."""
    y = _ground(rng)
    widths = [extent(Placed(name, SIDE // 2, y, size), glyphs[name])[0] for name, size in wanted]
    free = max(0, SIDE - 4 - sum(widths))
    gap = min(26, rng.randint(free // len(wanted) + 1))
    left = 2 + rng.randint(max(1, free - gap * (len(wanted) - 1)))
    placed = []
    for each, width in zip(wanted, widths, strict=True):
        placed.append(_placed(each, left + width // 2, y + _jitter(rng, 3), glyphs, rng))
        left += width + gap
    return tuple(placed)


def _behind(wanted: Wanted, glyphs: Glyphs, rng: np.random.RandomState) -> tuple[Placed, ...]:
    """The first is behind the second and partly covered by it."""
    x = SIDE // 2 + _jitter(rng, 18)
    widths = [extent(Placed(name, x, 100, size), glyphs[name])[0] for name, size in wanted]
    apart = round(sum(widths) * rng.uniform(0.2, 0.4)) * (1 if rng.randint(2) else -1)
    far = _placed(wanted[0], x - apart // 2, 86 + rng.randint(8), glyphs, rng)
    return far, _placed(wanted[1], x + apart // 2, 108 + rng.randint(12), glyphs, rng)


def _above(wanted: Wanted, glyphs: Glyphs, rng: np.random.RandomState) -> tuple[Placed, ...]:
    """The first flies above the second."""
    x = SIDE // 2 + _jitter(rng, 26)
    low = _placed(wanted[1], x + _jitter(rng, 5), 104 + rng.randint(16), glyphs, rng)
    top = box(low, glyphs)[1]
    high = _placed(wanted[0], x + _jitter(rng, 5), 0, glyphs, rng)
    height = extent(high, glyphs[high.name])[1]
    bottom = height + 2 + rng.randint(max(1, min(60, top) - height - 2))
    return Placed(high.name, high.x, bottom, high.size, high.flip), low


RELATIONS: dict[str, Callable[[Wanted, Glyphs, np.random.RandomState], tuple[Placed, ...]]] = {
    "alone": _alone,  # one thing
    "beside": _beside,  # two, the left one first
    "behind": _behind,  # two, the one that is behind first
    "above": _above,  # two, the one that flies first
    "between": _beside,  # three, from left to right
    "alike": _beside,  # two or three of a kind
    "pair left": _beside,  # two of a kind, and another to the right of them
    "pair right": _beside,  # a thing, and two of another kind to the right of it
}


def _placed(wanted: tuple[str, str], x: int, y: int, glyphs: Glyphs, rng: np.random.RandomState) -> Placed:
    """The thing near x, inside the picture; what flies is moved up into the sky."""
    name, size = wanted
    flip = bool(rng.randint(2))
    width, height = extent(Placed(name, x, y, size), glyphs[name])
    if BY_NAME[name].on == SKY:
        y = max(height + 2, round(14 + (y - 96) * 0.8) + height // 2 + 14)
    x = min(max(int(x), width // 2 + 1), SIDE - 1 - width // 2)
    return Placed(name, x, min(int(y), SIDE - 3), size, flip)


def _ground(rng: np.random.RandomState) -> int:
    """How low in the picture things stand."""
    return 96 + int(rng.randint(22))


def _jitter(rng: np.random.RandomState, width: int) -> int:
    return int(rng.randint(-width, width + 1))
