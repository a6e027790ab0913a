"""Collecting from the exchange: times in the course's zone, and what speaks against a time is told."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default.collect import ExchangeCollect
from traitlets.config import Config

from autograder.course.zone import zone_of
from autograder.faces.nbgrader.setup import prepare

pytestmark = pytest.mark.slow

prepare()


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


def written(time: datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S.%f UTC")


def collect(
    folder: Path, caplog: pytest.LogCaptureFixture, *handed_in: tuple[str, str, str], zone: str = "UTC", **traits: bool
) -> str:
    """What is said where these are collected: students, times in the folders' names, times in timestamp.txt."""
    inbound = folder / "exchange" / "c1" / "inbound"
    inbound.mkdir(parents=True, exist_ok=True)
    inbound.parents[1].chmod(0o777)
    for number, (student, named, stamp) in enumerate(handed_in):
        made = inbound / f"{student}+ps1+{named}+{number}"
        made.mkdir()
        (made / "timestamp.txt").write_text(stamp)
    config = Config(
        Exchange={"root": str(folder / "exchange"), "timezone": zone},
        CourseDirectory={"root": str(folder), "course_id": "c1", "assignment_id": "ps1"},
        ExchangeCollect={"check_owner": False, **traits},
    )
    collecting = ExchangeCollect(coursedir=CourseDirectory(config=config), config=config)
    collecting.log = logging.getLogger("collecting")
    caplog.clear()
    with caplog.at_level(logging.WARNING, "collecting"):
        collecting.start()
    return caplog.text


def test_an_honest_submission_is_collected_without_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, now: datetime
):
    assert not collect(tmp_path, caplog, ("ada", written(now), written(now)))
    assert (tmp_path / "submitted" / "ada" / "ps1" / "timestamp.txt").read_text() == written(now)


def test_a_time_that_the_system_contradicts_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture, now: datetime):
    early = written(now - timedelta(days=2))
    said = collect(tmp_path, caplog, ("eve", early, early), ("bob", written(now), early))
    assert "eve handed in at " in said and "was last changed in the exchange at " in said
    assert "bob handed in at " in said and "by its timestamp.txt, which counts" in said


def test_a_folder_without_a_time_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture, now: datetime):
    said = collect(tmp_path, caplog, ("eve\x1b[2J", "soon", ""), ("ada", written(now), written(now)))
    assert "eve?[2J+ps1+soon+0 in the exchange names no time" in said
    assert (tmp_path / "submitted" / "ada").is_dir()


def test_the_newest_is_found_in_the_courses_zone(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """nbgrader would take the second for the older one, as it does not know EDT."""
    first, second = "2026-07-01 18:00:00 UTC", "2026-07-01 15:00:00 EDT"
    collect(tmp_path, caplog, ("ada", first, first))
    collect(tmp_path, caplog, ("ada", second, second), zone="America/New_York", update=True)
    assert (tmp_path / "submitted" / "ada" / "ps1" / "timestamp.txt").read_text() == second


def test_the_courses_zone_is_that_of_its_exchange():
    assert zone_of(Config()) is None
    assert zone_of(Config(Exchange={"timezone": "no such zone"})) is None
    zone = zone_of(Config(Exchange={"timezone": "Europe/Berlin"}))
    assert zone is not None and datetime(2026, 7, 1, tzinfo=zone).tzname() == "CEST"
