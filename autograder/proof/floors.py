"""What the proof must show: the numbers below which it fails, and the sentences that say so."""

from __future__ import annotations

from dataclasses import dataclass

from ..exercises import IN_ORDER
from .accept import Accepted
from .agreement import Agreement
from .errors import Errors
from .hunt import Hunt

CAUGHT = 0.97  # of all mutants that are not equivalent
CAUGHT_EACH = 0.90  # of those of one exercise
ROOM = 5.0  # the factor between the largest error of right code, in ten thousand seeds, and the limit


@dataclass(frozen=True)
class Proof:
    """Everything that was measured. torch is None where PyTorch is not installed."""

    hunt: Hunt
    accepted: Accepted
    seeds: int
    right: Errors
    steps: Agreement
    torch: Agreement | None

    @property
    def wrong(self) -> Errors:
        """The errors of mutants."""
        return self.hunt.errors

    def problems(self) -> list[str]:
        """A sentence on everything that falls below its floor; none where the proof holds."""
        agreements = [self.steps, *([self.torch] if self.torch else [])]
        return [
            *self._shares(),
            *self.hunt.broken,
            *(f"Correct code loses marks: {failure}" for failure in self.accepted.failures),
            *self._gaps(),
            *(failure for agreement in agreements for failure in agreement.failures),
        ]

    def _shares(self) -> list[str]:
        floors = {exercise.name: CAUGHT_EACH for exercise in IN_ORDER} | {"": CAUGHT}
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
