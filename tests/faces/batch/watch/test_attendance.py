"""Who is graded when: days by a clock of the tests' own, and clerks that only act as if they graded."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.faces.batch.messages import Failure, not_graded
from autograder.faces.batch.watch import attendance
from autograder.faces.batch.watch.attendance import MORE, SLOW, Attendance
from autograder.faces.batch.watch.book import Book
from autograder.faces.batch.watch.messages import Attended, Place, Received
from tests.support.fake_clerks import FakeClerks

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()
HOUR = 3600.0
FULL = "The disk is full: make room in the course folder, and run this command again."


class Told:
    """Asks it to stop when the test's steps have come to their end."""

    asked = False


class Day:
    """One course, its clerks and clocks, and steps that a test takes between the turns."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, limit: int = 10, release: bool = True) -> None:
        (root / "submitted").mkdir(exist_ok=True)
        self.root, self.now, self.clerks = root, NOON, FakeClerks()
        self._passed = 1000.0
        monkeypatch.setattr(time, "monotonic", lambda: self._passed)
        self.log = os.open(root / "log", os.O_WRONLY | os.O_CREAT)
        self.limit, self.release = limit, release
        self.start()

    def start(self) -> None:
        rules = (str(self.root / "nbgrader_config.py"),)
        place = Place("hw", "", f"{self.root}/submitted/", "/hw", (), rules, "Europe/Berlin", self.limit, 300.0, "")
        self.book = Book(self.root, "hw")
        self.attendance = Attendance(place, self.clerks, self.book, self.release, self.log, lambda: self.now)

    def hand_in(self, student: str, digest: str) -> None:
        folder = self.root / "submitted" / student / "hw"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "1.ipynb").write_text(digest)
        self.clerks.digests[student] = digest

    def passes(self, seconds: float, step: float = 0.5) -> bool:
        """Let time pass; returns whether what decides the marks has changed."""
        stop = Told()
        end = self._passed + seconds
        turn = self.attendance._turn

        def one_turn() -> None:
            turn()
            self._passed += step
            self.now += step
            stop.asked = self._passed >= end

        self.attendance._turn = one_turn
        try:
            return self.attendance.run(stop) if not self.clerks.stuck else self._with_stuck(stop, one_turn)
        finally:
            self.attendance._turn = turn

    def _with_stuck(self, stop: Told, one_turn) -> bool:
        """As above, where it would wait for those who are stuck before it stops."""
        while not stop.asked:
            self.attendance._look(self._passed)
            one_turn()
        return False

    def grades(self) -> list[str]:
        return [f"{task.student} {task.arguments[0]}" for task in self.clerks.of("attend")]


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Day]:
    made = Day(tmp_path, monkeypatch)
    yield made
    os.close(made.log)
    made.book.close()


def test_forty_submissions_of_a_student_are_ten_gradings_and_the_last_one_counts(
    day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(40):
        day.hand_in("ann", f"v{number}")
        day.passes(3)
    assert day.grades() == [f"ann v{number}" for number in range(10)]
    assert len({(task.arguments[1], task.arguments[2]) for task in day.clerks.of("attend")}) == 10  # inputs of its own
    told = day.clerks.of("defer")
    assert len(told) == 30  # each has its own page, as each has its own way back
    assert {task.arguments for task in told} == {(10, "2026-03-02 00:00 CET")}
    lines = [line for line in capsys.readouterr().out.splitlines() if "ann" in line]
    assert sum("54 of 60  graded" in line for line in lines) == 10
    assert (
        sum("kept: the limit of today is reached; this one from 2026-03-02 00:00 CET on" in line for line in lines)
        == 30
    )
    assert [entry.submission for entry in day.book.deferred] == ["v39"]
    day.passes(10 * HOUR, 60)
    assert len(day.grades()) == 10  # it is 23:02 in Berlin, and 22:02 by UTC
    day.passes(1.5 * HOUR, 60)
    assert day.grades()[10:] == ["ann v39"]
    assert day.book.deferred == []
    for number in range(40, 60):
        day.hand_in("ann", f"v{number}")
        day.passes(3)
    assert day.grades()[10:] == ["ann v39", *(f"ann v{number}" for number in range(40, 49))]


def test_a_limit_is_one_students_and_none_is_no_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    day = Day(tmp_path, monkeypatch, limit=2)
    for number in range(4):
        for student in ("ann", "bob"):
            day.hand_in(student, f"v{number}")
        day.passes(3)
    assert sorted(day.grades()) == ["ann v0", "ann v1", "bob v0", "bob v1"]
    day.limit = 0
    day.book.close()
    day.start()
    day.passes(5)
    for number in range(9, 40):
        day.hand_in("ann", f"v{number}")
        day.passes(3)
    assert [each for each in day.grades() if each.startswith("ann")][2:] == [
        "ann v3",
        *(f"ann v{number}" for number in range(9, 40)),
    ]


def test_a_start_anew_keeps_the_count_and_says_nothing_twice(day: Day, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(12):
        day.hand_in("ann", f"v{number}")
        day.passes(3)
    capsys.readouterr()
    for _ in range(3):
        day.book.close()
        day.start()
        day.passes(5)
    assert len(day.grades()) == 10 and len(day.clerks.of("defer")) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("when", ["before it is graded", "before its page is given back"])
def test_what_was_begun_goes_on_by_the_same_inputs(day: Day, when: str) -> None:
    day.hand_in("ann", "v0")
    entry = day.book.begin("ann", "v0", day.now)
    if when != "before it is graded":
        day.clerks.done["ann"] = "v0"
    day.book.close()
    day.start()
    day.passes(5)
    (task,) = day.clerks.of("attend")
    assert task.arguments[1:3] == (day.book.secret, entry.number)
    assert day.book.count("ann", 0) == 1
    last = day.book.last("ann")
    assert last is not None and last.finished


def test_what_could_not_be_graded_for_its_own_sake_is_not_tried_again_until_it_changes(day: Day) -> None:
    day.clerks.answers["ann", "attend"] = lambda: Attended(not_graded("ann", "No notebook lies there."))
    day.hand_in("ann", "v0")
    day.passes(5)
    folder = day.root / "submitted" / "ann" / "hw"
    os.utime(folder / "1.ipynb", (0, 0))  # it looks new, and is the same
    day.passes(5)
    day.book.close()
    day.start()
    day.passes(5)
    assert day.grades() == ["ann v0"]
    day.hand_in("ann", "v1")
    day.passes(5)
    assert day.grades() == ["ann v0", "ann v1"]


def test_what_others_have_graded_is_left_alone(day: Day) -> None:
    day.hand_in("ann", "v0")
    day.clerks.done["ann"] = "v0"
    day.passes(5)
    assert day.grades() == [] and day.book.last("ann") is None


def test_what_comes_while_the_last_one_is_graded_waits_for_it_and_is_graded_once(day: Day) -> None:
    day.clerks.stuck = {"ann"}
    for number in range(5):
        day.hand_in("ann", f"v{number}")
        day.passes(2)
    assert len(day.clerks.asked) == 1
    day.clerks.stuck = set()
    day.passes(5)
    assert day.grades() == ["ann v4"]


def test_those_who_are_stuck_hold_up_nobody_else(day: Day) -> None:
    day.clerks.stuck = {f"stuck {number}" for number in range(3)}
    for student in sorted(day.clerks.stuck):
        day.hand_in(student, "v0")
    day.passes(SLOW + 3)
    day.hand_in("ann", "v0")
    day.passes(3)
    assert day.grades() == ["ann v0"]
    day.clerks.stuck = {f"stuck {number}" for number in range(50)}
    for student in sorted(day.clerks.stuck):
        day.hand_in(student, "v0")
    day.passes(4 * SLOW)
    assert max(day.clerks.sizes) == MORE * 2


def test_a_full_disk_is_said_once_waited_for_and_over(day: Day, capsys: pytest.CaptureFixture[str]) -> None:
    full = {"now": True}
    answer = Attended(not_graded("ann", FULL, passing=True))
    day.clerks.answers["ann", "attend"] = lambda: answer if full["now"] else None
    day.hand_in("ann", "v0")
    day.passes(300)
    tries = len(day.grades())
    assert 5 <= tries <= 12
    said = capsys.readouterr().out
    assert said.count("The disk is full: make room in the course folder. Waiting; nothing is lost.\n") == 1
    assert "graded  " not in said
    full["now"] = False
    day.passes(70)
    assert len(day.grades()) == tries + 1
    assert "It goes on again.\n" in capsys.readouterr().out
    assert day.book.count("ann", 0) == 1


def test_an_exchange_that_is_away_is_waited_for(day: Day, capsys: pytest.CaptureFixture[str]) -> None:
    away = {"now": True}
    gone = Received(problem="the exchange cannot be read: Course not found: /x", passing=True)
    day.clerks.answers["ann", "receive"] = lambda: gone if away["now"] else None
    day.hand_in("ann", "v0")
    day.passes(200)
    assert capsys.readouterr().out.count("The exchange cannot be read: Course not found: /x. Waiting") == 1
    away["now"] = False
    day.passes(70)
    assert day.grades() == ["ann v0"]


def test_pages_that_could_not_be_given_back_are_given_back_later(day: Day) -> None:
    away = {"now": True}
    kept = Attended(not_graded("ann", "x"), problem="the exchange cannot be written: /x", passing=True)
    day.clerks.answers["ann", "attend"] = lambda: kept if away["now"] else None
    day.hand_in("ann", "v0")
    day.passes(30)
    last = day.book.last("ann")
    assert last is not None and not last.finished
    away["now"] = False
    day.passes(70)
    last = day.book.last("ann")
    assert last is not None and last.finished and last.number == 0


def test_what_is_the_students_own_is_tried_a_few_times_and_told_once(
    day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    day.clerks.answers["eve", "receive"] = lambda: Received(problem="eve+hw is not collected: it is no folder")
    day.hand_in("eve", "v0")
    day.passes(600)
    assert len(day.clerks.asked) == attendance.TRIES
    assert capsys.readouterr().out.count("not graded: eve+hw is not collected") == 1
    day.hand_in("eve", "v1")
    day.passes(600)
    assert len(day.clerks.asked) == 2 * attendance.TRIES
    assert capsys.readouterr().out.count("not graded: eve+hw is not collected") == 1
    day.hand_in("eve", "v2")
    del day.clerks.answers["eve", "receive"]
    day.passes(5)
    assert day.grades() == ["eve v2"]


def test_workers_that_can_do_nothing_are_made_anew(day: Day) -> None:
    broken = {"count": 2}

    def fails() -> Failure | None:
        broken["count"] -= 1
        return Failure("it cannot be imported") if broken["count"] >= 0 else None

    day.clerks.answers["ann", "attend"] = fails
    day.hand_in("ann", "v0")
    day.passes(60)
    assert 0 in day.clerks.sizes
    assert day.grades() == ["ann v0"] * 3
    last = day.book.last("ann")
    assert last is not None and last.finished


def test_a_book_that_cannot_be_written_grades_nothing_and_is_waited_for(
    day: Day, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write = os.write

    def full(file: int, data: bytes) -> int:
        if file == day.book._file:
            raise OSError(28, "No space left on device")
        return write(file, data)

    monkeypatch.setattr(os, "write", full)
    day.hand_in("ann", "v0")
    day.passes(20)
    assert day.grades() == []
    assert f"{day.book.path} cannot be written (No space left on device). Waiting" in capsys.readouterr().out
    monkeypatch.setattr(os, "write", write)
    day.passes(70)
    assert day.grades() == ["ann v0"]


def test_a_changed_rule_is_noticed_when_it_has_come_to_rest(day: Day) -> None:
    assert not day.passes(10)
    (day.root / "nbgrader_config.py").write_text("c = 1\n")
    assert day.passes(10)


def test_names_cannot_steer_a_terminal_and_wide_ones_stand_in_columns(
    day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("王小明", "eve\x1b[2J", "bob"):
        day.hand_in(name, "v0")
    day.passes(5)
    lines = capsys.readouterr().out.splitlines()
    assert "\x1b" not in "".join(lines) and any("eve?[2J" in line for line in lines)
    wide = next(line for line in lines if "王小明" in line)
    plain = next(line for line in lines if "bob" in line)
    assert wide.index("54 of") + 3 == plain.index("54 of")
