"""The price of lateness, for all assignments or for one."""

from __future__ import annotations

import math

from traitlets import Float
from traitlets.config import Configurable

HOUR, DAY = 3600.0, 86400.0  # seconds


class LatePrice(Configurable):
    """What `c.LatePolicy` chooses, and `c.GradeSubmission.assignments` for one assignment."""

    grace_hours = Float(0.0, min=0.0, help="Hours after the due date that cost nothing; days count after them.").tag(
        config=True
    )
    per_day = Float(0.0, min=0.0, max=100.0, help="Percent of the points for every started day; 0 takes none.").tag(
        config=True
    )
    most = Float(100.0, min=0.0, max=100.0, help="Percent of the points that lateness costs at most.").tag(config=True)

    def percent(self, seconds: float) -> float:
        """The percentage that a submission loses which came this many seconds after its due date."""
        days = math.ceil(max(0.0, seconds - self.grace_hours * HOUR) / DAY)
        return min(days * self.per_day, self.most)


NAMES = tuple(sorted(LatePrice.class_trait_names(config=True)))
