"""Principal components of the features, rounded so that every machine gets the same ones."""

import numpy as np

STEP = 1 / 32  # reduced features are multiples of this; libraries for linear algebra differ by far less


def reduce(train, val, components=512):
    """The first principal components, fitted on train: two float32 arrays (N, components).

    train, val: (N, D) features, whole numbers. Each component is divided by the fourth root of its standard
    deviation, so that the small ones, which tell outlines apart, are learned sooner; then all of them by one
    number, so that the standard deviation over the whole train array is about 1. A component is turned so
    that its largest weight is positive. Where train has too few rows for so many components, the last columns
    are 0.
    """
    train, val = train.astype(np.float64), val.astype(np.float64)
    mean = train.mean(axis=0)
    axes = _axes(train, components)
    train, val = (train - mean) @ axes, (val - mean) @ axes
    scale = train.std()
    return tuple((np.rint(x / scale / STEP) * STEP).astype(np.float32) for x in (train, val))


def _axes(x, components):
    """Directions of most variance, each of length deviation**-0.25: (D, components), padded with zeros."""
    centered = len(x) * x - x.sum(axis=0)  # whole numbers: their products are exact
    variances, vectors = np.linalg.eigh(centered @ centered.T)
    kept = np.argsort(variances)[::-1][: min(components, len(x) - 1)]
    deviations = np.sqrt(variances[kept])
    axes = centered.T @ (vectors[:, kept] / deviations) / deviations**0.25
    largest = axes[np.abs(axes).argmax(axis=0), np.arange(len(kept))]
    return np.pad(axes * np.sign(largest), ((0, 0), (0, components - len(kept))))
