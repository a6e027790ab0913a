"""A small assignment of another kind beside ours in one course: everything works for it, and neither changes the other.

It is the worked example of docs/write_assignment.md, copied as it stands there.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from autograder.assignment import Assignment, load
from autograder.building import demo
from autograder.building.submissions import fill_in
from autograder.cli import main
from autograder.course.marks import course_directory, read_records, rows
from autograder.record import Record
from tests.support import warm_nbgrader
from tests.support.course import NOTEBOOK
from tests.support.house import ROOT

pytestmark = pytest.mark.slow
EXAMPLE, NAME = ROOT / "docs" / "examples" / "line_fitting", "line_fitting"
STUDENTS = {  # what each has wrong: a known mistake, an error that only the hidden test shows
    "right": "",
    "no_bias": "def predict(X, W, b):\n    return X @ W\n",
    "slow": "def squared_loss(X, targets, W, b):\n    N, error = len(X), X @ W + b - targets\n"
    "    return np.sum(error**2) / N, 1e-6 * X.T @ error, 2 * error.sum(axis=0) / N\n",
}


@dataclass(frozen=True)
class Course:
    """A course with both assignments, and what was graded in it."""

    root: Path
    ours: Assignment
    example: Assignment

    def nbgrader(self, *arguments: str) -> None:
        done = warm_nbgrader.shared().run(arguments, self.root, {"PATH": "", "HOME": str(self.root)})
        assert done.returncode == 0, done.stdout + done.stderr

    def points(self, assignment: str) -> dict[str, float | None]:
        return {row.student: row.points for row in rows(course_directory(self.root), assignment)}

    def records(self, assignment: str) -> dict[str, dict[str, Record]]:
        folders = (self.root / "autograded").glob(f"*/{assignment}")
        return {folder.parent.name: read_records(folder) for folder in sorted(folders)}


def lines(path: Path) -> int:
    return sum(bool(line.strip()) for line in path.read_text().splitlines())


def test_the_example_is_short_and_about_something_else():
    files = [path for path in EXAMPLE.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert {path.suffix for path in files} == {".py", ".ipynb"}
    assert sum(map(lines, files)) < 100
    assert not any(word in path.read_text() for path in files for word in ("rnn", "lstm", "caption", "cs231n"))


@pytest.fixture(scope="module")
def assignment(assignment: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    """Both assignments built, released and handed in; nothing is graded yet."""
    root = tmp_path_factory.mktemp("course")
    ours = demo.lay_out(assignment, root, [NOTEBOOK])
    shutil.copytree(EXAMPLE, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    assert main(["build", NAME, "--course", str(root)]) == 0
    made = Course(root, ours, load(root, NAME))
    for name in (ours.name, NAME):
        made.nbgrader("generate_assignment", name)
    demo.hand_in(ours, ["all_right", "no_carry"])
    released = nbformat.read(made.example.release / "fit.ipynb", as_version=4)
    reference = made.example.module(made.example.notebooks[0]).read_text()
    for student, code in STUDENTS.items():
        folder = root / "submitted" / student / NAME
        folder.mkdir(parents=True)
        nbformat.write(fill_in(released, reference + "\n\n" + code), folder / "fit.ipynb")
    return made


@pytest.fixture(scope="module")
def graded(assignment: Assignment) -> dict[str, dict[str, float | None]]:
    """The points of both assignments after nbgrader's own command has graded one after the other."""
    assignment.nbgrader("autograde", assignment.ours.name)
    before = assignment.points(assignment.ours.name)
    assignment.nbgrader("autograde", NAME)
    assert assignment.points(assignment.ours.name) == before  # grading one leaves the other as it was
    return {name: assignment.points(name) for name in (assignment.ours.name, NAME)}


def test_the_release_has_the_checks_and_none_of_the_other_assignments_files(assignment: Assignment):
    release = assignment.example.release
    names = {str(path.relative_to(release)) for path in release.rglob("*") if path.is_file()}
    assert {"fit.ipynb", "selfcheck/check.py", "selfcheck/checks.h5"} <= names
    assert not [name for name in names if "cs231n" in name or "dataset" in name or name.endswith((".svg", ".txt"))]
    text = nbformat.read(release / "fit.ipynb", as_version=4).cells[0].source
    assert "15 points: `predict` 4, `squared_loss` 6" in text


def test_its_checks_run_for_a_student_who_has_nothing_installed_but_numpy_and_h5py(assignment: Assignment):
    code = (
        "from selfcheck import check\ndef predict(X, W, b): return X @ W\n"
        "try: check('predict')\nexcept AssertionError as told: print(told)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=assignment.example.release, capture_output=True, text=True)
    assert "predict: Y is wrong" in done.stdout, done.stdout + done.stderr


def test_each_student_gets_the_points_and_the_advice(assignment: Assignment, graded: dict):
    points, records = graded[NAME], assignment.records(NAME)
    assert (points["right"], records["right"]["fit"].tests["test_descent"].fraction) == (13.0, 1.0)
    advised = records["no_bias"]["fit"].exercises["predict"].advice
    assert [each.mistake for each in advised] == ["no_bias"]
    squared = records["no_bias"]["fit"].exercises["squared_loss"]
    assert (squared.fraction, squared.because) == (1.0, ("predict",))  # a bug costs its own points once
    assert records["slow"]["fit"].tests["test_descent"].fraction == 0.0
    assert 0 < records["slow"]["fit"].exercises["squared_loss"].fraction < 1


def test_the_batch_command_gives_both_the_same_marks(
    assignment: Assignment, graded: dict, capfd: pytest.CaptureFixture
):
    for name in (NAME, assignment.ours.name):
        assert main(["grade", name, "--course", str(assignment.root), "--force", "--jobs", "1"]) == 0, (
            capfd.readouterr()
        )
        assert {each: assignment.points(each) for each in graded} == graded


def test_feedback_report_and_export_work_for_both(assignment: Assignment, graded: dict, capsys: pytest.CaptureFixture):
    for name in graded:
        assignment.nbgrader("generate_feedback", name)
        assert main(["report", name, "--course", str(assignment.root)]) == 0
        assert (assignment.root / "report" / name / "index.html").is_file()
    page = (assignment.root / "feedback" / "no_bias" / NAME / "fit.html").read_text()
    assert "The bias is missing" in page
    assignment.nbgrader("export", "--to=all.csv")
    exported = (assignment.root / "all.csv").read_text()
    assert "line_fitting,,,right,,,,13.0" in exported and f"{assignment.ours.name},,,all_right" in exported


def test_the_pytest_face_gives_the_same_points(assignment: Assignment, graded: dict):
    submission = assignment.root / "submitted" / "no_bias" / NAME
    command = [sys.executable, "-m", "autograder", "pytest", str(submission), "--assignment", NAME]
    done = subprocess.run(command, cwd=assignment.root, capture_output=True, text=True)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert f"all exercises {graded[NAME]['no_bias']:g} of 13" in " ".join(done.stdout.split()), done.stdout


def test_it_can_be_proven(assignment: Assignment, capsys: pytest.CaptureFixture):
    assert main(["prove", NAME, "--course", str(assignment.root), "--quick", "--jobs", "1"]) == 0
    assert "The proof holds" in capsys.readouterr().out


def test_the_records_are_json_of_the_documented_version(assignment: Assignment, graded: dict):
    notebook = json.loads((assignment.root / "autograded" / "right" / NAME / "fit.ipynb").read_text())
    assert Record.load(notebook["metadata"]["grading"]) == assignment.records(NAME)["right"]["fit"]
