"""What a course says of grading while submissions come in: `c.Watch` in nbgrader_config.py; and its days."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from traitlets import Integer
from traitlets.config import Configurable

DAILY = 10


class Watch(Configurable):
    """How often `watch` grades one student."""

    gradings_per_day = Integer(
        DAILY, min=0, help="How many submissions of one student are graded in a day; 0 for no limit."
    ).tag(config=True)


def day_of(time: float, zone: tzinfo) -> tuple[float, float]:
    """When the day of a time begins in a zone, and when the next one does; seconds since 1970, as is the time."""
    midnight = datetime.fromtimestamp(time, zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return midnight.timestamp(), (midnight + timedelta(days=1)).timestamp()  # by the zone's clocks, whatever they do
