"""A small assignment of two notebooks, of which the second reads the first, in a course of its own; and submissions."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.assignment import Assignment, load
from autograder.cells import grade_id
from autograder.cli import main
from tests.support import warm_nbgrader

NAME, FIRST, SECOND = "pair", "1_squares.ipynb", "2_sums.ipynb"
MOST = 7.0
GIVEN = """import json

import tools

with open("limit.txt") as file:
    limit = int(file.read())
with open("1_squares.ipynb") as file:
    first = json.load(file)
for cell in first["cells"]:
    if cell["cell_type"] == "code":
        exec("".join(cell["source"]), globals())"""
TOOLS = "def double(n):\n    return 2 * n\n"
RIGHT = {
    "squares": "def squares(n):\n    return [i**2 for i in range(1, n + 1)]",
    "total": "import helper\n\ndef total(n):\n    return helper.add(squares(n))",
}
HELPER = "def add(numbers):\n    return sum(numbers)\n"
STUBS = {
    "squares": "def squares(n):\n    ### BEGIN SOLUTION\n    pass\n    ### END SOLUTION",
    "total": "def total(n):\n    ### BEGIN SOLUTION\n    pass\n    ### END SOLUTION",
}
NOTEBOOKS = {  # cells by id: what they are for nbgrader, their points and code
    FIRST: [
        ("squares", "solution", 0, STUBS["squares"]),
        ("first_squares", "test", 2, "assert squares(3) == [1, 4, 9]"),
        ("last_square", "test", 1, "assert squares(20)[-1] == 400"),
    ],
    SECOND: [
        ("given", "locked", 0, GIVEN),
        ("total", "solution", 0, STUBS["total"]),
        ("small_totals", "test", 4, "assert total(3) == 14 and limit == 9 and tools.double(2) == 4"),
    ],
}


@dataclass(frozen=True)
class Pair:
    """The course folder."""

    root: Path

    @classmethod
    def make(cls, root: Path, change: Callable[[Path], object] = lambda _: None) -> Pair:
        """The course with the assignment released; nothing is handed in. change: changes its source before."""
        source = root / "source" / NAME
        source.mkdir(parents=True)
        (root / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'pairs'\n")
        assert main(["setup", "--course", str(root)]) == 0
        for name, cells in NOTEBOOKS.items():
            nbformat.write(nbformat.v4.new_notebook(cells=[_cell(*each) for each in cells]), source / name)
        (source / "limit.txt").write_text("9\n")
        (source / "tools.py").write_text(TOOLS)
        change(source)
        course = cls(root)
        course.nbgrader("generate_assignment").check_returncode()
        return course

    @property
    def assignment(self) -> Assignment:
        return load(self.root, NAME)

    def submitted(self, student: str) -> Path:
        return self.root / "submitted" / student / NAME

    def released(self, name: str) -> NotebookNode:
        return nbformat.read(self.root / "release" / NAME / name, as_version=4)

    def solved(self, name: str) -> NotebookNode:
        return solved(self.released(name))

    def hand_in(self, student: str) -> Path:
        """A right submission: both notebooks, and a file of the student's own that the second one imports."""
        folder = self.submitted(student)
        folder.mkdir(parents=True)
        for name in NOTEBOOKS:
            nbformat.write(self.solved(name), folder / name)
        (folder / "helper.py").write_text(HELPER)
        return folder

    def nbgrader(self, command: str, *options: str) -> subprocess.CompletedProcess[str]:
        return warm_nbgrader.shared().run([command, NAME, *options], self.root, os.environ)


def solved(released: NotebookNode, **code: str) -> NotebookNode:
    """A released notebook with right answers, but for the cells that are given by id."""
    notebook = deepcopy(released)
    for cell in notebook.cells:
        cell.source = {**RIGHT, **code}.get(grade_id(cell), cell.source)
    return notebook


def _cell(name: str, kind: str, points: float, code: str) -> NotebookNode:
    about = {"grade": kind == "test", "solution": kind == "solution", "locked": kind != "solution", "task": False}
    about |= {"points": points} if points else {}
    meta = {"nbgrader": {**about, "grade_id": name, "schema_version": 3, "cell_type": "code"}}
    return nbformat.v4.new_code_cell(code, metadata=meta)
