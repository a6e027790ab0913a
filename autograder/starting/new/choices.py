"""What a new course is to be: each choice read from what somebody typed, or refused in a sentence."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from autograder.errors import UserError
from autograder.intake import times
from autograder.terminal import one_line

LONGEST = 60  # characters of a course id, which is a folder's name in the exchange
SPECIAL = set("/\\*?[]{}+'\"`$:")  # what folders, patterns and nbgrader's names give another meaning
DUE = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?))?(?: ?([+-]\d\d:?\d\d|[A-Za-z][\w/+-]*))?")
LAST_MINUTE = "23:59"  # of a due date without a time
MOST = 10_000  # points
MINUTE = timedelta(minutes=1)
ENGLISH = "English"
SYSTEM = Path("/etc/localtime")  # a link to the zone's file


@dataclass(frozen=True)
class Due:
    """A due date: in UTC without a zone, as the gradebook has it, and as the course reads it."""

    utc: datetime
    zone: str

    @property
    def shown(self) -> str:
        """The time in the course's zone, and in UTC."""
        here = self.utc.replace(tzinfo=UTC).astimezone(ZoneInfo(self.zone))
        return f"{here:%A, %Y-%m-%d %H:%M} {self.zone} ({self.utc:%Y-%m-%d %H:%M} UTC)"


@dataclass(frozen=True)
class Choices:
    """A new course. points: the total, None for as they are. notebooks: how many, from the first. language: "" for
    English."""

    course_id: str
    zone: str
    due: Due | None
    points: int | None
    language: str
    notebooks: int


def course_id(text: str) -> str:
    """The id of a course; raises UserError where no folder can have such a name."""
    name = text.strip()
    bad = "".join(sorted(set(name) & SPECIAL))
    if not name or name.startswith((".", "-")) or len(name) > LONGEST:
        raise UserError(f"a course id has 1 to {LONGEST} characters and begins with a letter or a digit")
    if bad or one_line(name) != name:
        raise UserError(f"a course id is a folder's name and has none of {bad or 'what steers a terminal'}")
    return name


def zone(text: str) -> str:
    """The full name of a time zone; raises UserError where there is none of that name."""
    name = text.strip()
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise UserError(f"{one_line(name)!r} is no time zone: give a full name, such as Europe/Berlin or UTC") from None
    return name


def zone_here() -> str:
    """The time zone of this machine, as far as it can be told; UTC otherwise."""
    names = [os.environ.get("TZ", "").removeprefix(":"), *_name_of_system_zone()]
    for name in filter(None, names):
        try:
            return "UTC" if name == "Etc/UTC" else zone(name)
        except UserError:
            continue
    return "UTC"


def due(text: str, zone_of_course: str, now: datetime) -> Due | None:
    """A due date, None for an empty text; raises UserError where it is none, or lies before `now` (in UTC).

    A date without a time ends with its day, a time without a zone is in the course's.

    >>> due("2031-03-01", "Europe/Berlin", datetime(2031, 1, 1)).shown
    'Saturday, 2031-03-01 23:59 Europe/Berlin (2031-03-01 22:59 UTC)'
    """
    text = " ".join(text.split())
    if not text:
        return None
    found = DUE.fullmatch(text)
    if not found:
        raise UserError(f"{one_line(text)!r} is no date as 2031-03-01 23:59, with or without a time and a zone")
    day, time, named = found[1], found[2] or LAST_MINUTE, found[3] or zone_of_course
    utc = times.read(f"{day} {time} {named}", ZoneInfo(zone_of_course))
    if not found[3] and not _exists(f"{day} {time}", utc, zone_of_course):
        raise UserError(f"{day} {time} does not exist in {zone_of_course}, where clocks are put forward: take another")
    if utc <= now:
        raise UserError(f"{Due(utc, zone_of_course).shown} has passed already: give a date to come")
    return Due(utc, zone_of_course)


def points(text: str) -> int | None:
    """A total of points, None for an empty text; raises UserError where it is no whole number."""
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= MOST:
        raise UserError(f"{one_line(text)!r} is no total of points: a whole number from 1 to {MOST}")
    return int(text)


def language(text: str, known: Sequence[str]) -> str:
    """A language that the assignment has, "" for English; raises UserError for others."""
    name = text.strip()
    if name.lower() in ("", "en", "english"):
        return ""
    found = {each.lower(): each for each in known}.get(name.lower().replace("-", "_"))
    if not found:
        raise UserError(f"{one_line(name)!r} is no language of this assignment: it has {', '.join((ENGLISH, *known))}")
    return found


def notebooks(text: str, most: int) -> int:
    """How many notebooks, from the first; raises UserError where others than the last are to be left out.

    >>> [notebooks(text, 4) for text in ("1", "1-3", "1 - 4", "")]
    [1, 3, 4, 4]
    """
    typed = "".join(text.split()).replace("\u2013", "-")
    if typed in ("", "all"):
        return most
    found = re.fullmatch(r"1(?:-(\d{1,3}))?", typed, re.ASCII)
    last = int(found[1] or 1) if found else 0
    if not 1 <= last <= most:
        wanted = ", ".join(["1", *(f"1-{each}" for each in range(2, most + 1))])
        raise UserError(f"{one_line(text)!r} cannot be: later notebooks need the earlier ones, so choose of {wanted}")
    return last


def _exists(local: str, utc: datetime, name: str) -> bool:
    """Whether clocks in a zone show this time when it is that one in UTC."""
    here = utc.replace(tzinfo=UTC).astimezone(ZoneInfo(name)).replace(tzinfo=None)
    return abs(here - datetime.fromisoformat(local)) < MINUTE


def _name_of_system_zone() -> list[str]:
    try:
        _, found, name = os.path.realpath(SYSTEM).partition("zoneinfo/")
    except OSError:
        return []
    return [name] if found else []
