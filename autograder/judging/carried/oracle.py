"""Answer a student's process that asks, in the middle of a call, for the reference's values of a dependency.

The process gets values, never code, and only for dependencies of the exercise that is being judged, never for the
exercise's own function. Exercises are judged in the order of the course, so whatever is answered here has been judged
before. Each question is first checked against the declared axes. What would broadcast to them is taken as well, as the
reference takes it: a cell state that starts as 0, one word's vector for all examples.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import numpy as np

from autograder.spec import Arrays, Draw, length

from .dependencies import CACHE, Dependencies, Layer, Line

LARGEST = 64  # size of one axis
MOST = 1 << 15  # numbers in one question
IN_ALL = 1 << 20  # numbers in all questions and answers of one call
KINDS = {"float": "biuf", "int": "iu", "bool": "biuf"}


@dataclass(frozen=True)
class Guide:
    """The right inputs of a step function at every time step, for a pass over a sequence that hands on wrong ones.

    by_value: whether a time step is recognised by the first input; otherwise questions are taken in their order.
    """

    step: str
    inputs: Sequence[Arrays]
    by_value: bool = False

    def at(self, count: int, given: Arrays) -> Arrays:
        """The right inputs for the `count`-th question, which came with the inputs `given`."""
        first = next(iter(self.inputs[0]))
        if self.by_value and first in given:
            for inputs in self.inputs:
                if np.array_equal(inputs[first], given[first]):
                    return inputs
        return self.inputs[count % len(self.inputs)]


class Oracle:
    """Answers the questions of one call.

    allowed: the layers that may be asked for. guide: has the inputs that replace those which a step is asked with.
    """

    def __init__(self, dependencies: Dependencies, allowed: Collection[str], guide: Guide | None = None) -> None:
        self._reference, self._guide = dependencies.reference, guide
        self._layers = {name: dependencies.layers[name] for name in allowed}
        self._caches: list[tuple[Mapping[str, int], Any]] = []  # a token is a place in this list
        self._guided = self._numbers = 0

    def __call__(self, request: Mapping[str, Any], arrays: Arrays) -> tuple[dict[str, Any], Arrays]:
        """The answer to one question: a header with a token, and arrays; both empty where the question is refused."""
        function, token = request.get("ask"), request.get("token")
        layer = self._layers.get(function) if isinstance(function, str) else None
        if layer is None or not isinstance(token, int) or self._numbers > IN_ALL:
            return {}, {}
        with np.errstate(all="ignore"):
            try:
                answer = self._backward(layer, arrays, token) if layer.is_backward else self._forward(layer, arrays)
            except Exception:  # the reference was never meant for what a student's code may ask with
                return {}, {}
        self._numbers += sum(array.size for array in (*arrays.values(), *answer[1].values()))
        return answer

    def _forward(self, layer: Layer, arrays: Arrays) -> tuple[dict[str, Any], Arrays]:
        taken: Arrays = {}
        if self._guide and self._guide.step == layer.line.function:
            arrays = self._guide.at(self._guided, arrays)
            self._guided += 1
            taken = {f"at {argument}": array for argument, array in arrays.items()}
        sizes, given = fitted(layer.inputs, arrays, {})
        if not sizes:
            return {}, {}
        results = self._run(layer.line, [given[name] for name in layer.line.arguments])
        self._caches.append((sizes, results.pop(CACHE, None)))
        header = {"token": len(self._caches) - 1, "steps": sizes.get("T", 0)}
        return header, {**results, **taken}

    def _backward(self, layer: Layer, arrays: Arrays, token: int) -> tuple[dict[str, Any], Arrays]:
        if not 0 <= token < len(self._caches):
            return {}, {}
        known, cache = self._caches[token]
        sizes, given = fitted(layer.inputs, arrays, known)
        if not sizes:
            return {}, {}
        arguments = [cache if name == CACHE else given[name] for name in layer.line.arguments]
        return {"token": token}, self._run(layer.line, arguments)

    def _run(self, line: Line, arguments: list[Any]) -> dict[str, Any]:
        values = self._reference[line.function](*arguments)
        named = dict(zip(line.results, values if len(line.results) > 1 else [values], strict=True))
        return {name: value if name == CACHE else np.asarray(value) for name, value in named.items()}


def fitted(inputs: Mapping[str, Draw], arrays: Arrays, known: Mapping[str, int]) -> tuple[dict[str, int], Arrays]:
    """The sizes of the axes, and the arrays as the inputs are declared; both empty where they do not fit.

    known: sizes that are known beforehand. Where no array has a leading axis such as N, it stays left out.
    """
    if not set(inputs) <= set(arrays) or sum(arrays[name].size for name in inputs) > MOST:
        return {}, {}
    pairs = {name: (drawn, arrays[name]) for name, drawn in inputs.items()}
    if any(
        array.dtype.kind not in KINDS[drawn.kind] or array.ndim > len(drawn.axes) for drawn, array in pairs.values()
    ):
        return {}, {}
    sizes = {**_sizes(pairs.values()), **known}
    if not all(0 < n <= LARGEST for n in sizes.values()):
        return {}, {}
    shapes = {name: _shape(drawn, sizes) for name, drawn in inputs.items()}
    if sum(math.prod(shape) for shape in shapes.values()) > MOST:
        return {}, {}
    try:
        whole = {name: np.array(np.broadcast_to(arrays[name], shape)) for name, shape in shapes.items()}
    except ValueError:
        return {}, {}
    if not all(_within(whole[name], sizes[drawn.below]) for name, drawn in inputs.items() if drawn.below in sizes):
        return {}, {}
    return sizes, {name: _as_declared(inputs[name], array) for name, array in whole.items()}


def _sizes(pairs: Iterable[tuple[Draw, np.ndarray]]) -> dict[str, int]:
    """The size of each axis that an array has; 1 only where no array has more, as an axis of 1 broadcasts."""
    found: dict[str, int] = {}
    for drawn, array in pairs:
        for axis, n in zip(reversed(drawn.axes), reversed(array.shape), strict=False):
            if axis.isalpha() and found.get(axis, 1) == 1:
                found[axis] = n
    return found


def _shape(drawn: Draw, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """The declared shape, without axes that no array has."""
    return tuple(length(axis, sizes) for axis in drawn.axes if axis[-1] in sizes)


def trace(dependencies: Dependencies, forward: str, step: str, inputs: Arrays) -> list[Arrays]:
    """The inputs of the step function at every time step, as the reference's pass over a sequence calls it."""
    reference, layers = dependencies.reference, dependencies.layers
    seen: list[Arrays] = []

    def watched(*arguments: np.ndarray) -> Any:
        seen.append({name: np.array(value) for name, value in zip(layers[step].line.arguments, arguments, strict=True)})
        return reference[step](*arguments)

    watching = FunctionType(reference[forward].__code__, {**reference, step: watched})
    watching(*(inputs[name] for name in layers[forward].line.arguments))
    return seen


def _as_declared(drawn: Draw, array: np.ndarray) -> np.ndarray:
    """The array, with numbers that stand for truth values made such, and whole ones made real."""
    if drawn.kind == "bool":
        return np.asarray(array != 0)
    return array.astype(np.float64) if drawn.kind == "float" and array.dtype.kind != "f" else array


def _within(words: np.ndarray, bound: int) -> bool:
    return bool(words.min() >= 0 and words.max() < bound)
