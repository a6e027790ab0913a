"""A backward pass held against the derivative of the student's own forward pass, right or wrong.

The derivative along a few random directions is taken by complex steps and, where the code does not take complex
numbers, by central differences. A gradient that agrees along each of them is the exact one: the error of a wrong one
would have to be at right angles to all of them.
"""

from __future__ import annotations

from collections.abc import Callable
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


@dataclass(frozen=True)
class Slope:
    """The derivative of what flows back along one direction, measured with one step; nan where it could not be."""

    along: np.ndarray
    step: float
    value: float

    def error(self, gradient: np.ndarray) -> float:
        """How far a gradient is from it, relative to the gradient's size along the direction."""
        scale = float(np.abs(gradient * self.along).sum())
        return abs(float(np.vdot(gradient, self.along)) - self.value) / scale if scale else np.nan


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


def measure(forward: Line, looks: list[Direction], run: Callable[[list[Call]], list[Reply]]) -> list[Slope]:
    """The derivative of what flows back, along each direction.

    Code that drops imaginary parts seems flat by complex steps, so those directions are measured by differences.
    """
    found = _slopes(forward, looks, run, COMPLEX)
    flat = [number for number, slope in enumerate(found) if not (np.isfinite(slope.value) and slope.value)]
    if flat:
        again = _slopes(forward, [looks[number] for number in flat], run, REAL)
        found = [dict(zip(flat, again, strict=True)).get(number, slope) for number, slope in enumerate(found)]
    return found


def verdict(written: Verdict, reply: Reply, found: list[Slope]) -> Verdict:
    """The verdict on one gradient; what is zero, of a wrong shape or not there stays as it was.

    found: the slopes along the directions of the input that it is the gradient of.
    """
    gradient = reply.outputs.get(written.output)
    if gradient is None or not found or gradient.shape != found[0].along.shape or not gradient.any():
        return written
    errors = [slope.error(gradient) / LIMITS[slope.step] for slope in found]
    if not max(errors) <= 1:  # also nan
        return written
    worst = max(found, key=lambda slope: slope.error(gradient))
    limit = max(written.limit, LIMITS[worst.step])
    place = (written.case, written.title, written.output)
    return Verdict(*place, "right", written.weight, limit, worst.error(gradient))


def _slopes(
    forward: Line, looks: list[Direction], run: Callable[[list[Call]], list[Reply]], step: float
) -> list[Slope]:
    signs = "+" if step == COMPLEX else "+-"
    replies = run([_call(forward, look, sign, step) for look in looks for sign in signs])
    each = len(signs)
    return [
        Slope(look.along, step, _value(forward, look, replies[each * number : each * (number + 1)], step))
        for number, look in enumerate(looks)
    ]


def _call(forward: Line, look: Direction, sign: str, step: float) -> Call:
    move = "1j * step * along" if step == COMPLEX else "step * along"
    part = "imag" if step == COMPLEX else "real"
    lines = [
        f"{look.name} = {look.name} {sign} {move}",
        f"{', '.join(forward.results)} = {forward.function}({', '.join(forward.arguments)})",
        *(f"{name}_{part} = {name}.{part} / step" for name in forward.arrays),
    ]
    plain = {name: look.inputs[name] for name in forward.arguments}
    outputs = tuple(f"{name}_{part}" for name in forward.arrays)
    return Call("\n".join(lines), {**plain, "along": look.along, "step": np.array(step)}, outputs)


def _value(forward: Line, look: Direction, ends: list[Reply], step: float) -> float:
    """The derivative along one direction; nan where the forward pass gave nothing to take it from."""
    total = 0.0
    for name in forward.arrays:
        upstream = look.inputs[f"d{name}"]
        values = [reply.outputs.get(f"{name}_{'imag' if step == COMPLEX else 'real'}") for reply in ends]
        if any(value is None or value.shape != upstream.shape for value in values):
            return np.nan
        change = values[0] if step == COMPLEX else (values[0] - values[1]) / 2
        total += float(np.vdot(upstream, change))
    return total
