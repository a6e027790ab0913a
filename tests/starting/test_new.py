"""A course made by one command works where it lies; what cannot be made leaves nothing behind."""

from __future__ import annotations

import errno
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.assignment import load
from autograder.building import artefacts
from autograder.cli import main
from autograder.course.marks import course_directory
from autograder.starting.new import layout
from autograder.starting.new.staging import ASIDE, made_whole
from tests.support.house import NAME, ROOT
from tests.support.nobody import NOBODY

pytestmark = pytest.mark.slow
CLONE = ["--from", str(ROOT)]


def everything(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_the_course_is_what_was_chosen(made: Path) -> None:
    coursedir = course_directory(made)
    assert coursedir.course_id == "秋季 2031"
    assert coursedir.parent.config.Exchange.timezone == "Asia/Shanghai"
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        entry = gradebook.find_assignment(NAME)
        assert f"{entry.duedate}" == "2031-03-01 15:59:00" and entry.max_score == 100
    assert sorted(path.name for path in made.iterdir()) == [
        *("data", "exercises", "gradebook.db", "nbgrader_config.json", "nbgrader_config.py"),
        *("release", "solutions", "source"),
    ]
    text = nbformat.read(made / "release" / NAME / "1_rnn_layers.ipynb", as_version=4).cells[0].source
    assert "**100**" in text


def test_all_that_is_built_is_fresh_there_the_solved_notebook_too(made: Path) -> None:
    said: list[str] = []
    assert artefacts.check(load(made, NAME), said.append), said


def test_the_configuration_lists_the_same_choices_as_the_clones(made: Path) -> None:
    def choices(file: Path) -> set[str]:
        return set(re.findall(r"c\.\w+\.\w+", file.read_text()))

    assert choices(made / "nbgrader_config.py") == choices(ROOT / "nbgrader_config.py") | {"c.Exchange.timezone"}


def test_a_second_one_in_the_same_place_touches_nothing(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.stat().st_mtime_ns for path in made.rglob("*")}
    assert main(["new", str(made), *CLONE]) == 2
    assert "is a course already" in capsys.readouterr().err
    assert {path: path.stat().st_mtime_ns for path in made.rglob("*")} == before


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("full", "is not empty (it has notes.txt)"),
        ("file", "no folder: choose another name"),
        ("broken", "no folder: choose another name"),
        ("none/at/all", "make it first"),
        ("what?", "cannot work with"),
        ("x" * 300, "File name too long"),
        ("course/source/new", "among the files of the course"),
    ],
)
def test_a_place_that_will_not_do(place: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("full", "course/source"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "full" / "notes.txt").touch()
    (tmp_path / "file").touch()
    (tmp_path / "broken").symlink_to("nowhere")
    (tmp_path / "course" / "nbgrader_config.py").touch()
    before = everything(tmp_path)
    assert main(["new", str(tmp_path / place), *CLONE]) == 2
    assert said in capsys.readouterr().err
    assert everything(tmp_path) == before


@pytest.mark.parametrize(
    "given", [["--points", "5"], ["--notebooks", "3"], ["--due", "soon"], ["--language", "fr"], ["--timezone", "here"],
              ["--course-id", "a/b"], ["--assignment", "ps7"], ["--from", "/nowhere"]]
)  # fmt: skip
def test_an_option_that_makes_no_sense_is_one_sentence(
    given: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", str(tmp_path / "new"), *CLONE, *given]) == 2
    said = capsys.readouterr()
    assert said.err.startswith("error: ") and said.err.count("\n") == 1 and not said.out
    assert everything(tmp_path) == set()


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("problem", [OSError(errno.ENOSPC, "no space", "x"), KeyboardInterrupt(), ValueError("ours")])
def test_what_goes_wrong_on_the_way_leaves_nothing(
    problem: BaseException,
    there: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> None:
        raise problem

    folder = tmp_path / "new"
    if there:
        folder.mkdir()
    monkeypatch.setattr(layout, "build", fail)
    if isinstance(problem, ValueError):  # a defect shows its trace
        with pytest.raises(ValueError, match="ours"):
            main(["new", str(folder), *CLONE])
    else:
        assert main(["new", str(folder), *CLONE]) == (130 if isinstance(problem, KeyboardInterrupt) else 2)
        assert "othing was made" in "".join(capsys.readouterr())
    assert everything(tmp_path) == ({"new"} if there else set())


def test_a_failed_command_of_nbgraders_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(layout.artefacts, "artefacts", lambda _: ())
    monkeypatch.setattr(layout.sys, "executable", shutil.which("false"))
    assert main(["new", str(tmp_path / "new"), *CLONE, "--notebooks", "1"]) == 2
    assert "fails in the new course, as nothing" in capsys.readouterr().err
    assert everything(tmp_path) == set()


def test_a_disk_without_room_is_told_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type(usage)(usage.total, usage.total, 1 << 20))
    assert main(["new", str(tmp_path / "new"), *CLONE]) == 2
    assert "make room first" in capsys.readouterr().err
    assert everything(tmp_path) == set()


def test_a_folder_that_may_only_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    if os.geteuid():
        pytest.skip("only root can be somebody else")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        os.chmod(folder, 0o755)
        os.seteuid(NOBODY)
        try:
            assert main(["new", f"{folder}/new", *CLONE]) == 2
        finally:
            os.seteuid(0)
        assert "you may not" in capsys.readouterr().err
        assert everything(Path(folder)) == set()


def test_what_is_moved_in_is_taken_back_where_the_rest_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="has appeared meanwhile"), made_whole(tmp_path) as place:  # noqa: PT012
        for name in ("data", "source"):
            (place / name).mkdir()
        (place / "nbgrader_config.py").touch()
        (tmp_path / "nbgrader_config.py").write_text("somebody's")
    assert everything(tmp_path) == {"nbgrader_config.py"}
    assert (tmp_path / "nbgrader_config.py").read_text() == "somebody's"


def test_two_at_once_and_what_a_killed_one_has_left(tmp_path: Path) -> None:
    (tmp_path / ASIDE / "source").mkdir(parents=True)  # of a killed one
    with made_whole(tmp_path) as place:
        assert everything(place) == set()
        with pytest.raises(Exception, match="another run"), made_whole(tmp_path):
            pytest.fail("two would write in one place")
        (place / "source").mkdir()
    assert everything(tmp_path) == {"source"}


@pytest.mark.slow
def test_killed_on_the_way_nothing_looks_like_a_course_and_the_place_is_free(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "autograder", "new", str(tmp_path / "new"), *CLONE]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    for line in running.stdout:
        if "checks" in line:
            running.send_signal(signal.SIGKILL)
    running.wait()
    running.stdout.close()
    assert [path.name for path in (tmp_path / "new").iterdir()] == [ASIDE]
    assert main(["doctor", str(tmp_path / "new"), "--quick"]) == 2
    with made_whole(tmp_path / "new") as place:
        assert everything(place) == set()


@contextmanager
def terminal(*arguments: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "autograder", *arguments]
    running = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    ender = threading.Timer(120, running.kill)
    ender.start()
    try:
        yield ours, running
    finally:
        ender.cancel()
        running.kill()
        running.wait()
        os.close(ours)


def until(ours: int, ending: str) -> str:
    said = ""
    while not said.endswith(ending):
        assert select.select([ours], [], [], 60)[0], said
        said += os.read(ours, 4096).decode()
    return said


@pytest.mark.slow
def test_a_terminal_asks_again_for_what_makes_no_sense(tmp_path: Path) -> None:
    folder = tmp_path / "my course"
    talk = {  # what is typed, and what is said to it
        "a/b": "has none of /",
        "": "Time zone",
        "here": "no time zone",
        "Asia/Tokyo": "Due date",
        "soon": "no date",
        "2031-03-01": "Notebooks",
        "3": "choose of",
        "1": "[60]",
        "7": "Language",
        "klingon": "no language",
    }
    with terminal("new", str(folder), *CLONE) as (ours, running):
        until(ours, "[my course]: ")
        for typed, answered in talk.items():
            os.write(ours, f"{typed}\n".encode())
            assert answered in until(ours, ": ")
        os.write(ours, b"\x04")  # Ctrl-D
        assert "nothing was written" in until(ours, "\n")
        assert running.wait(30) == 2
    assert everything(tmp_path) == set()
