"""What a picture shows: one or two coloured shapes in clear places on a plain background.

Everything is a whole number of pixels, so a scene and its picture are the same on every machine.
Positions count from the top left corner: x to the right, y downwards.
"""

from dataclasses import dataclass

SIDE = 128  # a picture is SIDE x SIDE pixels

COLORS = {
    "red": (214, 45, 52),
    "orange": (240, 138, 36),
    "yellow": (247, 209, 58),
    "green": (44, 158, 86),
    "blue": (50, 112, 214),
    "purple": (128, 74, 186),
    "pink": (242, 138, 186),
    "gray": (138, 144, 152),
}
KINDS = ("circle", "square", "triangle", "star", "heart", "cross")
RADII = {"small": (11, 12, 13, 14), "large": (22, 23, 24, 25)}  # pixels
BACKGROUNDS = {
    "light": ((247, 243, 234), (233, 241, 247), (240, 238, 244)),
    "dark": ((34, 38, 52), (45, 37, 48), (27, 45, 48)),
}
TINT = 10  # a shape's red, green and blue differ from its colour's by up to this much
NEAR, MIDDLE, FAR = 32, 64, 96  # where shapes are centred along an axis, in pixels
TWIN_SHARE = 0.12  # of the pictures with two shapes, those whose shapes are alike


@dataclass(frozen=True)
class Shape:
    """One shape: its words (kind, color, size), its exact colour, its centre and radius in pixels."""

    kind: str
    color: str
    size: str
    rgb: tuple
    radius: int
    x: int
    y: int


@dataclass(frozen=True)
class Scene:
    """A picture's content. `layout` is "single", "row" (left shape first) or "column" (upper shape first)."""

    shapes: tuple
    layout: str
    background: str
    background_rgb: tuple


def pick(rng, options):
    """One of the options, each equally likely."""
    return options[rng.randint(len(options), dtype="int64")]  # the default dtype differs between systems


def sample_scenes(count, rng, taken=()):
    """List of `count` scenes, all different from each other and from those in `taken`."""
    scenes, seen = [], set(taken)
    while len(scenes) < count:
        scene = _sample_scene(rng)
        if scene not in seen:
            seen.add(scene)
            scenes.append(scene)
    return scenes


def _sample_scene(rng):
    layout = pick(rng, ("single", "single", "row", "column"))
    shapes = _single(rng) if layout == "single" else _pair(rng, layout)
    background = pick(rng, ("light", "dark"))
    return Scene(shapes, layout, background, pick(rng, BACKGROUNDS[background]))


def _single(rng):
    x, y = (pick(rng, (NEAR, MIDDLE, FAR)) + _jitter(rng, 3) for _ in "xy")
    return (_shape(rng, *_words(rng), x, y),)


def _pair(rng, layout):
    """Two shapes clearly side by side, or one clearly above the other."""
    first = second = _words(rng)
    if rng.random_sample() > TWIN_SHARE:
        while second[:2] == first[:2]:  # the words for kind and colour must tell the two apart
            second = _words(rng)
    shapes = []
    for words, place in ((first, NEAR), (second, FAR)):
        along, across = place + _jitter(rng, 3), MIDDLE + _jitter(rng, 12)
        x, y = (along, across) if layout == "row" else (across, along)
        shapes.append(_shape(rng, *words, x, y))
    return tuple(shapes)


def _words(rng):
    return pick(rng, KINDS), pick(rng, tuple(COLORS)), pick(rng, tuple(RADII))


def _shape(rng, kind, color, size, x, y):
    rgb = tuple(max(0, min(255, channel + _jitter(rng, TINT))) for channel in COLORS[color])
    return Shape(kind, color, size, rgb, pick(rng, RADII[size]), x, y)


def _jitter(rng, width):
    return int(rng.randint(-width, width + 1, dtype="int64"))
