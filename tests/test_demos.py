"""Cells that show something and that no mark depends on: not run when graded, unless something needs them."""

from __future__ import annotations

from collections.abc import Iterator

import nbformat
import pytest

from autograder.assignment import Assignment
from autograder.building.submissions import add_cell
from autograder.engine import Engine
from autograder.judging.shown import SPARED
from autograder.record import Event

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
    shown = assignment.demos(NAME) & {source.strip() for source in ran(solved)}
    assert any(source.startswith(DATA) for source in shown)
    assert len(shown) < len(assignment.demos(NAME)) / 2  # the others define nothing that is needed
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


STALE = """def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, _ = cache
    da = dnext_h * (1 - {name}**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)
"""


def test_a_name_that_another_cell_leaves_is_not_taken_for_a_value(engine: Engine, solved: nbformat.NotebookNode):
    solved = add_cell(solved, "rnn_step_backward", STALE.format(name="next_h"))
    graded = engine.grade(solved, NAME)
    judgement = graded.judgements["rnn_step_backward"]
    assert [advice.mistake for advice in judgement.advice] == ["name_of_another_cell"]
    assert all("name 'next_h' is not defined" in verdict.sentence for verdict in judgement.verdicts)
    assert {name for name, each in graded.judgements.items() if each.fraction < 1.0} == {"rnn_step_backward"}
    assert not [note for note in graded.notes if note.event is not Event.CARRIED]


def test_a_name_that_nothing_sets_is_no_other_cells(
    engine: Engine, assignment: Assignment, solved: nbformat.NotebookNode
):
    solved = add_cell(solved, "rnn_step_backward", STALE.format(name="next_hidden"))
    judgement = engine.grade(solved, NAME).judgements["rnn_step_backward"]
    assert not judgement.advice
    assert not assignment.demos(NAME) & {source.strip() for source in ran(solved)}
