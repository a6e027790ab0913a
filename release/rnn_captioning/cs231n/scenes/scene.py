"""A scene: a place, a time of day, and things with their positions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image

from .things import BY_NAME, SIDE, SKY, Thing

Glyphs = Mapping[str, Image.Image]  # the picture of each thing, by its name
Box = tuple[int, int, int, int]  # left, top, width and height in pixels
SCALES = {"small": 0.7, "": 1.0, "big": 1.35}  # times its usual size
FAR, NEAR = 0.88, 1.08  # how much smaller a thing is at the horizon, how much larger at the lower edge


@dataclass(frozen=True)
class Placed:
    """A thing in a scene.

    name: such as "dog" or "red car". size: a key of SCALES. x, y: the middle of its lower edge in pixels, from the
    picture's top left corner. flip: whether it looks the other way.
    """

    name: str
    x: int
    y: int
    size: str = ""
    flip: bool = False

    @property
    def thing(self) -> Thing:
        """What it is."""
        return BY_NAME[self.name]

    @property
    def pixels(self) -> int:
        """How long or high it is in the picture, whichever is more."""
        depth = 1.0 if self.thing.on == SKY else FAR + (NEAR - FAR) * max(0.0, self.y / SIDE - 0.5) * 2
        return round(self.thing.size * SCALES[self.size] * depth)


@dataclass(frozen=True)
class Scene:
    """What a picture shows.

    relation: how the things stand to each other, see `layout.RELATIONS`; their order tells which is which. seed: of all
    that is left to chance and never told, such as the shape of the hills.
    """

    place: str
    time: str
    things: tuple[Placed, ...]
    relation: str = "alone"
    seed: int = 0


def extent(placed: Placed, glyph: Image.Image, fine: int = 1) -> tuple[int, int]:
    """Width and height of a thing in a picture that is drawn `fine` times as large, in its pixels."""
    scale = placed.pixels * fine / max(glyph.size)
    return max(1, round(glyph.width * scale)), max(1, round(glyph.height * scale))


def box(placed: Placed, glyphs: Glyphs) -> Box:
    """What a thing covers in the picture, cut at the picture's edges."""
    width, height = extent(placed, glyphs[placed.name])
    left, top = placed.x - width // 2, placed.y - height
    right, bottom = min(SIDE, left + width), min(SIDE, placed.y)
    left, top = max(0, left), max(0, top)
    return left, top, max(0, right - left), max(0, bottom - top)
