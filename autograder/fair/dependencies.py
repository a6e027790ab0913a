"""What an exercise depends on: the students' other functions that its own function needs, read from the reference."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import FunctionType
from typing import Any

from ..exercises import EXERCISES
from ..spec import Draw, Exercise

CACHE = "cache"  # the name that calls give to what a backward pass needs of the forward pass


@dataclass(frozen=True)
class Line:
    """One line of a call, `next_h, cache = rnn_step_forward(x, ...)`: names only."""

    function: str
    arguments: tuple[str, ...]
    results: tuple[str, ...]

    @property
    def arrays(self) -> tuple[str, ...]:
        """The results without the cache."""
        return tuple(name for name in self.results if name != CACHE)


@dataclass(frozen=True)
class Layer:
    """A function of arrays that can be put right: its line, and the axes of its arguments other than the cache."""

    line: Line
    inputs: Mapping[str, Draw]
    outputs: Mapping[str, tuple[str, ...]]

    @property
    def is_backward(self) -> bool:
        """Whether it takes the cache of another function."""
        return CACHE in self.line.arguments


def lines(call: str) -> list[Line]:
    """The lines of a call that hand plain names to one function; others, such as imports, are left out."""
    return [line for statement in ast.parse(call).body for line in _line(statement)]


@cache
def layers() -> Mapping[str, Layer]:
    """The functions of arrays that the exercises are about, by name."""
    found: dict[str, Layer] = {}
    for exercise in EXERCISES.values():
        last = lines(exercise.call)[-1:]
        arrays = [name for name in last[0].arguments if name != CACHE] if last else []
        if last and last[0].function == exercise.name and set(arrays) <= set(exercise.inputs):
            inputs = {name: exercise.inputs[name] for name in arrays}
            found[exercise.name] = Layer(last[0], inputs, exercise.outputs)
    return found


def needs(exercise: Exercise, reference: Mapping[str, Any]) -> tuple[str, ...]:
    """The functions of other exercises that the exercise's outputs depend on, in the order of the course.

    Never the exercise's own function, nor one that needs it.
    """
    direct = {line.function for line in lines(exercise.call)} | {exercise.function}
    needed = set().union(*(_reach(name, reference) for name in direct if name in reference))
    return tuple(
        name
        for name in layers()
        if name in needed and name != exercise.function and exercise.function not in _reach(name, reference)
    )


def forward_line(exercise: Exercise) -> Line | None:
    """The line whose cache the exercise's own function takes; None where there is none."""
    own = lines(exercise.call)
    if len(own) == 2 and CACHE in own[0].results and CACHE in own[1].arguments and own[1].function == exercise.function:
        return own[0]
    return None


def step_of(forward: str, reference: Mapping[str, Any]) -> str:
    """The layer that a forward pass over a sequence calls at every step; "" where it calls none."""
    called = [name for name in _called(reference[forward]) if name in layers()]
    return called[0] if len(called) == 1 else ""


def _reach(function: str, reference: Mapping[str, Any]) -> set[str]:
    """The function and all that it calls, directly or through others."""
    reached, todo = set(), [function]
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += [called for called in _called(reference[name]) if isinstance(reference.get(called), FunctionType)]
    return reached


def _called(function: FunctionType) -> tuple[str, ...]:
    return function.__code__.co_names


def _line(statement: ast.stmt) -> Iterator[Line]:
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
        return
    call, target = statement.value, statement.targets[0]
    names = target.elts if isinstance(target, ast.Tuple) else [target]
    if isinstance(call.func, ast.Name) and all(isinstance(node, ast.Name) for node in (*call.args, *names)):
        yield Line(call.func.id, tuple(node.id for node in call.args), tuple(node.id for node in names))
