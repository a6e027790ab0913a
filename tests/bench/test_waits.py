"""The benches of waits and of growth: what they measure is what they say, and what fails is no number."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import growth, waits
from bench.growth import Class, Point, grown, line
from bench.measure import BenchError


def test_every_wait_has_a_name_of_its_own_a_reader_and_a_target():
    assert len({each.name for each in waits.WAITS}) == len(waits.WAITS) >= 12
    assert all(
        each.who in ("author", "student", "instructor", "maintainer") and each.target > 0 for each in waits.WAITS
    )


def test_what_is_asked_for_is_measured_and_a_missed_target_is_an_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    known = [
        waits.Wait("slow thing", "student", 1, lambda _: 1.5),
        waits.Wait("quick thing", "author", 1, lambda _: 0.5),
    ]
    monkeypatch.setattr(waits, "WAITS", [*known, waits.Wait("all tests", "maintainer", 1, lambda _: 9, usual=False)])
    assert waits.main(["--only", "quick", "--keep", str(tmp_path)]) == 0
    assert capsys.readouterr().out.split() == ["quick", "thing", "author", "0.5", "s,", "target", "1", "s:", "met"]
    assert waits.main(["--keep", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "target 1 s: MISSED" in out and "all tests" not in out


def test_a_command_that_fails_is_no_measurement(tmp_path: Path):
    with pytest.raises(BenchError, match="failed in"):
        waits.seconds(["autograder", "no_such_command"], tmp_path)


def test_a_line_goes_through_the_two_smallest_classes():
    points = [Point(1000, 14.0), Point(100, 5.0), Point(10000, 110.0)]
    assert line(points) == (4.0, 0.01)
    table = grown(points).splitlines()
    assert "| 10,000 | 110.0 | 104.0 | -5 % |" in table[4]
    assert "1,000,000 take 2.8 h" in table[-1]


@pytest.mark.slow
def test_a_class_of_any_size_is_graded_and_a_missing_mark_is_no_measurement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    course = Class(tmp_path / "course")
    point = course.grade(2, "--jobs", "1")
    assert point.count == 2 and point.seconds > 0
    monkeypatch.setattr(course, "_answered", course._answered.replace("2 * x", "3 * x"))
    with pytest.raises(BenchError, match="2 marks, 0 of them right"):
        course.grade(2, "--jobs", "1")
    assert growth.NAME in str(course.root / "source" / growth.NAME)
