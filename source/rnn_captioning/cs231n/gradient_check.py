"""Relative error and numerical gradients by central differences.

A central difference has an error of order h**2 from the formula and of order eps / h from rounding, so with
h = 1e-5 about 1e-10 of the gradient's scale is the best to expect.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .words import told


def rel_error(x: Any, y: Any) -> float:
    """Largest relative error max|x - y| / max(1e-8, |x| + |y|) between two arrays of the same shape.

    0 means equal, 1 means unrelated (or of opposite sign). Raises ValueError when the shapes differ, because
    broadcasting would hide a wrong shape behind a small number.
    """
    x, y = np.asarray(x), np.asarray(y)
    if x.shape != y.shape:
        differ = "rel_error compares arrays of one shape, not {one} with {other}."
        raise ValueError(told(differ, one=str(x.shape), other=str(y.shape)))
    return float(np.max(np.abs(x - y) / np.maximum(1e-8, np.abs(x) + np.abs(y))))


def eval_numerical_gradient(
    f: Callable[[np.ndarray], float], x: np.ndarray, verbose: bool = True, h: float = 1e-5
) -> np.ndarray:
    """Numerical gradient of a function with one number as its value.

    f: takes x, returns a scalar. x: float array of any shape, changed in place during the call and restored
    exactly. verbose: print every partial derivative. h: step. Returns an array of x's shape.
    Raises TypeError when x does not hold floats.
    """
    grad = np.zeros_like(_floats(x))
    for index in np.ndindex(x.shape):
        above, below = _values_beside(f, x, index, h)
        grad[index] = (above - below) / (2 * h)
        if verbose:
            print(index, grad[index])
    return grad


def eval_numerical_gradient_array(
    f: Callable[[np.ndarray], np.ndarray], x: np.ndarray, df: np.ndarray, h: float = 1e-5
) -> np.ndarray:
    """Numerical gradient of sum(f(x) * df) for a function with an array as its value.

    f: takes x, returns an array. x: float array of any shape, changed in place during the call and restored
    exactly. df: upstream gradient, of the shape of f(x), or one number. h: step.
    Returns an array of x's shape. Raises TypeError when x does not hold floats,
    ValueError when df does not have the shape of f(x).
    """
    grad = np.zeros_like(_floats(x))
    for index in np.ndindex(x.shape):
        above, below = _values_beside(f, x, index, h)
        if np.ndim(df) and np.shape(df) != above.shape:
            other = "df has shape {shape} but f(x) has {wanted}: make them the same."
            raise ValueError(told(other, shape=str(np.shape(df)), wanted=str(above.shape)))
        grad[index] = np.sum((above - below) * df) / (2 * h)
    return grad


def _floats(x: np.ndarray) -> np.ndarray:
    if not (isinstance(x, np.ndarray) and np.issubdtype(x.dtype, np.floating)):
        raise TypeError(told("x must be a NumPy array of floats: a step of 1e-5 is lost in anything else."))
    return x


def _values_beside(f: Callable, x: np.ndarray, index: tuple[int, ...], h: float) -> tuple[np.ndarray, np.ndarray]:
    """f with x[index] moved up and down by h. Copies, since f may return (a view of) x itself."""
    original = x[index]
    try:
        x[index] = original + h
        above = np.array(f(x))
        x[index] = original - h
        below = np.array(f(x))
    finally:
        x[index] = original
    return above, below
