"""The days in which gradings are counted: from midnight to midnight by the clocks of the course's zone."""

from __future__ import annotations

from datetime import datetime

import pytest
from dateutil.tz import UTC, gettz

from autograder.course.watching import day_of


def at(text: str, zone: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=gettz(zone)).timestamp()


@pytest.mark.parametrize(
    ("zone", "time", "begins", "ends", "hours"),
    [
        ("UTC", "2026-03-01 00:00:00", "2026-03-01", "2026-03-02", 24),
        ("UTC", "2026-02-28 23:59:59", "2026-02-28", "2026-03-01", 24),
        ("Asia/Shanghai", "2026-03-01 07:30:00", "2026-03-01", "2026-03-02", 24),  # still the day before in UTC
        ("Europe/Berlin", "2026-03-29 12:00:00", "2026-03-29", "2026-03-30", 23),  # clocks go forward
        ("Europe/Berlin", "2026-10-25 02:30:00", "2026-10-25", "2026-10-26", 25),  # and back
        ("Europe/Berlin", "2026-10-24 23:30:00", "2026-10-24", "2026-10-25", 24),
        ("America/Havana", "2026-03-08 05:00:00", "2026-03-08", "2026-03-09", 23),  # this night has no midnight
        ("Asia/Kolkata", "2026-12-31 23:00:00", "2026-12-31", "2027-01-01", 24),
    ],
)
def test_a_day_is_that_of_the_courses_clocks(zone: str, time: str, begins: str, ends: str, hours: int) -> None:
    found = day_of(at(time, zone), gettz(zone))
    assert abs(found[0] - at(begins, zone)) <= 3600 * (zone == "America/Havana")
    assert found[1] == at(ends, zone)
    assert found[0] <= at(time, zone) < found[1]
    if zone != "America/Havana":
        assert found[1] - found[0] == hours * 3600


def test_days_follow_each_other_without_a_gap() -> None:
    for zone in (UTC, gettz("Europe/Berlin"), gettz("Asia/Kathmandu"), gettz("America/New_York")):
        time = datetime(2026, 1, 1, 9, tzinfo=UTC).timestamp()
        for _ in range(366):
            _, ends = day_of(time, zone)
            assert day_of(ends, zone)[0] == ends
            assert day_of(ends - 1, zone)[1] == ends
            time = ends
