"""What lies behind the things: sky, sun or moon, and the ground of each place, at each time of day."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

Color = tuple[int, int, int]
HORIZON = 0.5  # of the picture's height
SKIES: dict[str, Sequence[Color]] = {
    "day": ((70, 150, 232), (138, 196, 246), (214, 236, 252)),
    "evening": ((72, 58, 128), (212, 96, 112), (255, 196, 112)),
    "night": ((6, 9, 34), (16, 24, 62), (42, 54, 104)),
}
DIM = {"day": (1.0, 1.0, 1.0), "evening": (0.92, 0.72, 0.66), "night": (0.32, 0.38, 0.58)}  # the light on the ground
GROUNDS: dict[str, tuple[Color, Color]] = {  # at the horizon, and at the lower edge
    "meadow": ((150, 204, 96), (62, 138, 52)),
    "beach": ((246, 226, 168), (226, 192, 124)),
    "road": ((128, 172, 92), (84, 132, 66)),
    "sea": ((92, 170, 214), (20, 82, 150)),
    "snow": ((250, 252, 255), (206, 222, 240)),
    "desert": ((240, 190, 116), (212, 142, 74)),
}


def backdrop(place: str, time: str, side: int, seed: int) -> Image.Image:
    """An RGBA picture of the place without things, (side, side)."""
    rng = np.random.RandomState(seed)
    horizon = round(side * HORIZON) + int(rng.randint(-3, 4))
    picture = Image.new("RGBA", (side, side))
    picture.paste(_gradient(SKIES[time], side, horizon), (0, 0))
    _heaven(picture, time, horizon, rng)
    near, far = (_dimmed(color, time) for color in reversed(GROUNDS[place]))
    picture.paste(_gradient((far, near), side, side - horizon), (0, horizon))
    PAINTERS[place](picture, horizon, time, rng)
    return picture


def _gradient(stops: Sequence[Color], width: int, height: int) -> Image.Image:
    at = np.linspace(0, len(stops) - 1, height)
    rows = np.stack([np.interp(at, range(len(stops)), channel) for channel in np.array(stops, float).T], axis=1)
    rows = np.rint(rows).astype(np.uint8)
    return Image.fromarray(np.repeat(rows[:, None], width, axis=1))


def _dimmed(color: Color, time: str) -> Color:
    red, green, blue = (round(channel * share) for channel, share in zip(color, DIM[time], strict=True))
    return red, green, blue


def _layer(picture: Image.Image, paint: Callable[[ImageDraw.ImageDraw], None], blur: float = 0) -> None:
    """Paint on a transparent layer, blur it, and lay it over the picture."""
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    paint(ImageDraw.Draw(layer))
    picture.alpha_composite(blurred(layer, blur) if blur else layer)


def blurred(layer: Image.Image, radius: float) -> Image.Image:
    """An RGBA layer with soft edges. What is transparent has no colour that could darken them."""
    return layer.convert("RGBa").filter(ImageFilter.GaussianBlur(radius)).convert("RGBA")


# The sky


def _heaven(picture: Image.Image, time: str, horizon: int, rng: np.random.RandomState) -> None:
    side = picture.width
    x = int(rng.randint(side // 8, side - side // 8))
    if time == "day":
        _glowing(picture, x, side // 9, side // 15, (255, 238, 150), 90)
    elif time == "evening":
        _streaks(picture, horizon, rng)
        _glowing(picture, x, horizon - side // 24, side // 11, (255, 226, 150), 130)
    else:
        _stars(picture, horizon, rng)
        _moon(picture, x, side // 8, side // 16)


def _glowing(picture: Image.Image, x: int, y: int, radius: int, color: Color, strength: int) -> None:
    """A disc with light around it."""
    _glow(picture, x, y, radius, color, strength)
    disc = [x - radius, y - radius, x + radius, y + radius]
    _layer(picture, lambda pen: pen.ellipse(disc, fill=(*color, 255)), 1)


def _glow(picture: Image.Image, x: int, y: int, radius: int, color: Color, strength: int) -> None:
    for spread, share in ((3.2, 0.5), (1.9, 1.0)):
        r, fill = round(radius * spread), (*color, round(strength * share))
        around = [x - r, y - r, x + r, y + r]
        _layer(picture, lambda pen, around=around, fill=fill: pen.ellipse(around, fill=fill), radius * 0.7)


def _streaks(picture: Image.Image, horizon: int, rng: np.random.RandomState) -> None:
    """Thin clouds that the low sun colours."""

    def paint(pen: ImageDraw.ImageDraw) -> None:
        for _ in range(5):
            x, y = rng.randint(0, picture.width), rng.randint(horizon // 4, horizon * 9 // 10)
            half = rng.randint(picture.width // 10, picture.width // 4)
            pen.ellipse([x - half, y - 2, x + half, y + 2], fill=(255, 176, 140, 150))

    _layer(picture, paint, 2)


def _stars(picture: Image.Image, horizon: int, rng: np.random.RandomState) -> None:
    def paint(pen: ImageDraw.ImageDraw) -> None:
        for _ in range(34):
            x, y = rng.randint(0, picture.width), rng.randint(0, horizon - 12)
            size, bright = rng.choice((1, 1, 2)), rng.randint(130, 255)
            pen.ellipse([x, y, x + size, y + size], fill=(255, 250, 226, int(bright)))

    _layer(picture, paint, 0.4)


def _moon(picture: Image.Image, x: int, y: int, radius: int) -> None:
    _glow(picture, x, y, radius, (150, 164, 226), 40)
    grid = np.indices((picture.height, picture.width))
    inside = _distance(grid, x, y) < radius
    shaded = _distance(grid, x + radius * 0.5, y - radius * 0.3) < radius * 0.92
    crescent = Image.fromarray(np.where(inside & ~shaded, 255, 0).astype(np.uint8))
    picture.paste((250, 240, 200, 255), (0, 0), crescent.filter(ImageFilter.GaussianBlur(0.8)))


def _distance(grid: np.ndarray, x: float, y: float) -> np.ndarray:
    rows, columns = grid
    return np.sqrt((columns - x) ** 2 + (rows - y) ** 2)


# The grounds


def _ridge(width: int, rng: np.random.RandomState, height: float, waves: float) -> np.ndarray:
    """A rolling line of `width` heights around 0."""
    at = np.arange(width) / width * 2 * np.pi
    phases = rng.uniform(0, 2 * np.pi, 3)
    parts = [np.sin(at * waves * (k + 1) + phases[k]) / (k + 1) for k in range(3)]
    return height * (1.0 + 0.5 * np.sum(parts, axis=0))


def _hill(picture: Image.Image, base: int, ridge: np.ndarray, color: Color) -> None:
    points = [(x, base - float(y)) for x, y in enumerate(ridge)]
    _layer(picture, lambda pen: pen.polygon([(0, base), *points, (picture.width, base)], fill=(*color, 255)), 0.6)


def _specks(
    picture: Image.Image, top: int, rng: np.random.RandomState, count: int, colors: Sequence[Color], time: str
) -> None:
    """Small strokes on the ground, larger nearer by."""

    def paint(pen: ImageDraw.ImageDraw) -> None:
        for _ in range(count):
            depth = rng.uniform() ** 0.7
            y = top + round(depth * (picture.height - top))
            x, size = int(rng.randint(0, picture.width)), 1 + round(2 * depth)
            color = _dimmed(colors[int(rng.randint(len(colors)))], time)
            pen.ellipse([x, y, x + size, y + size], fill=(*color, 170))

    _layer(picture, paint, 0.5)


def _meadow(picture: Image.Image, horizon: int, time: str, rng: np.random.RandomState) -> None:
    far, near = _dimmed((150, 190, 170), time), _dimmed((118, 182, 98), time)
    _hill(picture, horizon + 2, _ridge(picture.width, rng, 17, 1.0), far)
    _hill(picture, horizon + 5, _ridge(picture.width, rng, 9, 1.6), near)

    def grass(pen: ImageDraw.ImageDraw) -> None:
        for _ in range(70):
            depth = rng.uniform()
            x, y = int(rng.randint(0, picture.width)), horizon + 6 + round(depth * (picture.height - horizon))
            high = 2 + round(6 * depth)
            pen.line([x, y, x + int(rng.randint(-2, 3)), y - high], fill=(*_dimmed((52, 122, 44), time), 150), width=2)

    _layer(picture, grass, 0.5)
    _specks(picture, horizon + 14, rng, 26, ((255, 246, 190), (255, 214, 226), (244, 244, 255)), time)


def _beach(picture: Image.Image, horizon: int, time: str, rng: np.random.RandomState) -> None:
    shore = horizon + round(picture.height * 0.09)
    water = _gradient(tuple(_dimmed(color, time) for color in ((52, 136, 200), (104, 196, 214))), picture.width, 40)
    edge = shore + _ridge(picture.width, rng, 3, 1.2)
    outline = [(0, horizon), *((x, float(y)) for x, y in enumerate(edge)), (picture.width, horizon)]
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).polygon(outline, fill=255)
    sea = Image.new("RGB", picture.size)
    sea.paste(water, (0, horizon))
    picture.paste(sea, (0, 0), mask.filter(ImageFilter.GaussianBlur(0.7)))
    foam = [(x, float(y)) for x, y in enumerate(edge)]
    _layer(picture, lambda pen: pen.line(foam, fill=(*_dimmed((255, 255, 255), time), 230), width=4), 0.9)
    _specks(picture, shore + 12, rng, 70, ((206, 170, 104), (255, 240, 196), (190, 156, 100)), time)


def _road(picture: Image.Image, horizon: int, time: str, rng: np.random.RandomState) -> None:
    _skyline(picture, horizon, time, rng)
    side = picture.width
    top, bottom = horizon + round(side * 0.1), round(side * 0.985)
    asphalt = tuple(_dimmed(color, time) for color in ((124, 126, 134), (84, 86, 94)))
    picture.paste(_gradient(asphalt, side, bottom - top), (0, top))
    light = _dimmed((238, 238, 230), time)

    def marks(pen: ImageDraw.ImageDraw) -> None:
        for y in (top, bottom - 3):
            pen.rectangle([0, y, side, y + 2], fill=(*light, 230))
        middle, start = (top + bottom) // 2, int(rng.randint(-40, 0))
        for x in range(start, side, 56):
            pen.polygon(
                [(x + 4, middle - 3), (x + 32, middle - 3), (x + 30, middle + 3), (x, middle + 3)], fill=(*light, 235)
            )

    _layer(picture, marks, 0.5)


def _skyline(picture: Image.Image, horizon: int, time: str, rng: np.random.RandomState) -> None:
    wall = {"day": (172, 190, 212), "evening": (122, 82, 116), "night": (22, 27, 56)}[time]
    lit = {"day": (206, 220, 236), "evening": (255, 206, 130), "night": (250, 216, 130)}[time]

    def paint(pen: ImageDraw.ImageDraw) -> None:
        x = -int(rng.randint(0, 12))
        while x < picture.width:
            wide, high = int(rng.randint(16, 34)), int(rng.randint(16, 58))
            shade = int(rng.randint(-10, 11))
            color = tuple(max(0, channel + shade) for channel in wall)
            pen.rectangle([x, horizon - high, x + wide, horizon + 8], fill=(*color, 255))
            for left in range(x + 4, x + wide - 4, 7):
                for up in range(horizon - high + 5, horizon - 4, 8):
                    if rng.uniform() < 0.55:
                        pen.rectangle([left, up, left + 2, up + 3], fill=(*lit, 210))
            x += wide

    _layer(picture, paint, 0.5)


def _sea(picture: Image.Image, horizon: int, time: str, rng: np.random.RandomState) -> None:
    gleam = {"day": (255, 255, 255), "evening": (255, 214, 150), "night": (170, 186, 230)}[time]

    def waves(pen: ImageDraw.ImageDraw) -> None:
        for _ in range(95):
            depth = rng.uniform() ** 1.4
            x, y = int(rng.randint(-10, picture.width)), horizon + 3 + round(depth * (picture.height - horizon))
            half = 3 + round(13 * depth)
            pen.arc([x - half, y - 2, x + half, y + 2 + round(3 * depth)], 200, 340, fill=(*gleam, 95), width=2)

    _layer(picture, waves, 0.6)
    _layer(picture, lambda pen: pen.line([0, horizon, picture.width, horizon], fill=(*gleam, 90), width=2), 0.8)


def _snow(picture: Image.Image, horizon: int, time: str, rng: np.random.RandomState) -> None:
    mountain = _dimmed((198, 214, 236), time)
    _hill(picture, horizon + 2, _ridge(picture.width, rng, 22, 1.3), mountain)
    forest = _dimmed((104, 138, 150), time)

    def pines(pen: ImageDraw.ImageDraw) -> None:
        for _ in range(26):
            x, high = int(rng.randint(0, picture.width)), int(rng.randint(8, 20))
            pen.polygon(
                [(x - high // 3, horizon + 4), (x + high // 3, horizon + 4), (x, horizon + 4 - high)],
                fill=(*forest, 255),
            )

    _layer(picture, pines, 0.6)
    _hill(picture, horizon + 12, _ridge(picture.width, rng, 6, 1.1), _dimmed((240, 246, 253), time))

    def flakes(pen: ImageDraw.ImageDraw) -> None:
        for _ in range(60):
            x, y = (int(rng.randint(0, picture.width)) for _ in "xy")
            size = int(rng.choice((1, 2, 3)))
            pen.ellipse([x, y, x + size, y + size], fill=(255, 255, 255, 200))

    _layer(picture, flakes, 0.5)


def _desert(picture: Image.Image, horizon: int, time: str, rng: np.random.RandomState) -> None:
    shades = ((226, 170, 112), (236, 186, 120), (222, 160, 92))
    for k, color in enumerate(shades):
        ridge = _ridge(picture.width, rng, 14 - 3 * k, 0.8 + 0.3 * k)
        _hill(picture, horizon + 4 + 14 * k, ridge, _dimmed(color, time))
    top = horizon + 44
    near = _dimmed(GROUNDS["desert"][1], time)
    picture.paste(_gradient((_dimmed(shades[-1], time), near), picture.width, picture.height - top), (0, top))
    _specks(picture, horizon + 30, rng, 50, ((184, 120, 62), (250, 214, 150)), time)


PAINTERS = {"meadow": _meadow, "beach": _beach, "road": _road, "sea": _sea, "snow": _snow, "desert": _desert}
