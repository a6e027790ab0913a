"""Times that people and `nbgrader submit` write: read right, or not at all."""

from __future__ import annotations

from datetime import datetime

import pytest
from dateutil.tz import gettz

from autograder.intake.times import TimeError, ZoneUnknownError, read

SIX = datetime(2026, 7, 1, 18)


@pytest.mark.parametrize(
    ("zone", "text", "hour"),
    [
        ("", "2026-07-01 18:00:00", 18),
        ("", "2026-07-01 18:00:00 UTC", 18),
        ("", "2026-07-01T18:00:00+02:00", 16),
        ("", "2026-07-01 18:00:00 +0200", 16),
        ("", "2026-07-01 18:00:00 -03", 21),
        ("", "2026-07-01 14:00:00 GMT+4", 10),
        ("", "2026-07-01 18:00:00 +7200", 16),  # no hours and minutes: nbgrader's seconds
        ("", "2026-07-01 18:00:00 Europe/Berlin", 16),
        ("", "Wed Jul  1 18:00:00 UTC 2026", 18),
        ("Europe/Berlin", "2026-07-01 18:00:00 CEST", 16),
        ("America/New_York", "2026-07-01 18:00:00 EDT", 22),
        ("Asia/Kolkata", "2026-07-01 18:30:00 IST", 13),
        ("Asia/Jerusalem", "2026-01-01 18:00:00 IST", 16),
        ("Australia/Sydney", "2026-07-01 18:00:00 AEST", 8),
        ("America/Sao_Paulo", "2026-07-01 18:00:00 -03", 21),
        ("Europe/Berlin", "2026-10-25 02:30:00 CEST", 0),  # the hour that comes twice
        ("Europe/Berlin", "2026-10-25 02:30:00 CET", 1),
    ],
)
def test_a_time_is_read_in_its_zone(zone: str, text: str, hour: int):
    assert read(text, gettz(zone) if zone else None).hour == hour


@pytest.mark.parametrize(
    "name", ["AEST", "CEST", "IST", "../../etc/passwd", "/etc/localtime", "Europe", "XYZ", "+1500", "+99999", "\x1b[2J"]
)
def test_a_zone_that_is_not_understood_is_not_taken_for_utc(name: str):
    with pytest.raises(ZoneUnknownError) as told:
        read(f"2026-07-01 18:00:00 {name}")
    assert "\x1b" not in str(told.value)


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "18:00", "5", "July", "2026-13-01 00:00:00", "nan", "\x00", "2026-07-01 18:00:00 UTC and more"),
        *("9999-12-31 23:00:00 -10", "0001-01-01 00:00:00 +10", "9" * 5000, "2026-07-01 " * 50),
    ],
)
def test_what_is_no_full_time_is_none(text: str):
    with pytest.raises(TimeError):
        read(text)
