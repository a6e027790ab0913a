"""Run a case of a check on the student's functions and compare what comes out."""

from __future__ import annotations

import contextlib
import io
import time
import warnings
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .cases import Case, Exercise
from .causes import UNSTEADY, Cause, Kind
from .compare import Finding, about, compare
from .limit import TookTooLong, within
from .slow import too_slow
from .snippet import Stop, one_line, run_snippet


@dataclass(frozen=True)
class Outcome:
    """One case after its run. Without a stop, values and findings hold every output.

    changed: the inputs that are not what they were before the call. seconds: how long the call took.
    """

    case: Case
    stop: Stop | None = None
    values: dict[str, Any] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def right(self) -> bool:
        """Whether the case ran and every output is right."""
        return self.stop is None and all(finding.right for finding in self.findings.values())


def run_case(exercise: Exercise, case: Case, namespace: Mapping[str, Any]) -> Outcome:
    """Run the snippet on copies of the case's inputs and compare each output; what takes too long is stopped.

    Where one is wrong it is run a second time: of an output that is not the same then, nothing else is said.
    """
    inputs = deepcopy(case.inputs)
    scope = {**namespace, **inputs}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        started = time.monotonic()
        stop = _run(exercise, case, scope, namespace)
        seconds = time.monotonic() - started
    said = tuple(f"{warning.category.__name__}: {one_line(warning.message)}" for warning in caught)
    if stop:
        return Outcome(case, stop, warnings=said, seconds=seconds)
    changed = tuple(name for name, array in inputs.items() if not np.array_equal(array, case.inputs[name]))
    values = {output: scope.get(output) for output in exercise.limits}
    findings = {
        output: compare(output, values[output], case.expected[output], limit)
        for output, limit in exercise.limits.items()
    }
    if any(_is_measured(finding) for finding in findings.values()):
        findings |= _unsteady(exercise, case, namespace, values, findings)
    return Outcome(case, None, values, findings, said, changed, seconds)


def _run(exercise: Exercise, case: Case, scope: dict[str, Any], namespace: Mapping[str, Any]) -> Stop | None:
    """What stopped the snippet, its own time included."""
    try:
        return within(exercise.seconds.call, lambda: run_snippet(exercise.call, scope, namespace))
    except TookTooLong as late:
        return too_slow(late, case.title, exercise.seconds, namespace)


def _is_measured(finding: Finding) -> bool:
    """Whether the values are wrong, and not the shape or the type, which say enough."""
    return not finding.right and finding.error is not None


def _unsteady(
    exercise: Exercise,
    case: Case,
    namespace: Mapping[str, Any],
    values: Mapping[str, Any],
    findings: Mapping[str, Finding],
) -> dict[str, Finding]:
    """What to say of the wrong outputs that a second run of the same call gives otherwise."""
    scope = {**namespace, **deepcopy(case.inputs)}
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        if _run(exercise, case, scope, namespace):
            return {}
    wrong = {output: finding for output, finding in findings.items() if _is_measured(finding)}
    return {
        output: replace(finding, causes=(Cause(Kind.UNSTEADY, about(output, UNSTEADY)),))
        for output, finding in wrong.items()
        if not compare(output, scope.get(output), np.asarray(values[output]), exercise.limits[output]).right
    }
