"""The course's time zone, in which `nbgrader submit` writes and instructors read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from dateutil.tz import gettz, resolve_imaginary
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

SHOWN = "%Y-%m-%d %H:%M"
SECONDS = ":%S"


def zone_of(config: Config) -> tzinfo | None:
    """The course's time zone, in which `nbgrader submit` writes: c.Exchange.timezone; None where none is set."""
    name = config["Exchange"]["timezone"] if "timezone" in config.get("Exchange", {}) else None
    zone: tzinfo | None = gettz(name) if isinstance(name, str) and name else None
    return zone


def zone_in(coursedir: CourseDirectory) -> tzinfo | None:
    """The time zone of a course folder; its own configuration may be of before nbgrader had read the files."""
    return zone_of(getattr(coursedir.parent, "config", coursedir.config))


def days_after(time: datetime, days: int, zone: tzinfo | None) -> datetime:
    """The same hour by the course's clocks some days later; both times in UTC, as nbgrader's gradebook has them.

    Where clocks are changed in between, that is not a whole number of times 24 hours.
    """
    if zone is None:
        return time + timedelta(days=days)
    later: datetime = resolve_imaginary(time.replace(tzinfo=UTC).astimezone(zone) + timedelta(days=days))
    return later.astimezone(UTC).replace(tzinfo=None)


def in_words(time: datetime, zone: tzinfo | None) -> str:
    """A time in UTC as instructors read it: by the course's clocks, with the zone."""
    there = time.replace(tzinfo=UTC).astimezone(zone or UTC)
    return there.strftime(f"{SHOWN}{SECONDS if there.second else ''} %Z")
