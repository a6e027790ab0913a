"""The gradients of a forward pass with a known mistake, by complex steps.

Somebody may have left out the same thing in a forward pass and in its gradients. Where the forward pass is a mistake of
the exercise's bank, its exact gradients are computed here, from the bank's function: nothing that the student's process
sends has a part in them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.spec import Arrays

from .dependencies import Line

COMPLEX, REAL = 1e-20, 1e-6  # sizes of a complex step and of a central difference's
CLOSE = 1e-4  # relative difference of the two; a function that drops imaginary parts is off by far more
MOST = 2000  # entries of one case's inputs


def gradients(forward: Line, function: Callable[..., Any], inputs: Arrays, outputs: Sequence[str]) -> Arrays:
    """The gradients of a forward pass's outputs times their upstream gradients.

    function: the forward pass. inputs: of one case, with the upstream gradient of each result as `dNAME`. outputs: the
    names of the gradients, `dNAME` for the input NAME. A gradient that says nothing, as it is zero or the same number
    everywhere, is left out. Empty where the function does not take complex numbers or has too many inputs.
    """
    names = [name for name in forward.arguments if f"d{name}" in outputs]
    if sum(inputs[name].size for name in names) > MOST:
        return {}
    try:
        found = {f"d{name}": _gradient(forward, function, inputs, name) for name in names}
        if not all(_holds(forward, function, inputs, name, found[f"d{name}"]) for name in names):
            return {}
    except Exception:  # a mistake may be one that stops, or that gives no arrays
        return {}
    return {name: each for name, each in found.items() if each.any() and (each.size == 1 or np.ptp(each))}


def _gradient(forward: Line, function: Callable[..., Any], inputs: Arrays, name: str) -> np.ndarray:
    gradient = np.zeros(inputs[name].shape)
    for place in np.ndindex(gradient.shape):
        moved = inputs[name].astype(complex)
        moved[place] += 1j * COMPLEX
        gradient[place] = _loss(forward, function, {**inputs, name: moved}).imag / COMPLEX
    return gradient


def _holds(forward: Line, function: Callable[..., Any], inputs: Arrays, name: str, gradient: np.ndarray) -> bool:
    """Whether a central difference along one direction agrees with the gradient."""
    along = np.random.default_rng(gradient.size).standard_normal(gradient.shape)
    ends = [_loss(forward, function, {**inputs, name: inputs[name] + sign * REAL * along}).real for sign in (1, -1)]
    scale = float(np.abs(gradient * along).sum())
    return abs((ends[0] - ends[1]) / (2 * REAL) - float(np.vdot(gradient, along))) <= CLOSE * scale + REAL


def _loss(forward: Line, function: Callable[..., Any], inputs: Arrays) -> complex:
    """The sum of all outputs times their upstream gradients."""
    results = function(*(inputs[name].copy() for name in forward.arguments))
    values = dict(zip(forward.results, results if len(forward.results) > 1 else [results], strict=True))
    return complex(sum(np.sum(values[name] * inputs[f"d{name}"]) for name in forward.arrays))
