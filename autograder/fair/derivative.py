"""A backward pass held against the derivative of the student's own forward pass, right or wrong.

The derivative along a few random directions is taken by complex steps and, where the code does not take complex
numbers, by central differences. A gradient that agrees along each of them is the exact one: the error of a wrong one
would have to be at right angles to all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..judge import Verdict
from ..sandbox.session import Call, Reply
from ..spec import Arrays, Case, Exercise
from .dependencies import Line

DIRECTIONS = 2  # for each input
COMPLEX, REAL = 1e-20, 1e-5  # steps
LIMITS = {COMPLEX: 1e-7, REAL: 1e-5}  # of the error; wrong gradients are off by far more


@dataclass(frozen=True)
class Direction:
    """One direction in one input of one case."""

    case: Case
    inputs: Arrays
    name: str
    along: np.ndarray


def directions(exercise: Exercise, forward: Line, inputs: dict[str, Arrays], seed: int) -> list[Direction]:
    """The directions to look along: in each input that the backward pass gives a gradient of, in each case."""
    rng = np.random.default_rng(seed)
    return [
        Direction(case, inputs[case.name], name, rng.standard_normal(inputs[case.name][name].shape))
        for case in exercise.cases
        for name in forward.arguments
        if f"d{name}" in exercise.outputs
        for _ in range(DIRECTIONS)
    ]


def calls(forward: Line, looks: list[Direction], step: float) -> list[Call]:
    """The forward pass along the directions: one call for each by complex steps, two by central differences."""
    line = f"{', '.join(forward.results)} = {forward.function}({', '.join(forward.arguments)})"
    if step == COMPLEX:
        ends = [f"{name}_slope = {name}.imag / step" for name in forward.arrays]
        lines = [line, *ends]
        return [
            _call(look, [f"{look.name} = {look.name} + 1j * step * along", *lines], step, forward) for look in looks
        ]
    ends = [f"{name}_slope = {name} * 1.0" for name in forward.arrays]
    return [
        _call(look, [f"{look.name} = {look.name} {sign} step * along", line, *ends], step, forward)
        for look in looks
        for sign in "+-"
    ]


def slopes(forward: Line, looks: list[Direction], replies: list[Reply], step: float) -> Iterator[float]:
    """The derivative of what flows back along each direction; nan where the forward pass gave none."""
    each = 1 if step == COMPLEX else 2
    for number, look in enumerate(looks):
        ends = replies[each * number : each * (number + 1)]
        slope = 0.0
        for name in forward.arrays:
            values = [reply.outputs.get(f"{name}_slope") for reply in ends]
            upstream = look.inputs[f"d{name}"]
            if any(value is None or value.shape != upstream.shape for value in values):
                slope = np.nan
                break
            change = values[0] if step == COMPLEX else (values[0] - values[1]) / (2 * step)
            slope += float(np.vdot(upstream, change))
        yield slope


def verdict(written: Verdict, reply: Reply, looks: list[Direction], found: list[float], step: float) -> Verdict:
    """The verdict on one gradient; what is zero, of a wrong shape or not there stays as it was."""
    gradient, limit = reply.outputs.get(written.output), max(LIMITS[step], written.limit)
    if gradient is None or not looks or gradient.shape != looks[0].along.shape or not gradient.any():
        return written
    error = max(_error(gradient, look.along, slope) for look, slope in zip(looks, found, strict=True))
    if not error <= limit:  # also nan
        return written
    return Verdict(written.case, written.title, written.output, "right", written.weight, limit, error)


def _call(look: Direction, lines: list[str], step: float, forward: Line) -> Call:
    plain = {name: look.inputs[name] for name in forward.arguments}
    inputs = {**plain, "along": look.along, "step": np.array(step)}
    return Call("\n".join(lines), inputs, tuple(f"{name}_slope" for name in forward.arrays))


def _error(gradient: np.ndarray, along: np.ndarray, slope: float) -> float:
    scale = float(np.abs(gradient * along).sum())
    return abs(float(np.vdot(gradient, along)) - slope) / scale if scale else np.nan
