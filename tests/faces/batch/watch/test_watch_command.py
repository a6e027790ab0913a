"""`watch` on a course with an exchange, as an instructor runs it: what comes in, who gets what back, how it ends."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from autograder.building.submissions import add_cell, fill_in
from autograder.cli import main
from autograder.engine import SEED
from autograder.faces.batch.watch.clerk import drawn
from tests.support import watching
from tests.support.batch import CRASH, EXIT, LOOP, PICKED, WRONG_STEP, marks
from tests.support.batch_command import grade, light
from tests.support.course import NOTEBOOK, CourseFolder
from tests.support.watching import Watched

pytestmark = pytest.mark.slow

HANGS = "import time\nwhile True: time.sleep(1)"  # a loop that is busy would slow down all that is looked at here
HOSTILE = {"loop": LOOP, "exit": EXIT, "crash": CRASH}
MOMENTS = random.Random(5)  # at which runs are killed


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> CourseFolder:
    return watching.released(tmp_path_factory.mktemp("released") / "course")


@pytest.fixture
def watched(course: CourseFolder, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Watched]:
    made = Watched(tmp_path, course, getattr(request, "param", ""))
    yield made
    if made.process and made.process.poll() is None:
        made.end(signal.SIGKILL)


@pytest.fixture
def notebook(watched: Watched, reference_code: str):
    """Makes what a student hands in, with some more code."""
    released = light(nbformat.read(watched.folder.release / NOTEBOOK, as_version=4))
    return lambda more="": {NOTEBOOK: nbformat.writes(fill_in(released, reference_code + more))}


@pytest.mark.parametrize("watched", ["c.GradeSubmission.cell_limit = 80.0\n"], indirect=True)
def test_a_class_that_hands_in_while_it_watches(watched: Watched, notebook, capsys, monkeypatch) -> None:
    watched.start("--release", "--limit", "3")
    begun = time.monotonic()
    hangs = nbformat.reads(notebook()[NOTEBOOK], as_version=4)
    watched.submit("hangs", {NOTEBOOK: nbformat.writes(add_cell(hangs, PICKED, HANGS))})
    for student, code in HOSTILE.items():
        watched.submit(student, notebook(code))
    torn = watched.submit("torn", {NOTEBOOK: notebook()[NOTEBOOK][:9000]})
    (torn / "gradebook.db").symlink_to(watched.folder.root / "gradebook.db")
    watched.submit("王 小明, x", notebook())
    watched.submit("wrong", notebook(WRONG_STEP))
    (watched.inbound / "mallory+rnn_captioning+2026-03-01 12:00:00 UTC+x").symlink_to(watched.folder.root)
    half = watched.inbound / "slow+rnn_captioning+2026-03-01 12:00:00 UTC+x"
    half.mkdir()
    everyone = (*HOSTILE, "torn", "王 小明, x", "wrong")
    while not all(watched.lines(student) for student in everyone):
        (half / f"{time.monotonic()}.txt").touch()
        watched.until(lambda: True)
        time.sleep(0.1)
        assert time.monotonic() - begun < 100
    assert watched.lines("slow") == []  # it was written all the time
    assert "54 of 60  graded" in watched.lines("王 小明, x")[0]
    assert "-  unreadable" in watched.lines("torn")[0]
    watched.until(lambda: "mallory+rnn_captioning+2026-03-01 12:00:00 UTC+x is not collected" in watched.said)
    assert "torn+rnn_captioning" in watched.said and "left out, as only files are taken: gradebook.db" in watched.said
    assert not (watched.folder.submitted("torn") / "gradebook.db").exists()
    assert watched.lines("hangs") == []  # and nobody waits for that one

    for student in everyone:
        assert "word_embedding_backward" in watched.page(student) or student == "torn"
    assert len(list((watched.exchange / "c1" / "feedback").glob("*.html"))) == len(everyone)

    monkeypatch.setattr("autograder.faces.batch.log.TURN", 0.2)
    for command in ("grade", "watch"):  # in this process: refused before anything is done
        assert main([command, "--course", str(watched.folder.root)]) == 2
        assert "another run is grading" in capsys.readouterr().err

    for number in range(3):
        watched.submit("wrong", notebook(f"# version {number}\n"))
        watched.until(lambda number=number: len(watched.lines("wrong")) == number + 2)
    assert "kept: the limit of today is reached; this one from" in watched.lines("wrong")[-1]
    watched.until(lambda: bool(watched.page("wrong")))
    assert "Not graded yet: 3 submissions of yours have been graded today" in watched.page("wrong")
    assert "54" in watched.page("wrong", -2)

    assert watched.process is not None
    watched.process.send_signal(signal.SIGTERM)
    watched.until(lambda: "Stopping when what is under way is graded" in watched.said)
    assert watched.end(signal.SIGTERM) == 130  # the second one does not wait for the one that hangs
    assert "Traceback" not in watched.said

    before = marks(watched.folder)
    records = {student: watched.record(student) for student in everyone}
    seeds = [record.seed for record in records.values() if record and record.status.has_marks]
    assert len(set(seeds)) == len(seeds) == 5 and not {0, SEED} & set(seeds)
    capsys.readouterr()
    assert grade(watched.folder, "--student", *everyone) == 1  # one is unreadable
    out = capsys.readouterr().out
    assert "4 of these have marks by `watch`; they are graded once more" in out
    assert "1 changed since graded" in out
    after = marks(watched.folder)
    assert after == before  # the last one of `wrong` is right, as the one before
    assert {record.seed for student in everyone if (record := watched.record(student))} == {0}
    grade(watched.folder, "--student", *everyone)
    assert "nothing to grade" in capsys.readouterr().out


def test_killed_at_any_moment_it_loses_nothing_and_grades_nothing_twice(watched: Watched, notebook) -> None:
    students = [f"s{number}" for number in range(5)]
    for number in range(3):
        watched.start("--release")
        for student in students[number : number + 3]:
            watched.submit(student, notebook(f"# {number}\n"))
        time.sleep(MOMENTS.uniform(0.3, 3.0))
        watched.end(signal.SIGKILL)
    watched.start("--release")
    watched.until(lambda: all(map(watched.is_done, students)))
    for student in students:
        record, submissions = watched.record(student), watched.entries(student)
        assert watched.page(student)
        numbers = {line["number"]: line["submission"] for line in submissions}
        assert all(numbers[line["number"]] == line["submission"] for line in submissions)
        assert record is not None and submissions[-1]["submission"] == record.submission
        secret = bytes.fromhex(watched.book()[0]["secret"])
        assert record.seed == drawn(secret, SEED, student, submissions[-1]["number"])
    begun = len(watched.book())
    watched.end(signal.SIGINT)
    watched.start("--release")
    time.sleep(3)
    assert watched.end(signal.SIGINT) == 0
    assert len(watched.book()) == begun  # there was nothing left to do
    assert "Traceback" not in watched.said
    assert not list(watched.folder.root.glob("submitted/*/.collected-*/made/*.ipynb"))


def test_an_exchange_that_is_away_and_rules_that_change_are_noticed(watched: Watched, notebook) -> None:
    watched.start("--release")
    os.rename(watched.exchange, watched.exchange.with_name("away"))
    watched.until(lambda: "inbound cannot be read (No such file or directory). Waiting;" in watched.said)
    os.rename(watched.exchange.with_name("away"), watched.exchange)
    watched.until(lambda: "It goes on again." in watched.said)
    watched.submit("ann", notebook())
    watched.until(lambda: bool(watched.lines("ann")))
    assert watched.page("ann")

    config = watched.folder.root / "nbgrader_config.py"
    text = config.read_text()
    config.write_text(text + "\nc.Watch.gradings_per_day = 1\n")
    watched.until(lambda: "gradings of a student in a day (UTC): 1;" in watched.said)
    assert "has changed, and decides from now on" in watched.said
    folder = watched.folder.hand_in("by hand", notebook()[NOTEBOOK])
    watched.until(lambda: bool(watched.lines("by hand")))
    assert "54 of 60  graded" in watched.lines("by hand")[0]
    (folder / NOTEBOOK).write_text(notebook(WRONG_STEP)[NOTEBOOK])
    watched.until(lambda: len(watched.lines("by hand")) == 2)
    assert "kept: the limit of today is reached" in watched.lines("by hand")[1]
    config.write_text(text + "\nc.Watch.gradings_per_day = -1\n")
    assert watched.process is not None and watched.process.wait(60) == 2
    assert "error: " in watched.said and "gradings_per_day" in watched.said.splitlines()[-1]
    assert "Traceback" not in watched.said
