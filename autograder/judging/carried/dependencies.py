"""Which of the student's other functions an exercise depends on, read from the reference's code."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from autograder.selfcheck.calls import names_in, reach
from autograder.spec import Draw, Exercise

CACHE = "cache"  # the name that calls give to what a forward pass keeps for the backward pass


@dataclass(frozen=True)
class Line:
    """One line of a call, `out, cache = layer_forward(x, ...)`: names only."""

    function: str
    arguments: tuple[str, ...]
    results: tuple[str, ...]

    @property
    def arrays(self) -> tuple[str, ...]:
        """The results without the cache."""
        return tuple(name for name in self.results if name != CACHE)


@dataclass(frozen=True)
class Layer:
    """A function of arrays, which the reference's can replace: its line, and the axes of its inputs and outputs."""

    line: Line
    inputs: Mapping[str, Draw]
    outputs: Mapping[str, tuple[str, ...]]

    @property
    def is_backward(self) -> bool:
        """Whether it takes the cache of another function."""
        return CACHE in self.line.arguments


class Dependencies:
    """What the exercises of one assignment depend on.

    reference: the reference's functions, by name.
    """

    def __init__(self, exercises: Sequence[Exercise], reference: Mapping[str, Any]) -> None:
        self.layers: dict[str, Layer] = {exercise.name: layer for exercise in exercises for layer in _layer(exercise)}
        self.reference = reference

    def needs(self, exercise: Exercise) -> tuple[str, ...]:
        """The functions of other exercises that the exercise's outputs depend on, in the order of the course.

        Neither the exercise's own function nor one that depends on it is among them.
        """
        direct = {line.function for line in lines(exercise.call)} | {exercise.function}
        needed = self.reached(*(name for name in direct if name in self.reference))
        return tuple(
            name
            for name in self.layers
            if name in needed and name != exercise.function and exercise.function not in self.reached(name)
        )

    def step_of(self, forward: str) -> str:
        """The layer that a forward pass over a sequence calls at every time step; "" where it is not exactly one."""
        called = [name for name in self.layers if name in names_in(self.reference[forward])]
        return called[0] if len(called) == 1 else ""

    def reached(self, *functions: str) -> set[str]:
        """The functions and all that they call, directly or indirectly."""
        return reach(functions, self._called)

    def _called(self, function: str) -> list[str]:
        names = names_in(self.reference.get(function))
        return [name for name in names if isinstance(self.reference.get(name), FunctionType)]


def lines(call: str) -> list[Line]:
    """The lines of a call that pass plain names to one function; others, such as imports, are left out."""
    return [line for statement in ast.parse(call).body for line in _line(statement)]


def forward_line(exercise: Exercise) -> Line | None:
    """The line of the forward pass whose cache the exercise's own function takes; None where there is none."""
    own = lines(exercise.call)
    if len(own) == 2 and CACHE in own[0].results and CACHE in own[1].arguments and own[1].function == exercise.function:
        return own[0]
    return None


def _layer(exercise: Exercise) -> Iterator[Layer]:
    """The exercise's function as a layer, where it takes nothing but arrays and a cache."""
    last = lines(exercise.call)[-1:]
    arrays = [name for name in last[0].arguments if name != CACHE] if last else []
    if last and last[0].function == exercise.name and set(arrays) <= set(exercise.inputs):
        yield Layer(last[0], {name: exercise.inputs[name] for name in arrays}, exercise.outputs)


def _line(statement: ast.stmt) -> Iterator[Line]:
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
        return
    call, target = statement.value, statement.targets[0]
    names = target.elts if isinstance(target, ast.Tuple) else [target]
    given = tuple(node.id for node in call.args if isinstance(node, ast.Name))
    results = tuple(node.id for node in names if isinstance(node, ast.Name))
    if isinstance(call.func, ast.Name) and len(given) == len(call.args) and len(results) == len(names):
        yield Line(call.func.id, given, results)
