"""Cells that students doubled, deleted, moved, retyped or edited are put in order, and the repair is noted."""

from __future__ import annotations

import json
from copy import deepcopy

import nbformat
import pytest
from nbgrader.utils import determine_grade

from autograder.intake.repairs import LOST_ANSWER
from autograder.record import Status
from tests.support.intake import ANSWER, CHECK, GIVEN, SOLUTION, cell, contents, ids, place, said, status


def test_a_duplicated_solution_cell(hand_in, solved) -> None:
    copy = deepcopy(cell(solved, SOLUTION))
    copy.source = "# the second try\n" + copy.source
    solved.cells.insert(place(solved, SOLUTION) + 1, copy)
    notebook = hand_in(solved)
    assert status(notebook) == Status.REPAIRED
    assert said(notebook).startswith(f"The cell {SOLUTION} is there more than once; the last one counts")
    assert contents(notebook) == contents(solved)
    assert cell(notebook, SOLUTION).source.startswith("# the second try")


def test_a_duplicated_check_cell(hand_in, solved) -> None:
    solved.cells.insert(3, deepcopy(cell(solved, CHECK)))
    notebook = hand_in(solved)
    assert status(notebook) == Status.REPAIRED
    assert f"The cell {CHECK} is there more than once" in said(notebook)
    assert ids(notebook.cells[3]) == []
    assert contents(notebook) == contents(solved)


def test_of_a_duplicated_answer_the_written_one_counts(hand_in, solved, released) -> None:
    solved.cells.append(deepcopy(cell(released, ANSWER)))
    notebook = hand_in(solved)
    assert status(notebook) == Status.REPAIRED
    assert cell(notebook, ANSWER).source == "They vanish, or they explode."


def test_of_a_cell_and_its_copy_as_text_the_code_counts(hand_in, solved) -> None:
    copy = nbformat.v4.new_markdown_cell("my notes", metadata=deepcopy(cell(solved, SOLUTION).metadata))
    solved.cells.append(copy)
    notebook = hand_in(solved)
    assert status(notebook) == Status.REPAIRED
    assert f"def {SOLUTION}" in cell(notebook, SOLUTION).source
    assert notebook.cells[-1].cell_type == "markdown"


@pytest.mark.parametrize("name", [CHECK, GIVEN, "visible_rnn_forward", "check_rnn_step_forward"])
def test_a_deleted_locked_cell_is_put_back_in_its_place(hand_in, solved, name) -> None:
    before = ids(*solved.cells)
    del solved.cells[place(solved, name)]
    notebook = hand_in(solved)
    assert (status(notebook), said(notebook)) == (Status.REPAIRED, f"The cell {name} was missing; it was put back.")
    assert ids(*notebook.cells) == before


def test_all_checks_deleted(hand_in, solved) -> None:
    before = ids(*solved.cells)
    solved.cells = [one for one in solved.cells if not any("check_" in name for name in ids(one))]
    notebook = hand_in(solved)
    assert status(notebook) == Status.REPAIRED
    assert "and 1 more were missing; they were put back." in said(notebook)
    assert ids(*notebook.cells) == before


def test_a_deleted_solution_cell(hand_in, solved) -> None:
    del solved.cells[place(solved, SOLUTION)]
    notebook = hand_in(solved)
    assert status(notebook) == Status.REPAIRED
    assert (
        said(notebook) == f"The cell {SOLUTION} is not in the notebook; its function counts if another cell defines it."
    )
    assert SOLUTION not in ids(*notebook.cells)


def test_a_solution_in_a_cell_of_its_own(hand_in, solved) -> None:
    """Cut and pasted, or split: the cell is new, and its nbgrader metadata are gone."""
    source = solved.cells.pop(place(solved, SOLUTION)).source
    solved.cells.insert(5, nbformat.v4.new_code_cell("# mine\n" + source))
    notebook = hand_in(solved)
    assert status(notebook) == Status.REPAIRED
    assert said(notebook) == f"The cell {SOLUTION} had lost the nbgrader metadata; recognised by the code."
    assert place(notebook, SOLUTION) == 5


def test_a_deleted_answer_waits_for_a_human(hand_in, solved) -> None:
    del solved.cells[place(solved, ANSWER)]
    notebook = hand_in(solved)
    assert status(notebook) == Status.REPAIRED
    assert cell(notebook, ANSWER).source.startswith(LOST_ANSWER)
    assert determine_grade(cell(notebook, ANSWER)) == (None, 6.0)  # an empty answer would be (0, 6.0)


@pytest.mark.slow
@pytest.mark.parametrize("name", [SOLUTION, CHECK, GIVEN, ANSWER])
@pytest.mark.parametrize("kind", ["markdown", "code", "raw", "heading", "", None, 3])
def test_cells_of_another_type_get_their_own_again(hand_in, solved, released, name, kind) -> None:
    right, source = cell(solved, name).cell_type, cell(solved, name).source
    cell(solved, name).cell_type = kind
    notebook = hand_in(solved)
    assert cell(notebook, name).cell_type == right
    assert cell(notebook, name).source == source
    if kind != right:
        assert said(notebook) == f"The cell {name} had another cell type; it has its own again."


def test_all_checks_turned_to_text(hand_in, solved) -> None:
    for one in solved.cells:
        if any("check_" in name for name in ids(one)):
            one.cell_type = "markdown"
            del one["outputs"], one["execution_count"]
    notebook = hand_in(solved)
    assert status(notebook) == Status.REPAIRED
    assert "had another cell type; they have their own again." in said(notebook)
    assert cell(notebook, CHECK).cell_type == "code"


def test_edited_locked_cells_are_the_released_ones_again(hand_in, solved, released) -> None:
    cell(solved, GIVEN).source = "temporal_affine_forward = None"
    cell(solved, CHECK).source = "print('all right')"
    notebook = hand_in(solved)
    assert said(notebook) == (f"The cells {CHECK}, {GIVEN} had been edited; they are the released ones again.")
    assert cell(notebook, GIVEN).source == cell(released, GIVEN).source


def test_checks_moved_to_other_places(hand_in, solved) -> None:
    checks = [one for one in solved.cells if any("check_" in name for name in ids(one))]
    solved.cells = checks[::-1] + [one for one in solved.cells if one not in checks]
    notebook = hand_in(solved)
    assert status(notebook) == Status.GRADED
    assert contents(notebook) == contents(solved)


def test_no_metadata_at_all(hand_in, solved, released) -> None:
    """As after a tour through an editor that knows nothing of nbgrader."""
    for one in solved.cells:
        one.metadata.clear()
    notebook = hand_in(solved)
    assert status(notebook) == Status.REPAIRED
    assert "recognised by the code" in said(notebook)
    assert [name for name in ids(*notebook.cells) if name != ANSWER] == ids(*released.cells)[:-1]
    assert determine_grade(cell(notebook, ANSWER))[0] is None


@pytest.mark.parametrize(
    "garbage",
    [
        [],
        "text",
        5,
        None,
        {},
        {"grade": True},
        {"grade_id": 3},
        {"grade_id": ["a"]},
        {"grade_id": {"a": 1}, "points": "x"},
    ],
)
def test_garbage_in_one_cells_nbgrader_metadata(hand_in, solved, garbage) -> None:
    cell(solved, SOLUTION).metadata["nbgrader"] = garbage
    notebook = hand_in(solved)
    assert status(notebook) == Status.REPAIRED
    assert said(notebook) == f"The cell {SOLUTION} had lost the nbgrader metadata; recognised by the code."


@pytest.mark.parametrize("garbage", [None, [], "text", 5, {"source": 5}, {"source": None}])
def test_cells_that_are_none_are_left_out(hand_in, solved, garbage) -> None:
    notebook = hand_in({**solved, "cells": [garbage, *solved["cells"], garbage]})
    assert (status(notebook), said(notebook)) == (
        Status.REPAIRED,
        "2 of its cells could not be read and were left out.",
    )
    assert contents(notebook) == contents(solved)


def test_half_a_character_does_not_reach_a_file(hand_in, solved) -> None:
    cell(solved, SOLUTION).source += "\n# \ud800"
    notebook = hand_in(json.dumps(solved))
    assert cell(notebook, SOLUTION).source.endswith("# ?")
