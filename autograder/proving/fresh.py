"""Compare two sets of functions on fresh inputs of random sizes, without the judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.spec import Arrays, Case, Exercise

from .trial import SECONDS, OutOfTimeError, limited, quietly

SEED = 31337  # of the sizes and inputs
LARGEST = 7  # how many sizes an axis is drawn from, its smallest one first
CLOSE = 1e-11  # tolerance for rounding, relative to the largest entry; 1e-4 in single precision
SCALES = (0.1, 1.0, 1.0, 5.0, 500.0)  # factors for all real inputs of a draw; the large ones saturate and overflow


def differs(exercises: Sequence[Exercise], one: Mapping[str, Any], other: Mapping[str, Any], draws: int) -> str:
    """The first exercise in which two sets of functions give different values; "" where none was found.

    draws: how many fresh inputs, shared out among the exercises. Where one set raises, the other must raise, too.
    """
    rng = np.random.default_rng(SEED)
    for number in range(draws):
        exercise = exercises[number % len(exercises)]
        inputs, single = _inputs(exercise, rng)
        if not _same(_outputs(exercise, inputs, one), _outputs(exercise, inputs, other), 1e-4 if single else CLOSE):
            return exercise.name
    return ""


def _inputs(exercise: Exercise, rng: np.random.Generator) -> tuple[Arrays, bool]:
    """Fresh inputs, and whether they are in single precision."""
    smallest = next(case.sizes for case in exercise.cases if case.name == "ones")
    sizes = {axis: least + int(rng.integers(LARGEST)) * (rng.random() < 0.8) for axis, least in smallest.items()}
    if exercise.fit:
        sizes = exercise.fit(sizes, rng)
    # inputs that must fit each other are not scaled
    scale, single = 1.0 if exercise.fit else rng.choice(SCALES), rng.random() < 0.2

    def adjust(drawn: Arrays) -> Arrays:
        return {name: _varied(array, rng, scale, single) for name, array in drawn.items()}

    seed, pattern = (int(number) for number in rng.integers(2**31, size=2))
    return exercise.draw(Case("fresh", "fresh inputs", sizes, adjust), seed, pattern), single


def _varied(array: np.ndarray, rng: np.random.Generator, scale: float, single: bool) -> np.ndarray:
    if array.dtype.kind == "b" and rng.random() < 0.4:
        return np.full_like(array, rng.random() < 0.5)
    if array.dtype.kind == "f":
        return (scale * array).astype(np.float32 if single else np.float64)
    return array


def _outputs(exercise: Exercise, inputs: Arrays, namespace: Mapping[str, Any]) -> list[np.ndarray] | None:
    """The outputs in order; None where the call raises or gives something other than numbers."""
    scope = {**namespace, **{name: array.copy() for name, array in inputs.items()}}
    try:
        with quietly(), limited(SECONDS):
            exec(exercise.call, scope)
        return [np.asarray(scope[name], dtype=np.float64) for name in exercise.outputs]
    except (Exception, OutOfTimeError):  # whatever a mutant raises
        return None


def _same(ours: list[np.ndarray] | None, theirs: list[np.ndarray] | None, close: float) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    return all(_close(a, b, close) for a, b in zip(ours, theirs, strict=True))


def _close(ours: np.ndarray, theirs: np.ndarray, close: float) -> bool:
    if ours.shape != theirs.shape:
        return False
    finite = np.isfinite(ours)
    largest = np.abs(ours[finite]).max(initial=0.0)
    return np.array_equal(finite, np.isfinite(theirs)) and np.allclose(
        ours[finite], theirs[finite], rtol=0, atol=close * largest + np.finfo(float).tiny
    )
