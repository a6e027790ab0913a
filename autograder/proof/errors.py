"""The errors that verdicts measured, output by output: the worst of right code, the least of wrong code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from ..exercises import EXERCISES
from ..judge import Verdict


@dataclass(frozen=True, order=True)
class Place:
    """Where an error is measured: an output of an exercise, in single or in double precision."""

    exercise: str
    output: str
    single: bool = False

    @classmethod
    def of(cls, exercise: str, verdict: Verdict) -> Place:
        """The place of a verdict; a case with a limit of its own is one of single precision."""
        cases = {case.name: case for case in EXERCISES[exercise].cases}
        return cls(exercise, verdict.output, cases[verdict.case].limit is not None)


@dataclass
class Range:
    """What was measured at a place: checks, those that failed, and the errors' extremes.

    passed: the largest error of a check that passed. failed: the smallest error of one that failed, None for none.
    """

    limit: float
    checks: int = 0
    failures: int = 0
    passed: float = 0.0
    failed: float | None = None

    def add(self, other: Range) -> None:
        """Take in what another one measured at the same place."""
        self.checks += other.checks
        self.failures += other.failures
        self.passed = max(self.passed, other.passed)
        known = [each for each in (self.failed, other.failed) if each is not None]
        self.failed = min(known, default=None)


@dataclass
class Errors:
    """Ranges by place."""

    ranges: dict[Place, Range] = field(default_factory=dict)

    def note(self, exercise: str, verdicts: Iterable[Verdict]) -> None:
        """Count verdicts in."""
        for verdict in verdicts:
            right, error = verdict.right, verdict.error
            one = Range(verdict.limit, 1, not right, error if right else 0.0, None if right else error)
            self._add(Place.of(exercise, verdict), one)

    def add(self, other: Errors) -> None:
        """Take in other ranges."""
        for place, measured in other.ranges.items():
            self._add(place, measured)

    def _add(self, place: Place, measured: Range) -> None:
        if place in self.ranges:
            self.ranges[place].add(measured)
        else:
            self.ranges[place] = Range(**{each.name: getattr(measured, each.name) for each in fields(Range)})

    @property
    def failures(self) -> int:
        """Checks that failed, everywhere."""
        return sum(measured.failures for measured in self.ranges.values())

    @property
    def checks(self) -> int:
        """All checks."""
        return sum(measured.checks for measured in self.ranges.values())
