"""Notebooks of ordinary assignments as they come in: old formats, lost cells, and tests that are the course's own."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.assignment import Assignment
from autograder.cells import grade_id
from autograder.errors import AssignmentError
from autograder.intake.files import read_files
from autograder.intake.repairs import LOST_CODE
from autograder.intake.submission import read_submission, with_tests
from autograder.record import Status, load_from

NAME = "sums"
SOURCE = "assert total([1]) == 1\n### BEGIN HIDDEN TESTS\nassert total([2]) == 2\n### END HIDDEN TESTS"
CELLS = (  # id, code, whether it is graded and a solution
    ("total", "# YOUR CODE HERE", False, True),
    ("test_total", "assert total([1]) == 1", True, False),
    ("mean", "# YOUR CODE HERE", False, True),
    ("test_mean", "assert mean([1]) == 1", True, False),
    ("essay", "# YOUR CODE HERE", True, True),
)


def made(*cells: tuple[str, str, bool, bool], minor: int = 2) -> NotebookNode:
    """A notebook as older versions of Jupyter wrote it, whose cells have no ids."""
    notebook = nbformat.v4.new_notebook(nbformat_minor=minor)
    for name, code, grade, solution in cells:
        about = dict(grade=grade, grade_id=name, locked=not solution, schema_version=3, solution=solution, task=False)
        cell = nbformat.v4.new_code_cell(code, metadata={"nbgrader": {**about, **({"points": 2} if grade else {})}})
        cell.pop("id")
        notebook.cells.append(cell)
    return notebook


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    """An assignment without exercises, in its source and as it was released."""
    for folder, cells in {
        "source": (CELLS[0], ("test_total", SOURCE, True, False), *CELLS[2:]),
        "release": CELLS,
    }.items():
        path = tmp_path / folder / "ps1" / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(made(*cells), path)
    return Assignment(name="ps1", root=tmp_path)


@pytest.fixture
def read(assignment: Assignment, tmp_path: Path):
    """Hand a notebook in and read it."""

    def hand_in(notebook: NotebookNode) -> NotebookNode:
        (tmp_path / "submitted").mkdir(exist_ok=True)
        path = tmp_path / "submitted" / f"{NAME}.ipynb"
        path.write_text(json.dumps(notebook))
        found = read_submission(path, assignment.release)
        nbformat.validate(deepcopy(found))
        return found

    return hand_in


def ids(notebook: NotebookNode) -> list[str]:
    return [grade_id(cell) for cell in notebook.cells]


def test_a_release_in_an_old_format(read) -> None:
    notebook = read(made(*CELLS))
    assert load_from(notebook.metadata).status is Status.GRADED
    assert len({cell.id for cell in notebook.cells}) == len(CELLS)


def test_deleted_cells_of_an_old_release_are_put_back(read) -> None:
    notebook = read(made(*CELLS[::2]))
    assert load_from(notebook.metadata).status is Status.REPAIRED
    assert ids(notebook) == [name for name, *_ in CELLS]


def test_an_unreadable_one_of_an_old_release(read) -> None:
    notebook = read(nbformat.from_dict({"cells": "none"}))
    assert load_from(notebook.metadata).status is Status.UNREADABLE


def test_a_test_whose_solution_is_lost_runs_as_late_as_it_may(read) -> None:
    """The solutions are there, but in cells that nobody knows: their tests must not run before them."""
    mine = made(("", "total = sum", False, True), ("", "mean = max", False, True), CELLS[4])
    assert ids(read(mine)) == ["", "", "test_total", "test_mean", "essay"]


def test_a_lost_answer_in_code_is_not_taken_for_an_empty_one(read) -> None:
    notebook = read(made(*CELLS[:4]))
    assert notebook.cells[-1].source == LOST_CODE + "# YOUR CODE HERE"


def test_hidden_tests_come_from_the_source(assignment: Assignment, read) -> None:
    notebook = read(made(*CELLS))
    with_tests(notebook, assignment, NAME)
    assert notebook.cells[1].source == SOURCE


def test_tests_that_nbgrader_writes_are_not_at_hand(assignment: Assignment, read) -> None:
    path = assignment.source / f"{NAME}.ipynb"
    path.write_text(path.read_text().replace("assert mean([1]) == 1", "### HIDDEN AUTOTEST mean([1])"))
    with pytest.raises(AssignmentError, match=r"nbgrader writes the test test_mean of sums\.ipynb itself"):
        with_tests(read(made(*CELLS)), assignment, NAME)


def test_no_test_reaches_the_sandbox_as_a_file(tmp_path: Path) -> None:
    notebook = made(CELLS[0], ("test_total", SOURCE, True, False), CELLS[4])
    (tmp_path / "other.ipynb").write_text(json.dumps(notebook))
    content = json.loads(read_files(tmp_path).contents["other.ipynb"].tobytes())
    assert [cell["metadata"]["nbgrader"]["grade_id"] for cell in content["cells"]] == ["total", "essay"]
