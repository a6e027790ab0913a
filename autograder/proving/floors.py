"""What the proof must show: its floors, and a sentence on each that is missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.spec import Exercise

from .accept import Accepted
from .agreement import Agreement
from .errors import Errors
from .hunt import Hunt

CAUGHT = 0.97  # the share of all mutants that must lose marks, equivalent ones left out
CAUGHT_EACH = 0.90  # the same for the mutants of one exercise
ROOM = 5.0  # how many times below the limit right code's largest error must be


@dataclass(frozen=True)
class Proof:
    """Everything that was measured.

    right: the errors of right code over `seeds` seeds. steps: agreement with complex steps. second: with second
    implementations, by name; None for one whose library is not installed.
    """

    hunt: Hunt
    accepted: Accepted
    seeds: int
    right: Errors
    steps: Agreement
    second: Mapping[str, Agreement | None]
    exercises: Sequence[Exercise]

    @property
    def wrong(self) -> Errors:
        """The errors of mutants."""
        return self.hunt.errors

    def problems(self) -> list[str]:
        """A sentence on each floor that is missed; none where the proof holds."""
        agreements = [self.steps, *(each for each in self.second.values() if each)]
        return [
            *self._shares(),
            *self.hunt.broken,
            *(f"Correct code loses marks: {failure}" for failure in self.accepted.failures),
            *self._gaps(),
            *(failure for agreement in agreements for failure in agreement.failures),
        ]

    def _shares(self) -> list[str]:
        floors = {exercise.name: CAUGHT_EACH for exercise in self.exercises} | {"": CAUGHT}
        shares = {name: self.hunt.counts(name).share for name in floors}
        return [
            f"{name or 'Overall, the grader'} catches {share:.1%} of the mutants, less than {floors[name]:.0%}"
            for name, share in shares.items()
            if share < floors[name]
        ]

    def _gaps(self) -> list[str]:
        said = []
        for place, right in sorted(self.right.ranges.items()):
            where = f"{place.output} of {place.exercise}{', single precision' if place.single else ''}"
            if right.failures:
                said.append(f"{where}: right code fails {right.failures} of {right.checks} checks")
            elif right.passed * ROOM > right.limit:
                said.append(f"{where}: right code is off by {right.passed:.1e}, too near the limit {right.limit:.0e}")
        return said
