"""Whole numbers and truth values for the visible cases: others than the hidden ones, in which the same mistakes show.

Where words repeat and what is masked decides which mistakes show. In a small case that is chance; so that what students
read of it holds for the grader's as well, a pattern is looked for that agrees with the hidden one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.judging.trusted import run_here
from autograder.selfcheck.compare import compare
from autograder.spec import Arrays, Case, Exercise

HIDDEN = 0
MOST = 20  # patterns that are tried
FREE = ("bool", "int")


def pattern_like_hidden(exercise: Exercise, case: Case, reference: Mapping[str, Any], seed: int) -> int:
    """The first pattern under which the same known mistakes show as under the hidden one, or the nearest to that."""
    if not any(drawn.kind in FREE for drawn in exercise.inputs.values()):
        return HIDDEN + 1  # the only one
    hidden = exercise.draw(case, seed, HIDDEN)
    planted = [mistake.plant(dict(reference), exercise.function) for mistake in exercise.mistakes]
    shows = _shows(exercise, hidden, reference, planted)
    differences: dict[int, int] = {}
    secret = [exercise.draw(case, seed, HIDDEN) for case in exercise.cases]
    for pattern in range(HIDDEN + 1, HIDDEN + 1 + MOST):
        inputs = exercise.draw(case, seed, pattern)
        if _is_secret(exercise, inputs, secret):
            continue
        differences[pattern] = int(np.count_nonzero(_shows(exercise, inputs, reference, planted) != shows))
        if not differences[pattern]:
            break
    return min(differences, key=lambda pattern: differences[pattern], default=HIDDEN + 1)


def _is_secret(exercise: Exercise, inputs: Arrays, secret: Sequence[Arrays]) -> bool:
    """Whether some input is the same as one of a hidden case, although a pattern decides on it."""
    return any(
        np.array_equal(inputs[name], hidden[name])
        for name, kind in exercise.inputs.items()
        if kind.kind in FREE and name in inputs
        for hidden in secret
        if name in hidden
    )


def _shows(
    exercise: Exercise, inputs: Arrays, reference: Mapping[str, Any], planted: Sequence[Mapping[str, Any]]
) -> np.ndarray:
    """For each known mistake and output, whether it shows in a case with these inputs."""
    expected = run_here(exercise, inputs, reference).outputs
    shown = []
    for functions in planted:
        run = run_here(exercise, inputs, functions)
        values = {output: None if run.stop else run.outputs[output] for output in exercise.outputs}
        shown.append([not compare(o, value, expected[o], exercise.limits[o]).right for o, value in values.items()])
    return np.array(shown)
