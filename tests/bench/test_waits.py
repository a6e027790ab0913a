"""The benches of waits and of growth: what they measure is what they say, and what fails is no number."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from bench import growth, waits
from bench.growth import Class
from bench.measure import BenchError
from bench.model import Model, Point, is_near, table


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


TRUTH = Model(
    start=2.0, crowd=1.5, path=0.04, work=0.06, dask_start=2.5, dask_path=0.01, dask_work=0.04, cores=2
)  # fmt: skip


def point(count: int, workers: int, dask: bool = False, known: bool = False) -> Point:
    """What a machine gives that is as the truth says."""
    return Point(count, TRUTH.seconds(count, workers, dask), 385 * 10**6, workers, dask, known)


def points() -> list[Point]:
    small = [(count, workers, dask) for count in (100, 400) for workers in (1, 2, 4) for dask in (False, True)]
    return [*(point(*each, known=True) for each in small), point(10_000, 2), point(1000, 2, dask=True)]


def test_a_model_finds_what_a_class_takes_and_says_what_larger_ones_take():
    found = Model.of(points(), cores=2)
    assert vars(found) == pytest.approx(vars(TRUTH))
    assert found.seconds(100, 1) == pytest.approx(2 + 4)
    assert found.seconds(10_000, 2) == pytest.approx(2 + 10_000 * 0.03)
    assert found.seconds(100, 4) == pytest.approx(found.seconds(100, 2) + 2 * 1.5)  # two cores are two cores
    assert found.seconds(100, 2, dask=True) == pytest.approx(4.5 + 100 * 0.05)
    rows = table(found, points()).splitlines()
    assert "| 10,000 | 2 of this machine | 302.0 | 302.0 | +0 % | 385 MB |" in rows
    assert "| 100 | 1 of Dask | 9.5 | 9.5 | +0 %, made from it | 385 MB |" in rows
    assert rows[-1] == "1,000,000 on 2 cores: 8.3 h."


def test_on_many_cores_nothing_is_known_of_a_crowd():
    small = [(count, workers, dask) for count in (100, 400) for workers in (1, 2, 4) for dask in (False, True)]
    truth = replace(TRUTH, cores=4, crowd=0.0)
    found = Model.of([Point(*each[:1], truth.seconds(*each), 0, *each[1:], known=True) for each in small], cores=4)
    assert vars(found) == pytest.approx(vars(truth), abs=1e-9)


def test_a_model_that_is_off_is_said_to_be():
    found = Model.of(points(), cores=2)
    off = [replace(each, seconds=each.seconds * (1.0 if each.known else 1.2)) for each in points()]
    assert is_near(found, points())
    assert not is_near(found, off)
    assert "| -17 % |" in table(found, off)


def test_too_few_points_make_no_model():
    with pytest.raises(BenchError, match="two sizes"):
        Model.of([each for each in points() if not each.dask], cores=2)


class Fake:
    """A course whose classes take what the truth says; the second round of three comes in a slow minute."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, ...]] = []

    def grade(self, count: int, option: str, value: str) -> Point:
        kind = (count, int(value)) if option == "--jobs" else (count, int(value.partition("//")[2]), 1)
        self.asked.append(kind)
        slow = 3.0 if 12 < len(self.asked) <= 24 else 1.0
        return Point(count, slow * TRUTH.seconds(count, kind[1], len(kind) == 3))


class FakeCluster(ExitStack):
    address = ""

    def __init__(self, folder: Path) -> None:
        super().__init__()

    def add_workers(self, count: int) -> None:
        self.address = f"tcp://{count}"


def test_small_classes_make_the_model_before_the_others_are_measured(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(growth, "Cluster", FakeCluster)
    monkeypatch.setattr(growth, "processors", lambda: 2)
    fake = Fake()
    found = growth.measured(fake, (1000, 3000), (1, 2, 4), rounds=3)
    small = [(count, workers, *dask) for dask in ((), (1,)) for workers in (1, 2, 4) for count in (100, 400)]
    assert fake.asked == [*small, *small, *small, (1000, 2), (3000, 2), (1000, 2, 1)]
    assert [each.known for each in found] == [True] * 12 + [False] * 3
    assert is_near(Model.of(found, cores=2), found)


@pytest.mark.slow
def test_a_class_of_any_size_is_graded_and_a_missing_mark_is_no_measurement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    course = Class(tmp_path / "course")
    found = course.grade(2, "--jobs", "1")
    assert found.count == 2 and found.seconds > 0
    monkeypatch.setattr(course, "_answered", course._answered.replace("2 * x", "3 * x"))
    with pytest.raises(BenchError, match="2 marks, 0 of them right"):
        course.grade(2, "--jobs", "1")
    assert growth.NAME in str(course.root / "source" / growth.NAME)
