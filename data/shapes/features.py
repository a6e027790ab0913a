"""Features computed from the pixels by a fixed random convolutional net.

Two streams look at the picture. One sees only the silhouette (what differs from the background) and answers
to outlines; the other sees only colours. Both end on a GRID x GRID map, so that a feature also tells where.
All arithmetic is on whole numbers small enough (below 2^24) to be exact in float32, which numpy multiplies
far faster than integers: every machine computes the same features.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .scenes import SIDE

GRID = 4  # cells along each side of the last map
OUTLINES, TINTS, UNGATED = 192, 60, 4  # channels of the last map; the UNGATED also see the background
COLUMNS = GRID * GRID * (OUTLINES + TINTS + UNGATED)  # 4096, as many as VGG-16's fc7
TOP_LEVEL = 15  # features are whole numbers from 0 to this
SEED = 231
BATCH = 30  # pictures at a time: the widest layer then takes about 50 MB


def full_features(pictures, report=lambda line: None):
    """Features of pictures (N, SIDE, SIDE, 3) uint8: float32 array (N, COLUMNS) of whole numbers, mostly 0.

    `report` is called with a line of progress now and then.
    """
    net = _Net(np.random.RandomState(SEED))
    features = np.empty((len(pictures), COLUMNS), dtype=np.float32)
    for start in range(0, len(pictures), BATCH):
        batch = pictures[start : start + BATCH]
        features[start : start + BATCH] = net.forward(batch)
        if start % (20 * BATCH) == 0:
            report(f"features: {start + len(batch)} of {len(pictures)} pictures")
    return features


class _Net:
    """The fixed weights. Every filter is half +1, half -1, so that it answers to differences."""

    def __init__(self, rng, edges=16, colors=32):
        self.edges = _balanced(rng, (5, 5, 1), edges)
        self.outlines = _balanced(rng, (5, 5, edges), OUTLINES)
        self.colors = rng.randint(-3, 4, (3, colors), dtype=np.int64).astype(np.float32)
        self.shifts = rng.randint(-1200, 1200, colors, dtype=np.int64).astype(np.float32)
        self.tints = _balanced(rng, (1, 1, colors), TINTS + UNGATED)

    def forward(self, pictures):
        silhouette = _silhouette(pictures)
        maps = np.concatenate([self._outline_map(silhouette), self._tint_map(pictures, silhouette)], axis=3)
        return maps.reshape(len(pictures), COLUMNS)

    def _outline_map(self, silhouette):
        edges = _relu(_convolve(_pool(silhouette, 2), self.edges))
        outlines = _relu(_convolve(_pool(edges, 2) // 8, self.outlines) - 20)
        return _levels(_pool(outlines, SIDE // 4 // GRID), unit=10)

    def _tint_map(self, pictures, silhouette):
        light = _pool(pictures.astype(np.float32) - 128, 2)
        colors = _relu(light @ self.colors + self.shifts) // 256
        tints = _relu(_convolve(colors, self.tints))
        tints[..., :TINTS] *= _pool(silhouette, 2)
        tints[..., TINTS:] *= 4
        return _levels(_pool(tints, SIDE // 2 // GRID), unit=64)


def _balanced(rng, shape, count):
    """`count` random filters of a shape (height, width, channels): as many weights +1 as -1."""
    size = int(np.prod(shape))
    weights = np.where(np.arange(size) < size // 2, -1, 1)
    weights[size // 2 * 2 :] = 0
    filters = [rng.permutation(weights) for _ in range(count)]
    return np.stack(filters, axis=-1).reshape(*shape, count).astype(np.float32)


def _silhouette(pictures):
    """1 where a pixel differs clearly from the top left one (background): float32 (N, SIDE, SIDE, 1)."""
    pixels = pictures.astype(np.int64)
    difference = np.abs(pixels - pixels[:, :1, :1]).sum(axis=3, keepdims=True)
    return (difference > 60).astype(np.float32)


def _convolve(x, filters):
    """x (N, H, W, C) with filters (K, K, C, F), zeros around: (N, H, W, F)."""
    K, _, C, F = filters.shape
    pad = K // 2
    padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    windows = sliding_window_view(padded, (K, K), axis=(1, 2)).transpose(0, 1, 2, 4, 5, 3)
    return (windows.reshape(-1, K * K * C) @ filters.reshape(-1, F)).reshape(*x.shape[:3], F)


def _pool(x, size):
    """Sums over squares of size x size: (N, H, W, C) to (N, H / size, W / size, C)."""
    N, H, W, C = x.shape
    return x.reshape(N, H // size, size, W // size, size, C).sum(axis=(2, 4))


def _relu(x):
    return np.maximum(x, 0)


def _levels(x, unit):
    """Whole numbers 0 to TOP_LEVEL; the square root keeps large shapes from drowning small ones."""
    return np.minimum(np.floor(np.sqrt(x // unit)), TOP_LEVEL)
