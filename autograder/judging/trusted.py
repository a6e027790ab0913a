"""Run an exercise's call with trusted functions, the reference's or a known mistake's. In the grader's process only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.selfcheck.snippet import Stop, run_snippet
from autograder.spec import Arrays, Exercise


@dataclass(frozen=True)
class TrustedRun:
    """The outputs of trusted functions in one case, or what stopped them."""

    outputs: Mapping[str, Any]
    stop: Stop | None = None


def run_here(exercise: Exercise, inputs: Arrays, namespace: Mapping[str, Any]) -> TrustedRun:
    """Run the exercise's call with trusted functions in this process."""
    return run_lines(exercise.call, inputs, exercise.outputs, namespace)


def run_lines(snippet: str, inputs: Arrays, outputs: Iterable[str], namespace: Mapping[str, Any]) -> TrustedRun:
    """Run a snippet with trusted functions in this process. outputs: the names to read after it."""
    scope = {**namespace, **{name: array.copy() for name, array in inputs.items()}}
    with np.errstate(all="ignore"):
        stop = run_snippet(snippet, scope, namespace)
    return TrustedRun({} if stop else {name: scope[name] for name in outputs}, stop)
