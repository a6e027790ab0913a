"""Course folders with a class in them: one as nbgrader ships, one with our configuration."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from autograder.assignment import CHECK, Assignment
from autograder.building import demo
from autograder.engine import SEED
from autograder.judging.judge import Judge
from autograder.release import kit, share

from .measure import BenchError
from .notebook import NOTEBOOK
from .stock import CONFIG, stock_notebook
from .students import Student

DATA = shutil.ignore_patterns("datasets", "__pycache__")


@dataclass(frozen=True)
class Classroom:
    """A course folder whose submissions wait to be graded."""

    root: Path
    assignment: str

    @property
    def release(self) -> Path:
        """What the students got."""
        return self.root / "release" / self.assignment

    def submissions(self, students: str = "*") -> list[Path]:
        """The submitted notebooks of the students whose names fit the pattern, in the students' order."""
        return sorted((self.root / "submitted").glob(f"{students}/{self.assignment}/{NOTEBOOK}.ipynb"))

    def hand_in(self, students: list[Student]) -> None:
        """Write the students' submissions, each with all files of the release but the data set."""
        released = nbformat.read(self.release / f"{NOTEBOOK}.ipynb", as_version=4)
        for student in students:
            folder = self.root / "submitted" / student.name / self.assignment
            shutil.copytree(self.release, folder, ignore=DATA)
            nbformat.write(student.notebook(released), folder / f"{NOTEBOOK}.ipynb")
        shutil.copy(self.root / "gradebook.db", self.root / "before.db")

    def reset(self) -> None:
        """Forget all grading."""
        shutil.rmtree(self.root / "autograded", ignore_errors=True)
        shutil.copy(self.root / "before.db", self.root / "gradebook.db")

    def done(self) -> int:
        """How many submissions have been graded, or are being graded."""
        folder = self.root / "autograded"
        return len(list(folder.iterdir())) if folder.exists() else 0

    def marks(self) -> dict[str, float]:
        """The automatic points of each student whose exercises have all been graded."""
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as gradebook:
            grades = {
                submission.student_id: [
                    grade.auto_score
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                    if grade.name.startswith(CHECK)
                ]
                for submission in gradebook.assignment_submissions(self.assignment)
            }
        return {student: sum(points) for student, points in grades.items() if points and None not in points}


def ours(assignment: Assignment, root: Path) -> Assignment:
    """The assignment in a course folder with our configuration."""
    return demo.lay_out(assignment, root, [f"{NOTEBOOK}.ipynb"])


def stock(assignment: Assignment, root: Path) -> Assignment:
    """The assignment in a course folder with nbgrader's own configuration, and hidden tests in the notebook."""
    laid_out = demo.lay_out(assignment, root, [f"{NOTEBOOK}.ipynb"])
    for config in root.glob("nbgrader_config.*"):  # the one that plugs our grader in among them
        config.unlink()
    (root / "nbgrader_config.py").write_text(CONFIG)
    share(kit(laid_out), laid_out.source)  # our configuration would put it into the release
    path = laid_out.source / f"{NOTEBOOK}.ipynb"
    judge = Judge(assignment.reference(), SEED)
    nbformat.write(stock_notebook(nbformat.read(path, as_version=4), assignment, judge), path)
    return laid_out


def environment(assignment: Assignment) -> dict[str, str]:
    """What all commands find: nbgrader's helper programs, and one data set for everybody."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {"PATH": path, **{name: str(folder) for name, folder in assignment.data_folders.items()}}


def opened(laid_out: Assignment, students: list[Student]) -> Classroom:
    """The class in a course folder: the assignment released and handed in."""
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", laid_out.name]
    own = {**os.environ, **environment(laid_out)}
    done = subprocess.run(command, cwd=laid_out.root, env=own, capture_output=True, text=True)
    if done.returncode:
        raise BenchError(f"nbgrader could not make the release in {laid_out.root}: {done.stderr[-2000:]}")
    classroom = Classroom(laid_out.root, laid_out.name)
    classroom.hand_in(students)
    return classroom
