"""A scene's picture: the place, then the things from far to near, with shadows or ripples, in the light of the time."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .places import backdrop, blurred
from .scene import Glyphs, Placed, Scene, extent
from .things import SIDE, SKY

FINE = 2  # pictures are drawn this many times as large, which makes the edges smooth
LIGHT = {"day": (255, 255, 255), "evening": (255, 205, 172), "night": (172, 184, 228)}  # falls on the things
SOFT = 9  # pixels of a shadow's soft edge
WATERLINE = 0.16  # the share of a swimming thing's height that is under water


def draw(scene: Scene, glyphs: Glyphs, behind: Image.Image | None = None) -> np.ndarray:
    """The picture: (SIDE, SIDE, 3) uint8, red, green and blue. behind: a backdrop to draw upon."""
    picture = behind or backdrop(scene.place, scene.time, SIDE * FINE, scene.seed)
    for placed in sorted(scene.things, key=_depth):
        _put(picture, placed, glyphs[placed.name], scene)
    small = picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return np.asarray(small, dtype=np.uint8)


def _depth(placed: Placed) -> tuple[bool, int]:
    """The farthest is drawn first: what flies, then what stands nearer to the horizon."""
    return placed.thing.on != SKY, placed.y


def _put(picture: Image.Image, placed: Placed, glyph: Image.Image, scene: Scene) -> None:
    glyph = glyph.resize(extent(placed, glyph, FINE), Image.Resampling.LANCZOS)
    if placed.flip:
        glyph = glyph.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    glyph = _lit(glyph, scene.time)
    x, y = placed.x * FINE, placed.y * FINE
    swims = scene.place == "sea" and placed.thing.on != SKY
    if swims:
        glyph = _swimming(glyph)
    elif placed.thing.on != SKY:
        _shadow(picture, x, y, glyph.width, scene.time)
    picture.alpha_composite(*_clipped(picture, glyph, x - glyph.width // 2, y - glyph.height))
    if swims:
        _ripples(picture, x, y, glyph.width)


def _lit(glyph: Image.Image, time: str) -> Image.Image:
    pixels = np.asarray(glyph).astype(np.uint16)
    pixels[..., :3] = pixels[..., :3] * np.array(LIGHT[time], dtype=np.uint16) // 255
    return Image.fromarray(pixels.astype(np.uint8))


def _swimming(glyph: Image.Image) -> Image.Image:
    """The glyph with its lower part seen through water."""
    pixels = np.array(glyph)
    depth = max(1, round(glyph.height * WATERLINE))
    fade = np.linspace(0.75, 0.1, depth)[:, None]
    pixels[-depth:, :, 3] = np.rint(pixels[-depth:, :, 3] * fade)
    return Image.fromarray(pixels)


def _shadow(picture: Image.Image, x: int, y: int, width: int, time: str) -> None:
    """A soft shadow on the ground; long in the evening, faint at night."""
    long, dark = {"day": (1.0, 80), "evening": (1.5, 70), "night": (0.9, 90)}[time]
    half = round(width * 0.46)
    right = round(half * long)
    layer = Image.new("L", (half + right + 2 * SOFT, 12 + 2 * SOFT), 0)
    ImageDraw.Draw(layer).ellipse([SOFT, SOFT, SOFT + half + right, SOFT + 12], fill=dark)
    layer = layer.filter(ImageFilter.GaussianBlur(SOFT / 3))
    picture.paste((8, 12, 26, 255), (x - half - SOFT, y - 7 - SOFT), layer)


def _ripples(picture: Image.Image, x: int, y: int, width: int) -> None:
    layer = Image.new("RGBA", (round(width * 1.3), 24), (0, 0, 0, 0))
    pen, middle = ImageDraw.Draw(layer), layer.width // 2
    for row, share in enumerate((0.5, 0.62, 0.4)):
        half, below = round(width * share), 7 + 4 * row
        pen.arc(
            [middle - half, below - 3, middle + half, below + 3], 20, 160, fill=(235, 245, 255, 120 - 25 * row), width=2
        )
    picture.alpha_composite(*_clipped(picture, blurred(layer, 0.8), x - middle, y - 12))


def _clipped(picture: Image.Image, glyph: Image.Image, left: int, top: int) -> tuple[Image.Image, tuple[int, int]]:
    """The part of a glyph that lies inside the picture, and where."""
    inside = glyph.crop((max(0, -left), max(0, -top), glyph.width, glyph.height))
    return inside, (max(0, left), max(0, top))
