"""What comes in is seen once it has come to rest, and not before; a clock of the tests' own goes round."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.faces.batch.watch import arrivals
from autograder.faces.batch.watch.arrivals import STILL, Arrivals, state_of
from autograder.faces.batch.watch.messages import Place

STEP = 0.25


@pytest.fixture
def course(tmp_path: Path) -> Path:
    (tmp_path / "submitted").mkdir()
    (tmp_path / "inbound").mkdir()
    return tmp_path


class Clock:
    """Looks again and again, a quarter of a second apart."""

    def __init__(self, course: Path, exchange: bool = True) -> None:
        place = Place(
            *("hw", str(course / "inbound") if exchange else "", f"{course}/submitted/", "/hw"),
            *(("tutor",), (), "UTC", 10, 300.0, "Sandbox: full."),
        )
        self.arrivals, self.now = Arrivals(place), 0.0

    def looks(self, seconds: float = 4 * STILL) -> Iterator[tuple[str, bool]]:
        end = self.now + seconds
        while self.now < end:
            self.now += STEP
            for found in self.arrivals.look(self.now):
                yield found.student, found.collect

    def sees(self, seconds: float = 4 * STILL) -> list[tuple[str, bool]]:
        return list(self.looks(seconds))


def hand_in(course: Path, student: str, text: str = "{}") -> Path:
    folder = course / "submitted" / student / "hw"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "1.ipynb").write_text(text)
    return folder


def submit(course: Path, student: str, time: str = "2026-03-01 12:00:00 UTC", whole: bool = True) -> Path:
    folder = course / "inbound" / f"{student}+hw+{time}+x"
    folder.mkdir()
    (folder / "1.ipynb").write_text("{}")
    for name in ("timestamp.txt", "submission_secret.txt") if whole else ():
        (folder / name).write_text(time)
    return folder


def test_each_is_seen_once_wherever_it_comes(course: Path) -> None:
    clock = Clock(course)
    assert clock.sees() == []
    hand_in(course, "ann")
    submit(course, "bob")
    assert sorted(clock.sees()) == [("ann", False), ("bob", True)]
    assert clock.sees(10) == []


def test_what_is_complete_need_not_rest_long(course: Path) -> None:
    submit(course, "bob")
    assert Clock(course).sees(2 * STEP) == [("bob", True)]


@pytest.mark.parametrize("exchange", [True, False])
def test_a_folder_that_is_being_written_is_left_until_it_rests(course: Path, exchange: bool) -> None:
    folder = submit(course, "bob", whole=False) if exchange else hand_in(course, "bob")
    clock = Clock(course)
    for number in range(12):
        with open(folder / "1.ipynb", "a") as file:
            file.write(" ")
        (folder / f"{number}.txt").touch()
        assert clock.sees(STILL / 2) == []
    assert clock.arrivals.moving
    assert clock.sees() == [("bob", exchange)]
    assert not clock.arrivals.moving


def test_one_who_writes_for_ever_holds_up_nobody_else(course: Path) -> None:
    folder, clock, seen = hand_in(course, "bob"), Clock(course), []
    for number in range(20):
        (folder / "1.ipynb").write_text(" " * number)
        if number == 4:
            hand_in(course, "ann")
        seen += clock.sees(STEP)
    assert seen == [("ann", False)]


def test_a_change_is_seen_again_and_a_look_alone_is_none(course: Path) -> None:
    folder, clock = hand_in(course, "ann"), Clock(course)
    assert clock.sees() == [("ann", False)]
    (folder / "1.ipynb").read_text()
    assert clock.sees() == []
    (folder / "1.ipynb").write_text("[]")  # of the same size
    assert clock.sees() == [("ann", False)]
    os.utime(folder / "1.ipynb", (0, 0))
    (folder / "helper.py").touch()
    assert clock.sees() == [("ann", False)]
    (folder / "datasets").mkdir()
    (folder / "datasets" / "x").touch()
    assert clock.sees() == []


def test_all_that_a_student_has_sent_rests_before_the_newest_is_collected(course: Path) -> None:
    clock = Clock(course)
    submit(course, "bob")
    second = submit(course, "bob", "2026-03-01 12:00:05 UTC", whole=False)
    for number in range(8):
        (second / f"{number}").touch()
        assert clock.sees(2 * STEP) == []
    assert clock.sees() == [("bob", True)]


def test_others_are_none_of_its_business(course: Path) -> None:
    for name in ("bob+other+2026-03-01 12:00:00 UTC+x", "nothing", "tutor+hw+2026-03-01 12:00:00 UTC+x", "+hw+t+x"):
        (course / "inbound" / name).mkdir()
    (course / "submitted" / "ann" / "other").mkdir(parents=True)
    for name in ("tutor", ".hidden"):
        hand_in(course, name)
    assert Clock(course).sees() == []


def test_names_are_no_patterns(course: Path) -> None:
    names = ["a*", "[x] y", 'ü 中文, "x"', "a+b", "-n", "'; rm", "a\nb"]
    for name in names:
        hand_in(course, name)
    for name in names:
        submit(course, name)
    clock = Clock(course)
    assert sorted(clock.sees()) == sorted([(name, way) for name in names for way in (False, True)])


@pytest.mark.parametrize("gone", ["inbound", "submitted"])
def test_a_folder_that_is_away_is_told_and_looked_at_when_it_is_back(course: Path, gone: str) -> None:
    clock = Clock(course)
    hand_in(course, "ann")
    submit(course, "bob")
    assert len(clock.sees()) == 2
    os.rename(course / gone, course / "away")
    (course / gone).touch()  # it is no folder: to be read by nobody
    assert clock.sees() == []
    if gone == "inbound":
        assert clock.arrivals.trouble == f"{course / gone} cannot be read (Not a directory)"
    os.remove(course / gone)
    os.rename(course / "away", course / gone)
    assert [student for student, _ in clock.sees()] in ([], ["ann"])  # known, or looked at once more
    assert clock.arrivals.trouble == ""
    submit(course, "eve")
    assert clock.sees() == [("eve", True)]


def test_a_million_files_are_looked_at_in_part(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "MOST", 50)
    folder = hand_in(course, "eve")
    for number in range(200):
        (folder / f"{number:03}").touch()
    assert len(state_of(folder) or ()) == 50
    assert Clock(course).sees() == [("eve", False)]


def test_links_are_not_followed(course: Path) -> None:
    folder = hand_in(course, "eve")
    os.symlink(folder, folder / "loop")
    os.symlink(course, course / "inbound" / "eve+hw+2026-03-01 12:00:00 UTC+x")
    os.symlink(course, course / "submitted" / "mallory")
    assert sorted(Clock(course).sees()) == [("eve", False), ("eve", True)]


def test_removed_ones_are_forgotten_and_seen_when_they_come_back(course: Path) -> None:
    clock, folder = Clock(course), hand_in(course, "ann")
    assert clock.sees() == [("ann", False)]
    os.rename(folder, course / "kept")
    assert clock.sees() == []
    os.rename(course / "kept", folder)
    assert clock.sees() == [("ann", False)]
