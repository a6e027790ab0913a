"""Run a case of a check on the student's functions and compare what comes out."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from .cases import Case, Exercise
from .compare import Finding, compare
from .snippet import Stop, one_line, run_snippet


@dataclass(frozen=True)
class Outcome:
    """One case after its run. Without a stop, values and findings hold every output."""

    case: Case
    stop: Stop | None = None
    values: dict[str, Any] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether the case ran and every output is right."""
        return self.stop is None and all(finding.right for finding in self.findings.values())


def run_case(exercise: Exercise, case: Case, namespace: Mapping[str, Any]) -> Outcome:
    """Run the snippet on copies of the case's inputs and compare each output."""
    scope = {**namespace, **deepcopy(case.inputs)}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        stop = run_snippet(exercise.call, scope, namespace)
    said = tuple(f"{warning.category.__name__}: {one_line(warning.message)}" for warning in caught)
    if stop:
        return Outcome(case, stop, warnings=said)
    values = {output: scope.get(output) for output in exercise.limits}
    findings = {
        output: compare(output, values[output], case.expected[output], limit)
        for output, limit in exercise.limits.items()
    }
    return Outcome(case, None, values, findings, said)
