"""Zip files: the same content gives the same bytes, on one day or with one SOURCE_DATE_EPOCH."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from autograder.assignment import BUILD, CACHES
from autograder.errors import AssignmentError

EARLIEST, LATEST = (1980, 1, 1), (2107, 12, 31)  # the days that the format knows
LONG = 12  # digits of a moment in seconds that no calendar has
FILE, PROGRAM, UNIX = 0o100644, 0o100755, 3


def write_zip(path: Path, contents: Mapping[str, bytes], programs: Collection[str] = ()) -> None:
    """Write a zip of `contents`, by name inside; it is there as a whole or not at all.

    programs: the names of those that are to be run.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, written = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with open(handle, "wb") as file, ZipFile(file, "w") as archive:
            day = _day()
            for name in sorted(contents):
                archive.writestr(_entry(name, day, name in programs), contents[name], ZIP_DEFLATED, 9)
        os.chmod(written, 0o644)
        os.replace(written, path)
    except BaseException:
        os.unlink(written)
        raise


def files_below(folder: Path) -> Iterator[Path]:
    """The files of a folder and its subfolders, without caches; raises AssignmentError where there is no folder."""
    if not folder.is_dir():
        raise AssignmentError(f"{folder} is missing: run `{BUILD}`")
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(part in CACHES for part in path.relative_to(folder).parts):
            yield path


def size(path: Path) -> str:
    """The size of a file, as a person reads it."""
    return f"{path.stat().st_size / 1e6:.1f} MB"


def _day() -> tuple[int, int, int]:
    """Today, in UTC; where SOURCE_DATE_EPOCH is set, as for builds that are to be repeated, the day that it names."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = time.gmtime(int(given) if given.isdecimal() and len(given) < LONG else None)
    return max(EARLIEST, min((moment.tm_year, moment.tm_mon, moment.tm_mday), LATEST))


def _entry(name: str, day: tuple[int, int, int], program: bool) -> ZipInfo:
    entry = ZipInfo(name, (*day, 0, 0, 0))
    entry.create_system, entry.external_attr = UNIX, (PROGRAM if program else FILE) << 16
    return entry
