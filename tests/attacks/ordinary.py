"""The stage with an ordinary nbgrader assignment, whose tests run in the student's process."""

from __future__ import annotations

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.assignment import Assignment, load
from autograder.cells import grade_id, points_of
from autograder.engine import Graded
from tests.support.breakable import cell

from .declare import SOLVED, UNTOUCHED, WRONG
from .stage import Stage

FOLDER = "ps1"
TEST = "assert double(2) == 4\nassert double(np.ones(3)).tolist() == [2, 2, 2]"
ANSWERS = {UNTOUCHED: "raise NotImplementedError", WRONG: "return x + 2", SOLVED: "return 2 * x"}


def _notebook(answer: str) -> NotebookNode:
    solution = cell(f"def double(x):\n    {answer}", "double", solution=True)
    test = cell(TEST, "test_double", points=4)
    return new_notebook(cells=[new_code_cell("import numpy as np", id="first"), solution, test])


class OrdinaryStage(Stage):
    """The same course, in which an ordinary assignment beside the other one is graded."""

    name = "p1"
    libraries = ()

    @property
    def assignment(self) -> Assignment:
        return load(self.outside.assignment.root, FOLDER)

    def _lay_out(self) -> dict[str, NotebookNode]:
        bases = {name: _notebook(answer) for name, answer in ANSWERS.items()}
        for folder, base in (("source", SOLVED), ("release", UNTOUCHED)):
            path = self.outside.assignment.root / folder / FOLDER / f"{self.name}.ipynb"
            path.parent.mkdir()
            nbformat.write(bases[base], path)
        return bases

    def _find_answers(self) -> tuple[list[str], list[tuple[float, float]]]:
        return [], []

    def _points(self, read: NotebookNode, graded: Graded) -> dict[str, float]:
        most = {grade_id(each): points_of(each) for each in read.cells if grade_id(each) in graded.tests}
        return {name: graded.tests[name].fraction * points for name, points in most.items()}
