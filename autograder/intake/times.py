"""Reading a time that somebody wrote, with its zone.

nbgrader takes a zone that it does not know (CEST, EDT) for UTC, and an offset (-03) for seconds. Here such a time is
read right, or not at all.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from dateutil import parser

from autograder.errors import UserError
from autograder.selfcheck.language import Text

from .safe import safe_name

LIMIT = 100  # characters of a time
OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?")
SECONDS, QUARTER = re.compile(r"[+-]\d{4,5}"), 900  # of an hour, in seconds: all zones' offsets are whole ones
FARTHEST = timedelta(hours=14)
FILLED = (datetime(2001, 1, 1), datetime(2002, 2, 2))  # what a text leaves open is taken from these


class TimeError(UserError, ValueError):
    """A text that is no time; nbgrader expects a ValueError."""


class ZoneUnknownError(TimeError):
    """A time in a zone that is not understood."""


def read(text: str, zone: tzinfo | None = None) -> datetime:
    """The time that a text says, in UTC; without a zone of its own it is UTC. Raises TimeError where it is none.

    zone: the course's, whose abbreviations the text may use.
    """
    parts, named = text.split(), list[tuple[str | None, int | None]]()
    if len(text) > LIMIT or not parts:
        raise TimeError(f"{safe_name(text)!r} is no time")
    if len(parts) == 3 and parts[0][:1].isdigit():
        parts, named = parts[:2], [(parts[2], None)]

    def note(name: str | None, offset: int | None) -> None:
        named.append((name, offset))

    try:
        times = {parser.parse(" ".join(parts), default=each, tzinfos=note).replace(tzinfo=None) for each in FILLED}
    except Exception:  # whatever the reader of dates stumbles on
        raise TimeError(f"{safe_name(text)!r} is no time") from None
    if len(times) > 1:
        raise TimeError(f"{safe_name(text)!r} is no full date")
    (time,) = times
    try:
        utc: datetime = time - _offset(*named[0], time, zone) if named else time
    except OverflowError:  # at the borders of the calendar
        raise TimeError(f"{safe_name(text)!r} is no time") from None
    return utc


def _offset(name: str | None, offset: int | None, time: datetime, zone: tzinfo | None) -> timedelta:
    """What a zone is ahead of UTC at this time in it; raises ZoneUnknownError. offset: in seconds, if it was read."""
    if offset is not None:
        return timedelta(seconds=offset)
    name = name or "UTC"
    if name in ("UTC", "GMT", "Z"):
        return timedelta()
    if (ahead := _numeric(name)) is not None:
        return ahead
    for each in (zone, None):  # the course's, and this machine's
        for fold in (0, 1):  # the hour that comes twice has two names
            with suppress(OverflowError, OSError, ValueError):
                there = time.replace(fold=fold)
                aware = there.replace(tzinfo=each) if each else there.astimezone()
                if aware.tzname() == name:
                    return aware.utcoffset() or timedelta()
    with suppress(OSError, ValueError, KeyError):
        return time.replace(tzinfo=ZoneInfo(name)).utcoffset() or timedelta()
    unknown = "the time zone {zone} is not understood (an offset like +0200 would be)"
    raise ZoneUnknownError(Text(unknown, zone=safe_name(name)))


def _numeric(name: str) -> timedelta | None:
    """An offset in hours and minutes; one that can be none is in seconds, as nbgrader reads all. None for a name."""
    if found := OFFSET.fullmatch(name):
        ahead = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        if int(found[3] or 0) < 60 and ahead <= FARTHEST:
            return ahead if found[1] == "+" else -ahead
    if SECONDS.fullmatch(name) and int(name) % QUARTER == 0:
        ahead = timedelta(seconds=int(name))
        return ahead if abs(ahead) <= FARTHEST else None
    return None
