"""Principal components in whole numbers, so that every machine gets the same reduced features from them."""

import numpy as np

LEVELS = 31  # the axes are whole numbers from -31 to 31: more would only take more room


def projection(train, components=512):
    """Axes (D, components) int8, middle (components,) and scale (components,), both float32, fitted on train (N, D).

    All components are divided by one number, so that the standard deviation over the whole array is about 1. Each is
    turned so that its largest weight is positive. Where train has too few rows for so many components, the last axes
    are 0.
    """
    train = train.astype(np.float64)
    axes = _axes(train, components)
    largest = np.maximum(np.abs(axes).max(axis=0), np.finfo(float).tiny)
    whole = np.rint(axes / largest * LEVELS)
    middle = np.rint(train.mean(axis=0) @ whole)
    found = (train @ whole - middle) * largest / LEVELS
    scale = largest / LEVELS / found.std()
    return whole.astype(np.int8), middle.astype(np.float32), scale.astype(np.float32)


def _axes(x, components):
    """Directions of most variance, each of length 1: (D, components), padded with zeros."""
    centered = len(x) * x - x.sum(axis=0)  # whole numbers: their products are exact
    variances, vectors = np.linalg.eigh(centered @ centered.T)
    kept = np.argsort(variances)[::-1][: min(components, len(x) - 1)]
    deviations = np.sqrt(variances[kept])
    axes = centered.T @ (vectors[:, kept] / deviations)
    largest = axes[np.abs(axes).argmax(axis=0), np.arange(len(kept))]
    return np.pad(axes * np.sign(largest), ((0, 0), (0, components - len(kept))))
