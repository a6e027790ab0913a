"""Judge a backward pass as the derivative of the student's own forward pass, whether that is right or wrong.

The derivative is measured along a few random directions: by complex steps or, where the code does not take complex
numbers, by central differences. A gradient that agrees along all of them is exact: the error of a wrong gradient would
have to be orthogonal to every direction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.record import Check
from autograder.sandbox.messages import Call, Reply
from autograder.spec import Arrays, Case, Exercise

from ..judge import Verdict
from .dependencies import Line

DIRECTIONS = 2  # in each input
COMPLEX, REAL = 1e-20, 1e-5  # sizes of a complex step and of a central difference's
LIMITS = {COMPLEX: 1e-7, REAL: 1e-5}  # of the relative error; wrong gradients are off by far more


@dataclass(frozen=True)
class Direction:
    """A random direction in one input of one case."""

    case: Case
    inputs: Arrays
    name: str
    along: np.ndarray

    @property
    def place(self) -> tuple[str, str]:
        """The case, and the output that is the gradient in this input."""
        return self.case.name, f"d{self.name}"


@dataclass(frozen=True)
class Slope:
    """The derivative of the outputs times their upstream gradients along a direction; nan where it was not measured."""

    along: np.ndarray
    step: float
    value: float

    def error(self, gradient: np.ndarray) -> float:
        """How far a gradient is from this derivative, relative to the gradient's size along the direction."""
        scale = float(np.abs(gradient * self.along).sum())
        return abs(float(np.vdot(gradient, self.along)) - self.value) / scale if scale else np.nan


def directions(exercise: Exercise, forward: Line, inputs: dict[str, Arrays], seed: int) -> list[Direction]:
    """The directions to measure along, in every case: a few in each input that the exercise differentiates by."""
    rng = np.random.default_rng(seed)
    return [
        Direction(case, inputs[case.name], name, rng.standard_normal(inputs[case.name][name].shape))
        for case in exercise.cases
        for name in forward.arguments
        if f"d{name}" in exercise.outputs
        for _ in range(DIRECTIONS)
    ]


def excused(
    verdicts: Sequence[Verdict],
    given: Mapping[str, Arrays],
    forward: Line,
    looks: Sequence[Direction],
    run: Callable[[list[Call]], list[Reply]],
) -> list[Verdict]:
    """The verdicts on some gradients, right where they agree with the derivative along every direction.

    A gradient that is missing, all zeros or of a wrong shape keeps its verdict, without a measurement.
    given: the student's gradients, by case and output. looks: all directions of the exercise.
    """
    gradients = {
        (each.case, each.output): given[each.case][each.output]
        for each in verdicts
        if not each.right and each.output in given[each.case]
    }
    wanted = [look for look in looks if look.place in gradients and _fits(gradients[look.place], look)]
    if not wanted:
        return list(verdicts)
    slopes: dict[tuple[str, str], list[Slope]] = {}
    for look, slope in zip(wanted, measure(forward, wanted, run), strict=True):
        slopes.setdefault(look.place, []).append(slope)
    return [
        _agreed(each, gradients[place], slopes[place]) if (place := (each.case, each.output)) in slopes else each
        for each in verdicts
    ]


def measure(forward: Line, looks: list[Direction], run: Callable[[list[Call]], list[Reply]]) -> list[Slope]:
    """The derivative along each direction.

    To complex steps, code that drops imaginary parts looks constant. So where they give zero or nothing, central
    differences measure again.
    """
    found = _slopes(forward, looks, run, COMPLEX)
    flat = [number for number, slope in enumerate(found) if not (np.isfinite(slope.value) and slope.value)]
    if flat:
        again = _slopes(forward, [looks[number] for number in flat], run, REAL)
        found = [dict(zip(flat, again, strict=True)).get(number, slope) for number, slope in enumerate(found)]
    return found


def _fits(gradient: np.ndarray, look: Direction) -> bool:
    return gradient.shape == look.along.shape and bool(gradient.any())


def _agreed(written: Verdict, gradient: np.ndarray, found: list[Slope]) -> Verdict:
    """The verdict on one gradient: right where it agrees with all these derivatives, else as it was."""
    errors = [slope.error(gradient) / LIMITS[slope.step] for slope in found]
    if not max(errors) <= 1:  # this way round, nan is too large
        return written
    worst = max(found, key=lambda slope: slope.error(gradient))
    limit = max(written.limit, LIMITS[worst.step])
    place = (written.case, written.title, written.output)
    return Verdict(*place, Check.RIGHT, written.weight, limit, worst.error(gradient))


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
    """The derivative along one direction; nan where the forward pass gave no values of the right shape."""
    total = 0.0
    for name in forward.arrays:
        upstream = look.inputs[f"d{name}"]
        values = [reply.outputs.get(f"{name}_{'imag' if step == COMPLEX else 'real'}") for reply in ends]
        known = [value for value in values if value is not None and value.shape == upstream.shape]
        if len(known) < len(values):
            return np.nan
        change = known[0] if step == COMPLEX else (known[0] - known[1]) / 2
        total += float(np.vdot(upstream, change))
    return total
