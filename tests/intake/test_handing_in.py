"""When a submission was handed in: what cannot be is not believed, and what speaks against it is told."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.intake.handing_in import HandedIn, handed_in

DUE = datetime(2026, 3, 1, 12)
EARLY = datetime(2026, 3, 1, 10)


def submission(folder: Path, stamp: str | bytes | None, **changed: datetime) -> Path:
    """A folder with files that were changed at these times."""
    if stamp is not None:
        (folder / "timestamp.txt").write_bytes(stamp if isinstance(stamp, bytes) else stamp.encode())
    for name, time in changed.items():
        (folder / name).write_text("{}")
        seconds = time.replace(tzinfo=UTC).timestamp()
        os.utime(folder / name, (seconds, seconds))
    return folder


@pytest.mark.parametrize("stamp", [None, "", " \n"])
def test_without_a_time_there_is_nothing_to_doubt(tmp_path: Path, stamp: str | None):
    assert handed_in(submission(tmp_path, stamp), due=DUE) == HandedIn()


@pytest.mark.parametrize(
    ("stamp", "doubt"),
    [
        ("2000-01-01 00:00:00 UTC", "says 2000-01-01 00:00:00 UTC, which cannot be"),
        ("2014-12-31 00:00:00", "which cannot be"),
        ("2025-02-01 00:00:00", "which cannot be"),  # more than a year before it was due
        pytest.param(f"{datetime.now() + timedelta(days=3):%Y-%m-%d %H:%M:%S}", "which cannot be", id="in three days"),
        ("2026-03-01 10:00:00 AEST", "AEST is not understood"),
        ("soon", "cannot be read as a time"),
        (b"\xff\xfe", "cannot be read as a time"),
        ("2026-03-01 10:00:00 \x1b[2J", "not understood"),
    ],
)
def test_what_cannot_be_is_not_believed(tmp_path: Path, stamp: str | bytes, doubt: str):
    found = handed_in(submission(tmp_path, stamp), due=DUE)
    assert found.time is None and doubt in found.doubt and "nothing was taken off" in found.doubt
    assert found.doubt.isprintable()


def test_files_that_were_changed_afterwards_are_told_and_the_time_still_counts(tmp_path: Path):
    """It is the student's own word, and so the least that they are late."""
    later = EARLY + timedelta(days=2)
    found = handed_in(submission(tmp_path, f"{EARLY} UTC", a=EARLY - timedelta(days=9), b=later), due=DUE)
    assert found.time == EARLY
    assert "its files were changed up to 2026-03-03 10:00:00 UTC" in found.doubt
    assert not handed_in(tmp_path).doubt  # where nothing is ever late it does not matter


@pytest.mark.parametrize(
    "changed",
    [
        {"a": EARLY - timedelta(days=9), "b": EARLY + timedelta(minutes=5)},  # clocks differ a little
        {"a": EARLY + timedelta(days=9), "b": EARLY + timedelta(days=9)},  # copied without their times
    ],
)
def test_honest_files_raise_no_doubt(tmp_path: Path, changed: dict[str, datetime]):
    assert handed_in(submission(tmp_path, f"{EARLY} UTC", **changed), due=DUE) == HandedIn(EARLY)


def test_a_link_in_its_place_is_not_followed_into_a_time(tmp_path: Path):
    (tmp_path / "elsewhere").write_text("2026-03-01 10:00:00 UTC")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "timestamp.txt").symlink_to(tmp_path / "elsewhere")
    assert handed_in(folder, due=DUE) == HandedIn()
