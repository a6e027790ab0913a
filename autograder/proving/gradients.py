"""Compare the reference's gradients with complex steps, which need no second implementation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.judging.carried.dependencies import CACHE, Line, forward_line
from autograder.judging.trusted import run_here
from autograder.selfcheck.compare import error_map
from autograder.spec import Arrays, Case, Exercise

STEP = 1e-20  # so small that its error is far below rounding; complex steps subtract nothing, so nothing cancels
AGREE = 1e-9  # the worst that was measured is 3e-13
COARSE = 0.1  # the share of a single-precision case's limit that two gradients may differ by
LOSS = "loss"  # the output that is differentiated, where there are no upstream gradients

Gradient = tuple[str, np.ndarray, np.ndarray]


def complex_step(loss: Callable[[np.ndarray], Any], array: np.ndarray) -> np.ndarray:
    """The derivative of `loss(array)` with respect to each entry."""
    gradient, moved = np.zeros(array.shape), array.astype(complex)
    for index in np.ndindex(array.shape):
        moved[index] += 1j * STEP
        gradient[index] = loss(moved).imag / STEP
        moved[index] = array[index]
    return gradient


def differentiated(exercises: Sequence[Exercise]) -> list[Exercise]:
    """The exercises that can be checked so: the gradients of a loss, and backward passes with upstream gradients."""
    return [each for each in exercises if _names(each) and (LOSS in each.outputs or _upstream(each))]


def gradients(exercise: Exercise, inputs: Arrays, reference: Mapping[str, Any]) -> Iterator[Gradient]:
    """Of each gradient: the input's name, the value by complex steps, and the reference's value."""
    outputs, value = run_here(exercise, inputs, reference).outputs, _value(exercise, inputs, reference)
    for name in _names(exercise):

        def loss(moved: np.ndarray, name: str = name) -> Any:
            return value({**inputs, name: moved})

        yield name, complex_step(loss, inputs[name]), outputs[f"d{name}"]


def agree(case: Case, exact: np.ndarray, given: np.ndarray) -> tuple[float, float]:
    """How far two gradients are apart, and how far they may be.

    In double precision the error is relative to each entry. In single precision, where entries near zero have no
    correct digit, it is relative to the largest.
    """
    if case.limit is None:
        return float(error_map(exact, given).max(initial=0.0)), AGREE
    return float(np.abs(exact - given).max() / np.abs(exact).max()), COARSE * case.limit


def _names(exercise: Exercise) -> list[str]:
    """The inputs by which the exercise differentiates."""
    names = [output.removeprefix("d") for output in exercise.outputs if output.startswith("d")]
    return [name for name in names if name in exercise.inputs and exercise.inputs[name].kind == "float"]


def _upstream(exercise: Exercise) -> dict[str, str]:
    """The outputs of the forward pass, by the names of their upstream gradients."""
    forward = forward_line(exercise)
    arrays = forward.arrays if forward else ()
    return {f"d{name}": name for name in arrays if f"d{name}" in exercise.inputs}


def _value(exercise: Exercise, inputs: Arrays, reference: Mapping[str, Any]) -> Callable[[Arrays], Any]:
    """The function to differentiate: the loss, or the forward pass's outputs times their upstream gradients, summed."""
    forward = forward_line(exercise)
    if LOSS in exercise.outputs or forward is None:
        return lambda moved: run_here(exercise, moved, reference).outputs[LOSS]
    return lambda moved: sum(
        np.sum(result * inputs[f"d{name}"])
        for name, result in _results(forward, moved, reference).items()
        if name != CACHE and f"d{name}" in inputs
    )


def _results(forward: Line, inputs: Arrays, reference: Mapping[str, Any]) -> dict[str, Any]:
    given = reference[forward.function](*(inputs[name] for name in forward.arguments))
    return dict(zip(forward.results, given, strict=True))
