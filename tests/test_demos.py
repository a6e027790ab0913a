"""Cells that show something and that no mark depends on: not run when graded, unless something needs them."""

from __future__ import annotations

from collections.abc import Iterator

import nbformat
import pytest

from autograder.assignment import Assignment
from autograder.building.submissions import add_cell
from autograder.engine import Engine
from autograder.judging.shown import SPARED

pytestmark = pytest.mark.slow  # whole notebooks in the sandbox

NAME = "1_rnn_layers"
DATA = "# pca_features=True"  # how the cell begins that loads the data


def ran(notebook: nbformat.NotebookNode) -> list[str]:
    """The code of the cells that ran."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "code" and cell.execution_count]


def marks(engine: Engine, notebook: nbformat.NotebookNode) -> set[float]:
    return {judgement.fraction for judgement in engine.grade(notebook, NAME).judgements.values()}


@pytest.fixture(scope="module")
def thorough(assignment: Assignment) -> Iterator[Engine]:
    with Engine(assignment, run_demos=True) as running:
        yield running


def test_demos_are_spared_and_everything_else_runs(
    engine: Engine, assignment: Assignment, solved: nbformat.NotebookNode
):
    solved = add_cell(solved, "rnn_forward", "print('a cell of my own')")
    assert marks(engine, solved) == {1.0}
    demos = assignment.demos(NAME)
    assert not {source.strip() for source in ran(solved)} & demos
    assert "print('a cell of my own')" in ran(solved)
    spared = [cell for cell in solved.cells if cell.source.strip() in demos]
    assert all(cell.outputs[0].data["text/plain"] == SPARED["text/plain"] for cell in spared)


def test_a_course_can_have_them_run(thorough: Engine, assignment: Assignment, solved: nbformat.NotebookNode):
    assert marks(thorough, solved) == {1.0}
    assert assignment.demos(NAME) <= {source.strip() for source in ran(solved)}


def test_a_demo_that_was_changed_is_the_students_own(engine: Engine, solved: nbformat.NotebookNode):
    cell = next(cell for cell in solved.cells if cell.source.startswith(DATA))
    cell.source += "\nprint('changed')"
    engine.grade(solved, NAME)
    assert cell.source in ran(solved)


def test_what_a_submission_says_of_its_cells_decides_nothing(engine: Engine, solved: nbformat.NotebookNode):
    for cell in solved.cells:
        cell.metadata.tags = ["demo"]
    assert marks(engine, solved) == {1.0}
    assert any("def rnn_step_forward" in source for source in ran(solved))


@pytest.mark.parametrize("use", ["print(len(data))", "def rnn_forward_too():\n    return data\nrnn_forward_too()"])
def test_a_cell_that_needs_what_a_demo_defines_gets_it(
    engine: Engine, assignment: Assignment, solved: nbformat.NotebookNode, use: str
):
    solved = add_cell(solved, "rnn_forward", use)
    assert marks(engine, solved) == {1.0}
    assert assignment.demos(NAME) <= {source.strip() for source in ran(solved)}
    (cell,) = [cell for cell in solved.cells if cell.source == use]
    assert not any(output.output_type == "error" for output in cell.outputs)


def test_an_exercise_that_needs_what_a_demo_defines_keeps_its_marks(engine: Engine, solved: nbformat.NotebookNode):
    solved = add_cell(
        solved,
        "rnn_step_forward",
        "right = rnn_step_forward\ndef rnn_step_forward(*given):\n    assert len(data)\n    return right(*given)",
    )
    assert marks(engine, solved) == {1.0}


def test_a_check_in_a_cell_of_the_students_own_works(engine: Engine, solved: nbformat.NotebookNode):
    solved = add_cell(solved, "temporal_softmax_loss", "from cs231n.check import check\ncheck('rnn_step_forward')")
    assert marks(engine, solved) == {1.0}
    (cell,) = [cell for cell in solved.cells if cell.source.endswith("check('rnn_step_forward')")]
    assert "all right" in str(cell.outputs).lower() or "✓" in str(cell.outputs)
