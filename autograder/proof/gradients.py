"""The reference's gradients against complex steps, which need no second implementation."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from cs231n.gradient_check import rel_error

from ..exercises import IN_ORDER
from ..run import run_here
from ..spec import Arrays, Case, Exercise

STEP = 1e-20  # so small that a complex step's error is far below rounding, and nothing cancels
AGREE = 1e-9  # the worst that was measured is 3e-13
COARSE = 0.1  # of a case's own limit, for single precision

Gradient = tuple[str, np.ndarray, np.ndarray]


def complex_step(loss: Callable[[np.ndarray], Any], array: np.ndarray) -> np.ndarray:
    """The derivative of `loss(array)` with respect to each entry."""
    gradient, moved = np.zeros(array.shape), array.astype(complex)
    for index in np.ndindex(array.shape):
        moved[index] += 1j * STEP
        gradient[index] = loss(moved).imag / STEP
        moved[index] = array[index]
    return gradient


def differentiated() -> list[Exercise]:
    """The exercises that give gradients."""
    return [each for each in IN_ORDER if each.name.endswith(("backward", "loss"))]


def gradients(exercise: Exercise, inputs: Arrays, reference: Mapping[str, Any]) -> Iterator[Gradient]:
    """The name of each gradient, its value by complex steps, and the reference's."""
    if exercise.name.endswith("backward"):
        return _of_layer(exercise, inputs, reference)
    if exercise.name.startswith("captioning"):
        return _of_model(exercise, inputs, reference)
    return _of_scores(inputs, reference)


def agree(case: Case, exact: np.ndarray, given: np.ndarray) -> tuple[float, float]:
    """How far two gradients are apart, and the most that they may be.

    The error is relative to each entry or, where the case is one of single precision and entries next to zero have no
    right digit, to the largest.
    """
    if case.limit is None:
        return rel_error(exact, given), AGREE
    return float(np.abs(exact - given).max() / np.abs(exact).max()), COARSE * case.limit


def _of_layer(exercise: Exercise, inputs: Arrays, reference: Mapping[str, Any]) -> Iterator[Gradient]:
    forward = reference[exercise.name.replace("backward", "forward")]
    upstream = [array for name, array in inputs.items() if name.startswith("d")]
    arguments = {name: inputs[name] for name in inspect.signature(forward).parameters}
    outputs = run_here(exercise, inputs, reference).outputs
    for name in (output.removeprefix("d") for output in exercise.outputs):

        def loss(moved: np.ndarray, name: str = name) -> Any:
            results = forward(**{**arguments, name: moved})
            return sum(np.sum(result * dout) for result, dout in zip(results, upstream, strict=False))

        yield name, complex_step(loss, arguments[name]), outputs[f"d{name}"]


def _of_model(exercise: Exercise, inputs: Arrays, reference: Mapping[str, Any]) -> Iterator[Gradient]:
    outputs = run_here(exercise, inputs, reference).outputs
    for name in (output.removeprefix("d") for output in outputs if output != "loss"):

        def loss(moved: np.ndarray, name: str = name) -> Any:
            return run_here(exercise, {**inputs, name: moved}, reference).outputs["loss"]

        yield name, complex_step(loss, inputs[name]), outputs[f"d{name}"]


def _of_scores(inputs: Arrays, reference: Mapping[str, Any]) -> Iterator[Gradient]:
    x, y, mask = inputs["x"], inputs["y"], inputs["mask"]
    softmax_loss = reference["temporal_softmax_loss"]
    yield "x", complex_step(lambda moved: softmax_loss(moved, y, mask)[0], x), softmax_loss(x, y, mask)[1]
