"""When a submission was handed in, by the timestamp.txt in its folder.

`nbgrader submit` runs as the student, so the file and all beside it are the student's own word. What cannot be read or
cannot be is not believed: nothing is reckoned with it, and a sentence says so.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from autograder.selfcheck.language import Text, sentences

from .links import TIMESTAMP, replaced
from .times import LIMIT, ZoneUnknownError, read

EARLIEST = datetime(2015, 1, 1)  # nbgrader's first release
YEAR = timedelta(days=366)  # nobody hands in so long before it is due
AHEAD = timedelta(days=1)  # a clock may be wrong, or its zone
SKEW = timedelta(hours=1)  # between a file's time and that of the submission
FORM = "%Y-%m-%d %H:%M:%S UTC"
NO_TIME = Text("No time of handing in was taken from it, and nothing was taken off for lateness.")
HINT = Text("c.Exchange.timezone in nbgrader_config.py names the course's zone, whose names are understood.")
CHANGED = (
    "Its {file} says {time}, but its files were changed up to {changed}: it may have been handed in later than it says."
)


@dataclass(frozen=True)
class HandedIn:
    """The time of handing in, in UTC without a zone as in nbgrader's gradebook; None where there is none to believe.

    doubt: a sentence for the instructor, "" where there is no doubt.
    """

    time: datetime | None = None
    doubt: str = ""


def handed_in(folder: Path, zone: tzinfo | None = None, due: datetime | None = None) -> HandedIn:
    """When the submission in a folder was handed in, as far as its timestamp.txt can be believed.

    zone: the course's. due: when it was due, in UTC without a zone.
    """
    path = folder / TIMESTAMP
    try:
        text = _text(path)
        time = read(text, zone) if text else None
    except ZoneUnknownError as problem:
        unknown = Text("Its {file}: {problem}.", file=TIMESTAMP, problem=problem.args[0])
        return HandedIn(None, sentences([unknown, NO_TIME, HINT]))
    except (OSError, ValueError):
        unread = Text("Its {file} cannot be read as a time.", file=TIMESTAMP)
        return HandedIn(None, sentences([unread, NO_TIME]))
    if time is None:
        return HandedIn()
    earliest = max(EARLIEST, due - YEAR) if due and due > EARLIEST else EARLIEST
    if not earliest <= time <= datetime.now(UTC).replace(tzinfo=None) + AHEAD:
        odd = Text("Its {file} says {time}, which cannot be.", file=TIMESTAMP, time=time.strftime(FORM))
        return HandedIn(None, sentences([odd, NO_TIME]))
    return HandedIn(time, _contradicted(folder, time) if due else "")


def _text(path: Path) -> str:
    """What a file of the submission's own says; of a long one the beginning is enough to see that it is no time."""
    if path.is_symlink() or not path.is_file() or replaced(path):
        return ""
    with open(path, "rb") as file:
        return file.read(2 * LIMIT).decode().strip()


def _contradicted(folder: Path, time: datetime) -> str:
    """A sentence where files in the folder were changed after they were handed in.

    Where no file is older than the time, all were copied without their own times, which then say nothing.
    """
    changed = []
    with suppress(OSError):
        for path in folder.iterdir():
            if path.is_file() and not path.is_symlink() and path.name != TIMESTAMP and not replaced(path):
                changed.append(datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None))
    if not changed or min(changed) > time or max(changed) <= time + SKEW:
        return ""
    return Text(CHANGED, file=TIMESTAMP, time=time.strftime(FORM), changed=max(changed).strftime(FORM))
