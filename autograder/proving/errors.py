"""The errors that verdicts measured, output by output: the largest of right code, the smallest of wrong code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from autograder.judging.judge import Verdict
from autograder.spec import Exercise


@dataclass(frozen=True, order=True)
class MeasuredAt:
    """Where an error is measured: an output of an exercise, in single or in double precision."""

    exercise: str
    output: str
    single: bool = False

    @classmethod
    def of(cls, exercise: Exercise, verdict: Verdict) -> MeasuredAt:
        """The place of a verdict; a case with a limit of its own is in single precision."""
        case = next(case for case in exercise.cases if case.name == verdict.case)
        return cls(exercise.name, verdict.output, case.limit is not None)


@dataclass
class Range:
    """What was measured at one place: how many checks, how many failed, and the extreme errors.

    passed: the largest error of a check that passed. failed: the smallest error of one that failed, None where none
    did.
    """

    limit: float
    checks: int = 0
    failures: int = 0
    passed: float = 0.0
    failed: float | None = None

    def add(self, other: Range) -> None:
        """Add what was measured elsewhere for the same place."""
        self.checks += other.checks
        self.failures += other.failures
        self.passed = max(self.passed, other.passed)
        known = [each for each in (self.failed, other.failed) if each is not None]
        self.failed = min(known, default=None)


@dataclass
class Errors:
    """Ranges by place."""

    ranges: dict[MeasuredAt, Range] = field(default_factory=dict)

    def note(self, exercise: Exercise, verdicts: Iterable[Verdict]) -> None:
        """Count verdicts."""
        for verdict in verdicts:
            right, error = verdict.right, verdict.error
            one = Range(verdict.limit, 1, not right, (error or 0.0) if right else 0.0, None if right else error)
            self._add(MeasuredAt.of(exercise, verdict), one)

    def add(self, other: Errors) -> None:
        """Add what was measured elsewhere."""
        for place, measured in other.ranges.items():
            self._add(place, measured)

    def _add(self, place: MeasuredAt, measured: Range) -> None:
        if place in self.ranges:
            self.ranges[place].add(measured)
        else:
            self.ranges[place] = Range(**{each.name: getattr(measured, each.name) for each in fields(Range)})

    @property
    def failures(self) -> int:
        """How many checks failed."""
        return sum(measured.failures for measured in self.ranges.values())

    @property
    def checks(self) -> int:
        """How many checks were made."""
        return sum(measured.checks for measured in self.ranges.values())
