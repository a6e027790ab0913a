"""nbgrader's reading of times, replaced: the zones that it does not know are not UTC, and an offset is not in seconds.

There is no setting for this, so the functions that read a time are replaced: in a submission's folder, in the names of
the exchange's folders when they are collected, and in what an instructor writes (a due date).
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader import utils
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default.collect import ExchangeCollect
from traitlets.config import Config

from autograder.course.zone import zone_in, zone_of
from autograder.intake import times
from autograder.intake.handing_in import FORM, handed_in
from autograder.intake.safe import safe_name

PATIENCE = 600.0  # seconds that `nbgrader submit` may take after it has noted the time
NAMELESS = datetime.min  # of a folder in the exchange whose name holds no time: any other one is newer
LATER = (
    "%s handed in at %s by the folder's name, and that folder was last changed in the exchange at %s. Only the latter"
    " is not the student's own word."
)
as_nbgrader, copy_as_nbgrader = utils.parse_utc, ExchangeCollect.copy_files
OTHERWISE = "%s handed in at %s by its folder's name, and at %s by its timestamp.txt, which counts."


def read_times() -> None:
    """Replace nbgrader's ways to read a time from what students hand in."""
    CourseDirectory.get_existing_timestamp = existing
    NbGraderAPI.get_submitted_timestamp = submitted
    ExchangeCollect._path_to_record = record

    def copy_and_compare(collecting: ExchangeCollect) -> None:
        for each in collecting.src_records:
            compare(collecting, each)
        copy_as_nbgrader(collecting)

    ExchangeCollect.copy_files = copy_and_compare


def read_due_dates(config: Config) -> None:
    """Replace nbgrader's way to read a time that an instructor writes."""
    zone = zone_of(config)

    def parse_utc(time: datetime | str | None) -> datetime | None:
        known: datetime | None = times.read(time, zone) if isinstance(time, str) else as_nbgrader(time)
        return known

    utils.parse_utc = parse_utc


def existing(coursedir: CourseDirectory, folder: str) -> datetime | None:
    """The time of a submission in a folder, in UTC; None where there is none to believe."""
    return handed_in(Path(folder), zone_in(coursedir)).time


def submitted(api: NbGraderAPI, assignment: str, student: str) -> datetime | None:
    """The time of a submission, for Formgrader."""
    coursedir = api.coursedir
    return existing(coursedir, coursedir.format_path(coursedir.submitted_directory, student, assignment))


def record(collecting: ExchangeCollect, path: str) -> dict[str, Any]:
    """Who handed in a folder of the exchange, and when, by its name; one without a time stops nobody's collecting."""
    name = os.path.basename(path)
    parts = name.rsplit("+", 3)
    try:
        time = times.read(parts[2], zone_of(collecting.config))
    except times.TimeError as problem:
        time = NAMELESS
        collecting.log.warning("The folder %s in the exchange names no time: %s", safe_name(name), problem)
    return {"username": parts[0], "filename": name, "timestamp": time}


def compare(collecting: ExchangeCollect, found: dict[str, Any]) -> None:
    """Tell where what the student wrote differs from what the system kept, or from what the student wrote beside it."""
    folder, named = Path(collecting.inbound_path, found["filename"]), found["timestamp"]
    if named == NAMELESS:
        return
    try:
        changed = datetime.fromtimestamp(folder.stat().st_ctime, UTC).replace(tzinfo=None)
    except OSError:
        return
    told = safe_name(found["username"]), named.strftime(FORM)
    if (changed - named).total_seconds() > PATIENCE:
        collecting.log.warning(LATER, *told, changed.strftime(FORM))
    written = handed_in(folder, zone_of(collecting.config)).time
    if written is not None and abs((written - named).total_seconds()) >= 1:
        collecting.log.warning(OTHERWISE, *told, written.strftime(FORM))
