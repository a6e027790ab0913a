"""A class with odd and hostile names, through each door to a terminal, a table and a page: all say the same."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from autograder.assignment import Assignment
from autograder.building.submissions import fill_in
from autograder.course.marks import course_directory, rows
from autograder.record import KEY, Event, Note, Record
from tests.support.batch_command import light
from tests.support.course import NOTEBOOK, CourseFolder
from tests.support.warm_nbgrader import autograder

pytestmark = pytest.mark.slow

PATTERN, STEERING, FORMULA = "[x] y", "\x1b[31m\x9besc\r\u202e", "=cmd|'calc'!A0"
NO_TEXT, BROKEN = os.fsdecode(b"b\xff"), "new\nada    54 of 60   graded"
GRADED, ODD = ("ada", "Zo\xeb", PATTERN, STEERING, FORMULA), (NO_TEXT, BROKEN)
STEERS = set("\x1b\x9b\r\u202e\x07\b")
FORGED = Record(notes=(Note(Event.REPAIR, "forged"),), assignment="0").dump()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, assignment: Assignment, reference_code: str) -> CourseFolder:
    made = CourseFolder.make(tmp_path_factory.mktemp("doors") / "[2026] course", assignment)
    assert made.nbgrader("generate_assignment").returncode == 0
    code = json.dumps(fill_in(light(nbformat.read(made.release / NOTEBOOK, as_version=4)), reference_code))
    for student in (*GRADED, *ODD):
        made.hand_in(student, code)
    extra = json.loads(code)
    extra["metadata"][KEY] = FORGED
    (made.submitted(PATTERN) / "extra.ipynb").write_text(json.dumps(extra))
    made.hand_in("\x1b[2Jtorn", code[:700])
    return made


@pytest.fixture(scope="module")
def graded(folder: CourseFolder) -> subprocess.CompletedProcess[str]:
    return folder.nbgrader("autograde")


def command(folder: CourseFolder, *arguments: str) -> subprocess.CompletedProcess[str]:
    return autograder(*arguments, "--course", str(folder.root))


def statuses(folder: CourseFolder) -> dict[str, tuple[str, float | None]]:
    lines = rows(course_directory(folder.root), folder.assignment.name)
    return {row.student: (str(row.status), row.points) for row in lines}


EXPECTED = {
    **dict.fromkeys(GRADED, ("graded", 54.0)),
    "\x1b[2Jtorn": ("unreadable", None),
    **dict.fromkeys(("b\\xff", BROKEN), ("not graded", None)),
}


def test_nbgrader_grades_everybody_who_can_be_and_names_the_others(
    folder: CourseFolder, graded: subprocess.CompletedProcess[str]
) -> None:
    said = graded.stdout + graded.stderr
    assert graded.returncode == 0, said
    assert statuses(folder) == EXPECTED
    assert "Traceback" not in said and not STEERS & set(said)
    for name in ("b?", "new?ada"):
        assert f"{name}" in said and "characters that the gradebook cannot hold: rename it" in said
    notes = [note for row in rows(folder.coursedir, folder.assignment.name) for note in row.notes]
    assert not [note for note in notes if "forged" in note]


def test_marks_report_and_export_steer_no_terminal_and_hold_no_formula(
    folder: CourseFolder, graded: subprocess.CompletedProcess[str]
) -> None:
    assert folder.nbgrader("generate_feedback").returncode == 0
    assert {path.name for path in (folder.root / "feedback").iterdir()} == {*GRADED, "\x1b[2Jtorn"}
    said = {}
    for name in ("marks", "report"):
        done = command(folder, name)
        assert done.returncode == 0, done.stderr
        assert not STEERS & set(done.stdout + done.stderr)
        said[name] = done.stdout
    assert "\nnew?ada    54 of 60   graded" in said["marks"]
    assert folder.nbgrader("export").returncode == 0
    for table, name in ((folder.root / "grades.csv", "student_id"), *report_tables(folder, "student")):
        with open(table, newline="", encoding="utf-8") as file:
            found = [line[name] for line in csv.DictReader(file)]
        assert f"'{FORMULA}" in found and {"ada", "Zo\xeb", PATTERN} <= set(found)
        assert not STEERS & set("".join(found)) and FORMULA not in found


def report_tables(folder: CourseFolder, column: str) -> list[tuple[Path, str]]:
    place = folder.root / "report" / folder.assignment.name
    return [(place / "marks.csv", column)]


@pytest.mark.parametrize("locale", [{}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}], ids=["", "C"])
def test_the_batch_command_says_the_same_in_any_locale(
    folder: CourseFolder, graded: subprocess.CompletedProcess[str], locale: dict[str, str]
) -> None:
    students = ("Zo\xeb", PATTERN, STEERING, NO_TEXT)
    whole = [sys.executable, "-m", "autograder", "grade", "--force", "--student", *students]
    place = ["--course", str(folder.root)]
    done = subprocess.run([*whole, *place], env={**os.environ, **locale}, capture_output=True, check=False)
    said = (done.stdout + done.stderr).decode()
    assert done.returncode == 1, said
    assert not STEERS & set(said) and "b?: not graded. The folder's name has characters" in said
    assert statuses(folder) == EXPECTED
    log = (folder.root / ".grading.log").read_text(encoding="utf-8")
    assert not STEERS & set(log)


def test_one_student_is_chosen_by_a_name_that_looks_like_a_pattern(
    folder: CourseFolder, graded: subprocess.CompletedProcess[str]
) -> None:
    shutil.rmtree(folder.root / "autograded" / PATTERN)
    assert statuses(folder)[PATTERN] == ("not graded", None)
    assert folder.nbgrader("autograde", f"--student={PATTERN}").returncode == 0
    assert statuses(folder)[PATTERN] == ("graded", 54.0)
    assert not (folder.autograded(PATTERN) / "extra.ipynb").exists()


def garbage(root: Path) -> str:
    (root / "gradebook.db").write_bytes(os.urandom(1 << 16))
    return "is no gradebook, or a damaged one"


def torn(root: Path) -> str:
    with open(root / "gradebook.db", "r+b") as file:
        file.seek(3 * 4096)
        file.write(os.urandom(30 * 4096))
    return "gradebook.db is "


def none(root: Path) -> str:
    (root / "gradebook.db").unlink()
    return "the gradebook has no assignment"


def no_data(root: Path) -> str:
    shutil.rmtree(root / "data")
    return "is missing: put the folder back"


def no_release(root: Path) -> str:
    shutil.rmtree(root / "release")
    return "is not complete: run `nbgrader generate_assignment"


COMMANDS = (("autograde", "--force"), ("generate_feedback", "--force"), ("generate_assignment",))


@pytest.mark.parametrize("spoil", [garbage, torn, none, no_data, no_release])
def test_what_is_wrong_with_the_course_is_a_sentence_and_nothing_is_removed(
    folder: CourseFolder,
    graded: subprocess.CompletedProcess[str],
    tmp_path: Path,
    spoil: Callable[[Path], str],
) -> None:
    copy = CourseFolder(tmp_path / "copy", folder.assignment)
    shutil.copytree(folder.root, copy.root, symlinks=True)
    said = spoil(copy.root)
    of_gradebook = spoil in (garbage, torn, none)
    before = sorted(path for path in copy.root.rglob("*") if not path.name.startswith("."))
    tried = COMMANDS[:2] if of_gradebook else (COMMANDS[0], COMMANDS[2]) if spoil is no_data else COMMANDS[:1]
    for name in tried:
        done = copy.nbgrader(*name)
        assert done.returncode and "Traceback" not in done.stderr and said in done.stderr, (name, done.stderr)
    if of_gradebook:
        tables = [command(copy, each) for each in ("marks", "report", "grade")]
        export = copy.nbgrader("export")
        assert all(done.returncode == 2 and done.stderr.count("\n") == 1 for done in tables), tables
        assert export.returncode == 1 and export.stderr.startswith("error: the gradebook ")
    after = sorted(path for path in copy.root.rglob("*") if not path.name.startswith("."))
    assert set(before) <= set(after)
