"""A small convolutional net that sees the scenes: five layers with stride 2, trained by this project.

Everything in it is a whole number small enough (below 2**24) to be exact in float32, which NumPy multiplies far faster
than integers: every machine computes the same features.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..coco_utils import read_h5

FILE = "scene_net.h5"
GRID = 4  # cells along each side of the last map
CHANNELS = 256  # numbers for each cell
STEP = 1 / 32  # reduced features are multiples of this
BATCH = 32  # pictures at a time: the widest layer then takes about 50 MB


@dataclass(frozen=True)
class Layer:
    """A convolution with stride 2, then rint(clip(scale * sum + shift, 0, top)).

    weights: (kernel, kernel, C, C') whole numbers. scale, shift: (C',). top: the highest level.
    """

    weights: np.ndarray
    scale: np.ndarray
    shift: np.ndarray
    top: int

    def forward(self, maps: np.ndarray) -> np.ndarray:
        """Maps (N, S, S, C) -> (N, S / 2, S / 2, C'), float32 whole numbers."""
        kernel, _, before, channels = self.weights.shape
        edge = kernel // 2
        padded = np.pad(maps, ((0, 0), (edge, edge), (edge, edge), (0, 0)))
        windows = sliding_window_view(padded, (kernel, kernel), axis=(1, 2))[:, ::2, ::2]  # type: ignore[call-overload]
        columns = windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, kernel * kernel * before)
        sums = columns @ self.weights.reshape(-1, channels).astype(np.float32)
        levels = np.rint(np.clip(sums * self.scale + self.shift, 0, self.top))
        return levels.reshape(*windows.shape[:3], channels)


@dataclass(frozen=True)
class SceneNet:
    """The layers, and the projection to the reduced features.

    axes: (D, 512) whole numbers, D = 16 * 256. middle: (512,), what the mean picture gives. scale: (512,).
    """

    layers: tuple[Layer, ...]
    axes: np.ndarray
    middle: np.ndarray
    scale: np.ndarray

    @classmethod
    def read(cls, path: Path) -> SceneNet:
        """The net of a file. Raises ValueError where it is damaged."""
        found = read_h5(path, ("tops", "axes", "middle", "axis_scale"))
        layers = tuple(Layer(*(found[f"{part}{i}"] for part in PARTS), int(top)) for i, top in enumerate(found["tops"]))
        return cls(layers, found["axes"], found["middle"], found["axis_scale"])

    def full(self, pictures: np.ndarray) -> np.ndarray:
        """Features of pictures (N, 128, 128, 3) uint8: (N, 4096) float32, a 4 x 4 grid of cells with 256 each."""
        found = [self._maps(pictures[start : start + BATCH]) for start in range(0, len(pictures), BATCH)]
        return np.concatenate(found).reshape(len(pictures), GRID * GRID * CHANNELS)

    def _maps(self, pictures: np.ndarray) -> np.ndarray:
        maps = pictures.astype(np.float32)
        for layer in self.layers:
            maps = layer.forward(maps)
        return maps

    def reduced(self, full: np.ndarray) -> np.ndarray:
        """The first principal components of full features: (N, 512) float32."""
        sums = full @ self.axes.astype(np.float32) - self.middle
        return (np.rint(sums * self.scale / STEP) * STEP).astype(np.float32)


PARTS = ("weights", "scale", "shift")


def cells(full: np.ndarray) -> np.ndarray:
    """Full features (N, 4096) as a grid, (N, 16, 256): cell 0 is at the top left, cell 3 at the top right."""
    return full.reshape(len(full), GRID * GRID, CHANNELS)
