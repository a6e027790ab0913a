"""Links, pipes, misused names and too much in a submission's folder: nothing is copied, and the next one is right."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from logging import getLogger
from pathlib import Path

import nbformat
import pytest

from autograder.assignment import Assignment
from autograder.building.submissions import fill_in
from autograder.course.marks import Row, rows
from autograder.errors import UnsafeSubmissionError
from autograder.intake import links
from tests.support.batch import exercises_of, marks
from tests.support.course import NOTEBOOK, CourseFolder

STUCK = """
from autograder.intake import links

replace = links._replace

def stuck(path, notice):
    if "stuck" in str(path):
        raise PermissionError(13, "Permission denied", str(path))
    replace(path, notice)

links._replace = stuck
"""
CONFIG = "nbgrader_config.py"
FIGURE = "figures/rnn_step.svg"  # a file of the course's own
SECRET = "what another student wrote"
REFUSED = ("deep", "huge", "many", "stuck", "whole")
REPAIRED = ("files", "folders", "names", "pipes")


def hostile(folder: CourseFolder, student: str, solved: str) -> None:
    """Hand in a right submission with something in its folder that must not be copied."""
    root, other = folder.root, folder.submitted("other")
    here = folder.hand_in(student, solved)
    if student == "files":
        (here / "notes.db").symlink_to(root / "gradebook.db")
        (here / "cs231n" / "check.py").unlink()
        (here / "cs231n" / "check.py").symlink_to("/etc/passwd")
        (here / "zero.txt").symlink_to("/dev/zero")
        (here / "none.txt").symlink_to("/nowhere/at all\n")
    elif student == "pipes":
        os.mkfifo(here / "pipe.txt")
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(os.path.relpath(here / "socket"))
    elif student == "folders":
        (here / "theirs").symlink_to(other)
        (here / "figures").symlink_to(other)
        (here / "up").symlink_to("..")
        (here / "self").symlink_to("self")
    elif student == "notebook":
        (here / NOTEBOOK).unlink()
        (here / NOTEBOOK).symlink_to(other / NOTEBOOK)
    elif student == "names":
        (here / "cs231n").rename(here / "mine")
        (here / "cs231n").write_text("x")
        (here / FIGURE).mkdir(parents=True)
        (here / FIGURE / "inside").symlink_to("/etc/passwd")
        (here / "timestamp.txt").write_text("99999999999999999999 soon \n")
        (here / CONFIG).write_text(f"open({str(root / 'ran')!r}, 'w')")
    elif student == "many":
        for number in range(links.COUNT_LIMIT):
            (here / f"{number}.txt").touch()
    elif student == "huge":
        with open(here / "huge.bin", "wb") as file:
            file.truncate(600 << 30)
    elif student == "deep":
        dig(here, 2000)
    elif student == "whole":
        here.rename(here.with_name("elsewhere"))
        here.symlink_to(other)
    elif student == "stuck":
        (here / "notes.txt").symlink_to("/etc/passwd")


def dig(folder: Path, depth: int) -> None:
    """Folders inside folders, deeper than a path can name."""
    inside = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("inside", dir_fd=inside)
        inside, above = os.open("inside", os.O_RDONLY, dir_fd=inside), inside
        os.close(above)
    os.close(inside)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, reference_code: str) -> Iterator[CourseFolder]:
    """A class in which every second submission is hostile, graded twice by nbgrader's own command."""
    folder = CourseFolder.released(tmp_path_factory.mktemp("links"), STUCK)
    solved = nbformat.writes(fill_in(nbformat.read(folder.release / NOTEBOOK, as_version=4), reference_code))
    (folder.hand_in("other", solved) / "secret.txt").write_text(SECRET)
    before = os.getcwd()
    os.chdir(folder.root)  # a socket's path is short
    for student in (*REFUSED, *REPAIRED, "notebook"):
        hostile(folder, student, solved)
    os.chdir(before)
    folder.hand_in("zz last", solved)
    (folder.root / "log").write_text(folder.nbgrader("autograde").stderr)
    (folder.root / "log again").write_text(folder.nbgrader("autograde", "--force", "--student=na*").stderr)
    yield folder
    undig(folder.submitted("deep"))


def undig(folder: Path) -> None:
    """Take away what `dig` made: pytest cannot."""
    while (folder / "inside").is_dir():
        top = folder / "top"
        (folder / "inside").rename(top)
        if (top / "inside").is_dir():
            (top / "inside").rename(folder / "inside")
        top.rmdir()


@pytest.fixture(scope="module")
def table(folder: CourseFolder) -> dict[str, Row]:
    return {row.student: row for row in rows(folder.coursedir, folder.assignment.name)}


pytestmark = pytest.mark.slow


def test_every_submission_has_the_status_that_it_should(table: dict[str, Row]) -> None:
    assert {name: row.status for name, row in table.items()} == {
        **dict.fromkeys(REFUSED, "not graded"),
        **dict.fromkeys(REPAIRED, "repaired"),
        **dict.fromkeys(("other", "zz last"), "graded"),
        "notebook": "unreadable",
    }


def test_marks_are_those_of_the_notebook_alone(folder: CourseFolder) -> None:
    saved = marks(folder)
    right = exercises_of(saved["other"])
    assert sum(right.values()) == 54
    assert {name for name in saved if exercises_of(saved[name]) == right} == {*REPAIRED, "other", "zz last"}
    assert not saved.keys() & set(REFUSED)
    assert {(mark.auto, mark.waits) for mark in saved["notebook"].values()} == {(None, True)}


def test_nothing_was_copied_through_a_link(folder: CourseFolder) -> None:
    copied = [path for path in (folder.root / "autograded").rglob("*") if "other" not in path.parts]
    assert len(copied) > 100
    assert not any(path.is_symlink() or not (path.is_file() or path.is_dir()) for path in copied)
    assert not [path for path in copied if path.stat().st_size > 6 << 20]  # its own copy of the data
    for path in filter(Path.is_file, copied):
        content = path.read_bytes()
        assert not content.startswith(b"SQLite") and b"root:x:0" not in content and SECRET.encode() not in content
    assert all(not folder.autograded(student).exists() for student in REFUSED)


def test_notices_say_what_was_there_and_nothing_is_lost(folder: CourseFolder) -> None:
    here = folder.submitted
    assert f"a link to {folder.root / 'gradebook.db'}, which was" in (here("files") / "notes.db").read_text()
    assert (here("files") / "notes.db").read_text() == (folder.autograded("files") / "notes.db").read_text()
    assert "a link to /nowhere/at all?, which" in (here("files") / "none.txt").read_text()
    assert "a pipe" in (here("pipes") / "pipe.txt").read_text()
    assert "a socket" in (here("pipes") / "socket").read_text()
    assert (here("names") / "cs231n.handed-in").read_text() == "x"
    assert (here("names") / f"{FIGURE}.handed-in" / "inside").is_file()
    assert (folder.autograded("names") / "cs231n" / "check.py").is_file()
    assert (here("other") / "secret.txt").read_text() == SECRET
    assert not [path for student in REPAIRED for path in here(student).rglob(".notice-*")]


def test_the_instructor_reads_a_sentence_for_each(table: dict[str, Row]) -> None:
    renamed = "A file that must not have the name {0} was renamed to {0}.handed-in."
    followed = "In the place of {} was a link to /etc/passwd, which was not followed."
    moved = [renamed.format(name) for name in (Path(FIGURE).name, "cs231n", "timestamp.txt", CONFIG)]
    assert set(table["names"].notes) == {*moved, followed.format("inside")}  # it was graded a second time
    assert set(table["pipes"].notes) == {
        f"In the place of {was}." for was in ("pipe.txt was a pipe", "socket was a socket")
    }
    assert followed.format("check.py") in table["files"].notes and len(table["files"].notes) == 4
    assert table["notebook"].notes[0].startswith(f"In the place of {NOTEBOOK} was a link to ")


def test_the_log_has_a_line_for_each_that_was_refused(folder: CourseFolder) -> None:
    log = (folder.root / "log").read_text()
    assert "Traceback" not in log
    lines = {name: line for line in log.splitlines() for name in REFUSED if f"/{name}/" in line}
    assert set(lines) == set(REFUSED)
    assert all("was not graded, and nothing of it was copied: " in line for line in lines.values())
    assert all("holds more than 1000 files and folders" in lines[name] for name in ("many", "huge", "deep"))
    assert "the folder itself is a link" in lines["whole"]
    assert "notes.txt must not be copied as it is, and it could not be replaced (Permission denied)." in lines["stuck"]
    again = (folder.root / "log again").read_text()
    assert "Traceback" not in again and "names, 1_rnn_layers: repaired" in again


def test_a_configuration_that_was_handed_in_is_no_longer_one(folder: CourseFolder) -> None:
    assert not list((folder.root / "submitted" / "names").rglob(CONFIG))
    assert not list((folder.root / "autograded").rglob(CONFIG))


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").touch()
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may read everything
    with pytest.raises(UnsafeSubmissionError, match=r"a\.txt cannot be read"):
        links.make_safe(tmp_path, {})


def test_names_are_kept_apart(tmp_path: Path) -> None:
    (tmp_path / "cs231n").write_text("new")
    (tmp_path / "cs231n.handed-in").write_text("old")
    (tmp_path / "checks.h5").symlink_to("a\nb")
    links.make_safe(tmp_path, {"cs231n": True, "checks.h5": False})
    links.make_safe(tmp_path, {"cs231n": True, "checks.h5": False})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checks.h5", "cs231n.2.handed-in", "cs231n.handed-in"]
    assert links.replaced(tmp_path / "checks.h5") == "a link to a?b, which was not followed"


@pytest.mark.parametrize("name", ["jupyter_config.json", "jupyter_server_config.py", "ipython_config.py"])
def test_a_configuration_of_any_kind_is_renamed(tmp_path: Path, name: str) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / name).touch()
    (tmp_path / "inside" / "my_config.py").touch()
    links.make_safe(tmp_path, {})
    assert sorted(os.listdir(tmp_path / "inside")) == sorted([f"{name}.handed-in", "my_config.py"])


@pytest.mark.parametrize("text", ["2024-02-29 10:00:00.0 UTC", "2024-02-29 10:00:00 +0100", ""])
def test_a_real_timestamp_stays(tmp_path: Path, text: str) -> None:
    (tmp_path / "timestamp.txt").write_text(text)
    links.make_safe(tmp_path, {"timestamp.txt": False})
    assert (tmp_path / "timestamp.txt").read_text() == text


def test_an_ordinary_folder_is_left_alone(tmp_path: Path, assignment: Assignment) -> None:
    times = {path: path.stat().st_ctime_ns for path in assignment.release.rglob("*")}
    assignments = {str(assignment.release): []}
    links.keep_safe(assignments, assignment.source, getLogger())
    assert assignments and links.notes(assignment.release) == []
    assert times == {path: path.stat().st_ctime_ns for path in assignment.release.rglob("*")}
