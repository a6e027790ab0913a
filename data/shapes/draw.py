"""Scenes into pixels, in whole numbers only.

Each pixel is the mean of SAMPLES x SAMPLES points, which makes the edges smooth.
"""

import numpy as np

from .scenes import SIDE

SAMPLES = 4  # points along each side of a pixel
UNIT = 1000  # outlines are given on a grid where a shape's radius is UNIT


def render(scene):
    """The picture of a scene: uint8 array of shape (SIDE, SIDE, 3), values red, green, blue."""
    pixels = np.empty((SIDE, SIDE, 3), dtype=np.int64)
    pixels[:] = scene.background_rgb
    full = SAMPLES * SAMPLES
    for shape in scene.shapes:
        rows, columns = _span(shape.y, shape.radius), _span(shape.x, shape.radius)
        cover = _cover(shape, rows, columns)[:, :, None]
        below = pixels[rows, columns]
        pixels[rows, columns] = (below * (full - cover) + np.array(shape.rgb) * cover + full // 2) // full
    return pixels.astype(np.uint8)


def _span(center, radius):
    """The pixels along an axis that a shape can reach: no outline is wider than 5/4 of its radius."""
    reach = radius * 5 // 4 + 1
    return slice(max(0, center - reach), min(SIDE, center + reach))


def _cover(shape, rows, columns):
    """How many of each pixel's points lie in the shape: int64 array, a value for each pixel of the slices."""
    x = _points(columns, shape.x)[None, :]
    y = _points(rows, shape.y)[:, None]
    inside = INSIDE[shape.kind](x, y, 2 * SAMPLES * shape.radius)
    height, width = (count // SAMPLES for count in inside.shape)
    return inside.reshape(height, SAMPLES, width, SAMPLES).sum(axis=(1, 3))


def _points(span, center):
    """Distances from the centre along an axis, as integers: in units of 1 / (2 SAMPLES) pixel."""
    return 2 * np.arange(span.start * SAMPLES, span.stop * SAMPLES) + 1 - 2 * SAMPLES * center


def _in_circle(x, y, radius):
    return x * x + y * y <= radius * radius


def _in_heart(x, y, radius):
    """The curve (x^2 + y^2 - s^2)^3 = x^2 y^3 s, shrunk and moved to fill the circle around the shape."""
    scale = radius * 86 // 100
    up = radius // 10 - y
    return (x * x + up * up - scale * scale) ** 3 <= x * x * up * up * up * scale


def _polygon(corners):
    """Test for being in the polygon with these corners, by counting the edges to the right of a point."""

    def inside(x, y, radius):
        odd = np.zeros(np.broadcast_shapes(x.shape, y.shape), dtype=bool)
        for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
            crosses = (y0 * radius > y * UNIT) != (y1 * radius > y * UNIT)
            side = (x * UNIT - x0 * radius) * (y1 - y0) - (y * UNIT - y0 * radius) * (x1 - x0)
            odd ^= crosses & ((side < 0) == (y1 > y0))
        return odd

    return inside


def _star_corners():
    angles = np.pi * np.arange(10) / 5
    lengths = np.where(np.arange(10) % 2, 0.46, 1.12) * UNIT
    x, y = np.rint(lengths * np.sin(angles)), np.rint(-lengths * np.cos(angles))
    return [(int(a), int(b) + 60) for a, b in zip(x, y, strict=True)]


def _cross_corners(arm=340, reach=1000):
    corner = [(arm, -reach), (arm, -arm), (reach, -arm)]
    quarters = []
    for _ in range(4):
        quarters += corner
        corner = [(-y, x) for x, y in corner]  # a quarter turn
    return quarters


INSIDE = {
    "circle": _in_circle,
    "heart": _in_heart,
    "square": _polygon([(-880, -880), (880, -880), (880, 880), (-880, 880)]),
    "triangle": _polygon([(0, -1000), (1080, 860), (-1080, 860)]),
    "star": _polygon(_star_corners()),
    "cross": _polygon(_cross_corners()),
}
