"""Files for the gradebooks of Canvas and Moodle: every mark in its place, an empty cell for who has none."""

from __future__ import annotations

import csv
import errno
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import ExportApp
from nbgrader.coursedir import CourseDirectory

from autograder.assignment import Assignment
from autograder.faces.exports.lms import CanvasExport, MoodleExport
from autograder.faces.exports.marks_csv import MarksExport
from autograder.faces.nbgrader.setup import prepare
from autograder.record import Event, Note, Record, Status, store
from tests.support.house import NAME as ASSIGNMENT

pytestmark = pytest.mark.slow  # the gradebook takes nbgrader seconds to make

NOTEBOOK = "1_rnn_layers"
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,RNN Captioning (77),Quiz (78),Current Score
,,,,,Manual Posting,,
    Points Possible,,,,,10,5,(read only)
"Lovelace, Ada",11,S1,ADA,A,,3,90
"Babbage, Charles",12,S2,charles,A,8,4,80
"Somerville, Mary",13,S3,mary,B,7,,70
"Byron, George",14,S4,george,B,,,
"Student, Test",15,,3c1f,A,,,
"""
FINAL = {  # what may be exported
    "ada": "7.25",
    "charles": "2.5",
    "mary": "",
    "zero": "0",
    "torn": "",
    "george": "",
    "gone": "",
    "lost": "",
    "extended": "",
}
EVIL = '=HYPERLINK("http://evil.example")'


@dataclass(frozen=True)
class Class:
    """A course folder whose gradebook has a student for each fate, without any grading."""

    root: Path

    @property
    def db_url(self) -> str:
        return f"sqlite:///{self.root / 'gradebook.db'}"

    def export(self, kind: type, **traits: object) -> list[dict[str, str]]:
        """What the exporter writes, line by line."""
        to = self.root / "out.csv"
        app = ExportApp(coursedir=CourseDirectory(root=str(self.root)))
        exporter = kind(parent=app, to=str(to), **traits)
        with Gradebook(self.db_url) as gradebook:
            exporter.export(gradebook)
        with open(to, newline="") as file:
            return list(csv.DictReader(file, delimiter=";" if ";" in to.read_text().partition("\n")[0] else ","))


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Class:
    prepare()  # it finds alembic, which nbgrader calls
    made = Class(tmp_path_factory.mktemp("course"))
    with Gradebook(made.db_url) as gradebook:
        gradebook.add_assignment(ASSIGNMENT)
        gradebook.add_notebook(NOTEBOOK, ASSIGNMENT)
        for cell, kind in (("check", "code"), ("question", "markdown")):
            gradebook.add_grade_cell(cell, NOTEBOOK, ASSIGNMENT, max_score=5.0, cell_type=kind)
        add(gradebook, "ada", 4.25, 3.0, email="ada@example.edu", last_name="Lovelace", first_name="Ada")
        add(gradebook, "charles", 2.0, 1.0, late=0.5, email="charles@example.edu")
        add(gradebook, "mary", 0.0, None)
        add(gradebook, "zero", 0.0, 0.0)
        add(gradebook, "torn", None, None)
        gradebook.add_student("george")
        add(gradebook, "gone", None, None)
        add(gradebook, "lost", None, None)
        gradebook.add_student("extended", last_name=EVIL, first_name="=1+1")
        gradebook.add_submission(ASSIGNMENT, "extended")  # as an extension does; nothing was handed in
    for student in ("torn", "gone"):
        hand_in(made.root, student, Status.UNREADABLE)
    shutil.rmtree(made.root / "submitted" / "gone")  # the graded copy is there; of "lost" nothing is
    return made


def add(
    gradebook: Gradebook, student: str, check: float | None, answer: float | None, late: float = 0.0, **person: str
) -> None:
    """A submission with these points; None for what waits."""
    gradebook.add_student(student, **person)
    gradebook.add_submission(ASSIGNMENT, student)
    (notebook,) = gradebook.find_submission(ASSIGNMENT, student).notebooks
    notebook.late_submission_penalty = late
    for grade in notebook.grades:
        if grade.name == "check":
            grade.auto_score = check
        else:
            grade.manual_score = answer
        grade.needs_manual_grade = (check if grade.name == "check" else answer) is None
    gradebook.db.commit()


def hand_in(root: Path, student: str, status: Status) -> None:
    """The folders of a submission whose grading ended with this status."""
    record = Record(status, (Note(Event.UNREADABLE, "It is damaged."),), assignment="a digest")
    for step in ("submitted", "autograded"):
        folder = root / step / student / ASSIGNMENT
        folder.mkdir(parents=True)
        notebook = nbformat.v4.new_notebook()
        store(record, notebook.metadata)
        nbformat.write(notebook, folder / f"{NOTEBOOK}.ipynb")


@pytest.fixture
def canvas(tmp_path: Path) -> Path:
    path = tmp_path / "canvas.csv"
    path.write_bytes(b"\xef\xbb\xbf" + CANVAS.encode())
    return path


def test_canvas_gets_its_own_columns_back_with_our_marks_and_nothing_else(
    taught: Class, canvas: Path, capsys: pytest.CaptureFixture
):
    lines = taught.export(CanvasExport, gradebook=str(canvas))
    assert list(lines[0]) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "RNN Captioning (77)"]
    assert lines[1]["Student"] == "    Points Possible"
    assert [line["RNN Captioning (77)"] for line in lines] == ["Manual Posting", "10", "7.25", "2.5", "7", "", ""]
    said = capsys.readouterr().err.splitlines()
    assert said == [
        f"Not found in {canvas}, so their marks are not in the file: zero (1).",
        "No mark yet, as written answers wait for you: mary (1). --CanvasExport.unfinished=True exports the points"
        " so far.",
        "Not handed in or not graded, so there is no mark: extended, george, gone, lost, torn (5).",
    ]


def test_points_so_far_are_exported_when_asked_for_but_never_for_who_was_not_graded(taught: Class, canvas: Path):
    lines = taught.export(CanvasExport, gradebook=str(canvas), unfinished=True)
    marks = {line["SIS Login ID"]: line["RNN Captioning (77)"] for line in lines[2:]}
    assert marks == {"ADA": "7.25", "charles": "2.5", "mary": "0", "george": "", "3c1f": ""}


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ({"S1": "ada", "S2": "charles", "S3": "mary", "S4": "george"}, {"ADA": "x1", "charles": "x2"}),
        ({}, {"ADA": "Ada@Example.edu", "charles": "charles@example.edu"}),
    ],
    ids=["SIS User ID", "address as login"],
)
def test_students_are_found_by_what_canvas_has(taught: Class, canvas: Path, there: dict, here: dict):
    text = CANVAS
    for old, new in {**here, **there}.items():
        text = text.replace(f",{old},", f",{new},")
    canvas.write_text(text)
    lines = taught.export(CanvasExport, gradebook=str(canvas))
    assert [line["RNN Captioning (77)"] for line in lines[2:4]] == ["7.25", "2.5"]


def test_only_one_column_says_who_is_who(taught: Class, canvas: Path):
    canvas.write_text(CANVAS.replace('George",14,S4,george', 'George",14,ada,george'))  # a number like another's login
    lines = taught.export(CanvasExport, gradebook=str(canvas))
    assert [line["RNN Captioning (77)"] for line in lines if line["SIS User ID"] == "ada"] == [""]


def test_semicolons_and_other_titles_and_other_points_are_taken(
    taught: Class, canvas: Path, capsys: pytest.CaptureFixture
):
    canvas.write_text(re.sub(r'"(\w+), (\w+)"', r"\2 \1", CANVAS).replace(",", ";"))
    lines = taught.export(CanvasExport, gradebook=str(canvas), columns={ASSIGNMENT: "Quiz (78)"})
    assert [line["Quiz (78)"] for line in lines[2:5]] == ["7.25", "2.5", ""]
    assert "'Quiz (78)' has 5 points in Canvas; rnn_captioning has 10." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("Name,Mark\n", "is no gradebook of Canvas: it has no columns Student and ID"),
        ("", "is no gradebook of Canvas"),
        (CANVAS.replace("RNN Captioning", "Homework 3"), "no column for rnn_captioning: say which with --CanvasExport"),
        (CANVAS.replace("Quiz", "rnn captioning"), "several columns for rnn_captioning"),
    ],
)
def test_a_file_that_does_not_fit_is_a_sentence_and_nothing_is_written(
    taught: Class, canvas: Path, content: str, sentence: str
):
    (taught.root / "out.csv").unlink(missing_ok=True)
    canvas.write_text(content)
    with pytest.raises(SystemExit, match=sentence):
        taught.export(CanvasExport, gradebook=str(canvas))
    assert not (taught.root / "out.csv").exists()


def test_without_canvas_file_a_new_column_is_made(taught: Class):
    lines = taught.export(CanvasExport)
    assert list(lines[0]) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", ASSIGNMENT]
    assert (lines[0]["Student"], lines[0][ASSIGNMENT]) == ("    Points Possible", "10")
    marks = {line["SIS Login ID"]: (line["Student"], line[ASSIGNMENT]) for line in lines[1:]}
    assert marks["ada"] == ("Lovelace, Ada", "7.25")
    assert {name: mark for name, (_, mark) in marks.items()} == FINAL


def test_moodle_gets_marks_by_user_name(taught: Class, capsys: pytest.CaptureFixture):
    lines = taught.export(MoodleExport)
    assert {line["Username"]: line[ASSIGNMENT] for line in lines} == FINAL
    assert "--MoodleExport.unfinished=True" in capsys.readouterr().err


def test_moodle_gets_marks_by_address_with_feedback(taught: Class, capsys: pytest.CaptureFixture):
    lines = taught.export(MoodleExport, identify="Email address", feedback=True)
    late = "0.5 of 3 points were taken off: it came late."
    assert lines == [
        {"Email address": "ada@example.edu", ASSIGNMENT: "7.25", f"{ASSIGNMENT} feedback": ""},
        {"Email address": "charles@example.edu", ASSIGNMENT: "2.5", f"{ASSIGNMENT} feedback": late},
    ]
    nameless = "extended, george, gone, lost, mary, torn and 1 more (7)"
    told = f"The gradebook has no email address of {nameless}: they are not in the file."
    assert told in capsys.readouterr().err


def test_nbgraders_command_takes_the_exporter_and_its_options(
    taught: Class, canvas: Path, assignment: Assignment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    (taught.root / "nbgrader_config.py").write_text((assignment.root / "nbgrader_config.py").read_text())
    monkeypatch.chdir(taught.root)
    options = [f"--CanvasExport.gradebook={canvas}", f"--CanvasExport.columns={ASSIGNMENT}=RNN Captioning (77)"]
    app = ExportApp()
    app.initialize(["--exporter=autograder.faces.exports.lms.CanvasExport", *options, "--to=made.csv"])
    app.start()
    said = capsys.readouterr()
    assert "george, gone, lost, torn (5)" in said.err and not said.out
    assert '"Lovelace, Ada",11,S1,ADA,A,7.25' in Path("made.csv").read_text().splitlines()


def test_who_is_gone_keeps_status_and_mark_and_is_never_a_zero(taught: Class):
    lines = {line["student_id"]: line for line in taught.export(MarksExport)}
    found = {name: (line["status"], line["score"]) for name, line in lines.items()}
    assert found["torn"] == found["gone"] == ("unreadable", "")
    assert found["lost"] == found["extended"] == ("not graded", "")  # the gradebook has the same of both
    assert found["ada"] == ("graded", "7.25")
    assert found["george"] == ("not handed in", "0.0")


def test_each_exercise_has_a_column_whose_sum_is_the_score_and_no_zero_is_invented(taught: Class):
    lines = {line["student_id"]: line for line in taught.export(MarksExport, exercises=True)}
    titles = [f"{ASSIGNMENT}/{NOTEBOOK}/{cell}" for cell in ("check", "question")]
    assert list(lines["ada"])[-3:] == ["needs_manual_grade", *titles]
    found = {name: [line[title] for title in titles] for name, line in lines.items()}
    assert found["ada"] == ["4.25", "3.0"] and found["charles"] == ["2.0", "1.0"] and found["zero"] == ["0.0", "0.0"]
    assert lines["charles"]["late_submission_penalty"] == "0.5" and lines["charles"]["score"] == "2.5"
    assert found["mary"] == ["0.0", ""]  # the answer waits
    assert [found[name] for name in ("torn", "gone", "lost", "extended", "george")] == [["", ""]] * 5
    for name, line in lines.items():
        if line["raw_score"]:
            assert sum(float(points) for points in found[name] if points) == float(line["raw_score"])


@pytest.mark.parametrize("kind", [MarksExport, CanvasExport, MoodleExport])
def test_no_name_is_a_formula(taught: Class, kind: type):
    cells = [cell for line in taught.export(kind) for cell in line.values()]
    assert not [cell for cell in cells if cell.startswith("=")]
    assert kind is MoodleExport or [cell for cell in cells if cell.startswith("'=")]


def test_what_canvas_exported_comes_back_without_formulas_and_with_its_own_ids(taught: Class, canvas: Path):
    changed = CANVAS.replace('"Lovelace, Ada",11,S1,ADA', "=1+1,11,-S1,ADA").replace(",12,S2,", ",12,=S2,")
    canvas.write_text(changed)
    rows = taught.export(CanvasExport, gradebook=str(canvas))[2:]
    assert [row["Student"] for row in rows[:2]] == ["'=1+1", "Babbage, Charles"]
    assert [row["SIS User ID"] for row in rows[:2]] == ["-S1", "'=S2"]
    assert rows[0]["RNN Captioning (77)"] == "7.25"


def test_a_disk_that_is_full_is_a_sentence_and_leaves_an_earlier_file(taught: Class, monkeypatch: pytest.MonkeyPatch):
    taught.export(MarksExport)
    before = (taught.root / "out.csv").read_bytes()

    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "grades.csv")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(SystemExit, match="the disk is full: make room and run this command again"):
        taught.export(MarksExport)
    assert (taught.root / "out.csv").read_bytes() == before
    assert not [path for path in taught.root.iterdir() if path.name.startswith("tmp")]


@pytest.mark.parametrize("kind", [MarksExport, CanvasExport, MoodleExport])
@pytest.mark.parametrize("bom", [False, True])
def test_a_byte_order_mark_is_there_when_asked_for(kind: type, bom: bool, taught: Class):
    taught.export(kind, bom=bom)
    assert (taught.root / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf") == bom
