"""Whatever is wrong with a submitted file ends in a status and a sentence, and in a notebook that nbgrader can take."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import determine_grade

from autograder.course import Course
from autograder.plugin.intake import GRADED, REPAIRED, STATUS, UNREADABLE, read_submission
from autograder.plugin.repairs import LOST_ANSWER
from autograder.submissions import fill_in

NAME = "1_rnn_layers.ipynb"
ANSWER = "question_gradients_through_time"
SOLUTION = "rnn_step_backward"
CHECK = "check_rnn_step_backward"
GIVEN = "given_temporal_affine"


@pytest.fixture
def solved(released: NotebookNode, reference_code: str) -> NotebookNode:
    notebook = fill_in(released, reference_code)
    cell(notebook, ANSWER).source = "They vanish, or they explode."
    return notebook


@pytest.fixture
def hand_in(tmp_path: Path, course: Course, released: NotebookNode) -> Callable[..., NotebookNode]:
    """Writes a file as a student might hand it in and reads it; every result must be one that nbgrader can take."""

    def reader(content: str | bytes | dict | list, name: str = NAME) -> NotebookNode:
        if isinstance(content, (dict, list)):
            content = json.dumps(content)
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read(tmp_path / NAME)

    def read(path: Path) -> NotebookNode:
        notebook = read_submission(path, course.release)
        assert_fit(notebook, released)
        return notebook

    reader.read = read
    return reader


def assert_fit(notebook: NotebookNode, released: NotebookNode) -> None:
    nbformat.validate(deepcopy(notebook))
    MetadataValidator().validate_nb(notebook)
    nbformat.writes(notebook).encode()
    metadata = {ids(one)[0]: one.metadata.nbgrader for one in notebook.cells if ids(one)}
    for original in released.cells:
        if ids(original) and (original.metadata.nbgrader.grade or original.metadata.nbgrader.locked):
            name = ids(original)[0]
            assert ids(*notebook.cells).count(name) == 1
            assert metadata[name] == original.metadata.nbgrader
    record = notebook.metadata[STATUS]
    assert record["status"] in (GRADED, REPAIRED, UNREADABLE)
    assert bool(record["notes"]) == (record["status"] != GRADED)
    assert all(note.endswith(".") and not note[0].islower() and len(note) < 400 for note in record["notes"])


def ids(*cells: NotebookNode) -> list[str]:
    return [one.metadata.nbgrader.grade_id for one in cells if "nbgrader" in one.metadata]


def place(notebook: NotebookNode, name: str) -> int:
    return next(index for index, one in enumerate(notebook.cells) if name in ids(one))


def cell(notebook: NotebookNode, name: str) -> NotebookNode:
    return notebook.cells[place(notebook, name)]


def said(notebook: NotebookNode) -> str:
    return " ".join(notebook.metadata[STATUS]["notes"])


def status(notebook: NotebookNode) -> str:
    return notebook.metadata[STATUS]["status"]


def contents(notebook: NotebookNode) -> list[tuple[str, str]]:
    return [(one.cell_type, one.source) for one in notebook.cells]


# What is right, or wrong in a way that changes nothing


def test_intact(hand_in, solved) -> None:
    notebook = hand_in(solved)
    assert (status(notebook), said(notebook)) == (GRADED, "")
    assert contents(notebook) == contents(solved)
    assert ids(*notebook.cells) == ids(*solved.cells)


def test_untouched(hand_in, released) -> None:
    notebook = hand_in(released)
    assert status(notebook) == GRADED
    assert contents(notebook) == contents(released)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_encodings(hand_in, solved, encoding) -> None:
    cell(solved, ANSWER).source = "梯度 vanish — ∂h 🙂"
    notebook = hand_in(json.dumps(solved, ensure_ascii=False).encode(encoding))
    assert status(notebook) == GRADED
    assert contents(notebook) == contents(solved)


def test_line_ends(hand_in, solved) -> None:
    before = contents(solved)
    for one in solved.cells:
        one.source = one.source.replace("\n", "\r\n")
    notebook = hand_in(json.dumps(solved, indent=1).replace("\n", "\r\n"))
    assert status(notebook) == GRADED
    assert contents(notebook) == before


def test_sources_as_lists(hand_in, solved) -> None:
    content = deepcopy(solved)
    for one in content["cells"]:
        one["source"] = one["source"].splitlines(keepends=True)
    notebook = hand_in(content)
    assert status(notebook) == GRADED
    assert contents(notebook) == contents(solved)


def test_nbformat_4_0_without_cell_ids(hand_in, solved) -> None:
    solved.nbformat_minor = 0
    for one in solved.cells:
        del one["id"]
    notebook = hand_in(solved)
    assert status(notebook) == GRADED
    assert contents(notebook) == contents(solved)


@pytest.mark.parametrize("version", [{"nbformat": 4, "nbformat_minor": 99}, {"nbformat": 5}, {"nbformat": "four"}])
def test_odd_format_versions(hand_in, solved, version) -> None:
    notebook = hand_in({**solved, **version})
    assert status(notebook) == GRADED
    assert contents(notebook) == contents(solved)


def test_nbformat_3(hand_in, solved) -> None:
    notebook = hand_in(nbformat.v3.writes_json(nbformat.v4.downgrade(deepcopy(solved))))
    assert status(notebook) == GRADED
    assert contents(notebook) == contents(solved)


def test_duplicate_and_invalid_cell_ids(hand_in, solved) -> None:
    for one, odd in zip(solved.cells, ["same", "same", "", "a" * 100, "not valid!", 5, None, []], strict=False):
        one["id"] = odd
    notebook = hand_in(solved)
    assert status(notebook) == GRADED
    assert len({one.id for one in notebook.cells}) == len(notebook.cells)


def test_outputs_missing_huge_or_garbage(hand_in, solved) -> None:
    del cell(solved, SOLUTION)["outputs"]
    cell(solved, CHECK)["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * (30 << 20)}]
    cell(solved, GIVEN)["outputs"] = "garbage"
    cell(solved, GIVEN)["execution_count"] = "many"
    notebook = hand_in(solved)
    assert status(notebook) == GRADED
    assert not any(one.get("outputs") for one in notebook.cells)


def test_odd_cell_metadata_are_dropped(hand_in, solved) -> None:
    cell(solved, SOLUTION)["metadata"]["tags"] = ["skip-execution", "remove_cell"]
    for one, odd in zip(solved.cells, [None, [], "text", {"tags": "no list"}, {"collapsed": 3}], strict=False):
        one["metadata"] = odd
    notebook = hand_in(solved)
    assert status(notebook) == GRADED
    assert {key for one in notebook.cells for key in one.metadata} == {"nbgrader"}


def test_a_planted_record_is_ignored(hand_in, solved) -> None:
    planted = {"status": "graded", "notes": ["Full marks."], "exercises": {"rnn_forward": {"fraction": 1.0}}}
    solved.metadata[STATUS] = planted
    notebook = hand_in(solved)
    assert notebook.metadata[STATUS] == {"status": GRADED, "notes": []}


@pytest.mark.parametrize("metadata", [None, [], "text", {"kernelspec": 5, "language_info": None}])
def test_notebook_metadata_are_the_released_ones(hand_in, solved, released, metadata) -> None:
    notebook = hand_in({**solved, "metadata": metadata})
    assert status(notebook) == GRADED
    assert notebook.metadata.kernelspec == released.metadata.kernelspec


def test_changed_points_and_flags_have_no_effect(hand_in, solved, released) -> None:
    cell(solved, CHECK).metadata.nbgrader.update(points=1000, locked=False)
    cell(solved, GIVEN).metadata.nbgrader.update(grade=True, points=50, solution=True)
    cell(solved, ANSWER).metadata.nbgrader.update(grade=False, checksum="0")
    notebook = hand_in(solved)
    assert status(notebook) == GRADED
    assert cell(notebook, CHECK).metadata.nbgrader == cell(released, CHECK).metadata.nbgrader


def test_unknown_graded_cells_become_plain(hand_in, solved) -> None:
    extra = deepcopy(cell(solved, CHECK))
    extra.metadata.nbgrader.update(grade_id="check_something_else", points=1000)
    solved.cells.append(extra)
    notebook = hand_in(solved)
    assert status(notebook) == GRADED
    assert ids(notebook.cells[-1]) == []


def test_pictures_in_a_written_answer_are_kept(hand_in, solved) -> None:
    cell(solved, ANSWER)["attachments"] = pictures = {"a.png": {"image/png": "iVBORw0KGgo="}}
    solved.cells[0]["attachments"] = ["garbage"]
    notebook = hand_in(solved)
    assert status(notebook) == GRADED
    assert cell(notebook, ANSWER).attachments == pictures
    assert "attachments" not in notebook.cells[0]


@pytest.mark.parametrize("schema", [0, 1, 2, 4, 99, "three", None])
def test_other_versions_of_the_nbgrader_metadata(hand_in, solved, schema) -> None:
    for one in solved.cells:
        if ids(one):
            meta = one.metadata.nbgrader
            meta["schema_version"] = schema
            if schema in (0, 1):
                del meta["cell_type"], meta["task"]
            if schema == 0:
                del meta["schema_version"], meta["locked"]
    notebook = hand_in(solved)
    assert status(notebook) == GRADED
    assert contents(notebook) == contents(solved)


# What is repaired


def test_a_duplicated_solution_cell(hand_in, solved) -> None:
    copy = deepcopy(cell(solved, SOLUTION))
    copy.source = "# the second try\n" + copy.source
    solved.cells.insert(place(solved, SOLUTION) + 1, copy)
    notebook = hand_in(solved)
    assert status(notebook) == REPAIRED
    assert said(notebook).startswith(f"The cell {SOLUTION} is there more than once; the last one counts")
    assert contents(notebook) == contents(solved)
    assert cell(notebook, SOLUTION).source.startswith("# the second try")


def test_a_duplicated_check_cell(hand_in, solved) -> None:
    solved.cells.insert(3, deepcopy(cell(solved, CHECK)))
    notebook = hand_in(solved)
    assert status(notebook) == REPAIRED
    assert f"The cell {CHECK} is there more than once" in said(notebook)
    assert ids(notebook.cells[3]) == []
    assert contents(notebook) == contents(solved)


def test_of_a_duplicated_answer_the_written_one_counts(hand_in, solved, released) -> None:
    solved.cells.append(deepcopy(cell(released, ANSWER)))
    notebook = hand_in(solved)
    assert status(notebook) == REPAIRED
    assert cell(notebook, ANSWER).source == "They vanish, or they explode."


def test_of_a_cell_and_its_copy_as_text_the_code_counts(hand_in, solved) -> None:
    copy = nbformat.v4.new_markdown_cell("my notes", metadata=deepcopy(cell(solved, SOLUTION).metadata))
    solved.cells.append(copy)
    notebook = hand_in(solved)
    assert status(notebook) == REPAIRED
    assert f"def {SOLUTION}" in cell(notebook, SOLUTION).source
    assert notebook.cells[-1].cell_type == "markdown"


@pytest.mark.parametrize("name", [CHECK, GIVEN, "visible_rnn_forward", "check_rnn_step_forward"])
def test_a_deleted_locked_cell_is_put_back_in_its_place(hand_in, solved, name) -> None:
    before = ids(*solved.cells)
    del solved.cells[place(solved, name)]
    notebook = hand_in(solved)
    assert (status(notebook), said(notebook)) == (REPAIRED, f"The cell {name} was missing; it was put back.")
    assert ids(*notebook.cells) == before


def test_all_checks_deleted(hand_in, solved) -> None:
    before = ids(*solved.cells)
    solved.cells = [one for one in solved.cells if not any("check_" in name for name in ids(one))]
    notebook = hand_in(solved)
    assert status(notebook) == REPAIRED
    assert "and 1 more were missing; they were put back." in said(notebook)
    assert ids(*notebook.cells) == before


def test_a_deleted_solution_cell(hand_in, solved) -> None:
    del solved.cells[place(solved, SOLUTION)]
    notebook = hand_in(solved)
    assert status(notebook) == REPAIRED
    assert (
        said(notebook) == f"The cell {SOLUTION} is not in the notebook; its function counts if another cell defines it."
    )
    assert SOLUTION not in ids(*notebook.cells)


def test_a_solution_in_a_cell_of_its_own(hand_in, solved) -> None:
    """Cut and pasted, or split: the cell is new, and its nbgrader metadata are gone."""
    source = solved.cells.pop(place(solved, SOLUTION)).source
    solved.cells.insert(5, nbformat.v4.new_code_cell("# mine\n" + source))
    notebook = hand_in(solved)
    assert status(notebook) == REPAIRED
    assert said(notebook) == f"The cell {SOLUTION} had lost the nbgrader metadata; recognised by the code."
    assert place(notebook, SOLUTION) == 5


def test_a_deleted_answer_waits_for_a_human(hand_in, solved) -> None:
    del solved.cells[place(solved, ANSWER)]
    notebook = hand_in(solved)
    assert status(notebook) == REPAIRED
    assert cell(notebook, ANSWER).source.startswith(LOST_ANSWER)
    assert determine_grade(cell(notebook, ANSWER)) == (None, 6.0)  # an empty answer would be (0, 6.0)


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
    assert status(notebook) == REPAIRED
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
    assert status(notebook) == GRADED
    assert contents(notebook) == contents(solved)


def test_no_metadata_at_all(hand_in, solved, released) -> None:
    """As after a tour through an editor that knows nothing of nbgrader."""
    for one in solved.cells:
        one.metadata.clear()
    notebook = hand_in(solved)
    assert status(notebook) == REPAIRED
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
    assert status(notebook) == REPAIRED
    assert said(notebook) == f"The cell {SOLUTION} had lost the nbgrader metadata; recognised by the code."


@pytest.mark.parametrize("garbage", [None, [], "text", 5, {"source": 5}, {"source": None}])
def test_cells_that_are_none_are_left_out(hand_in, solved, garbage) -> None:
    notebook = hand_in({**solved, "cells": [garbage, *solved["cells"], garbage]})
    assert (status(notebook), said(notebook)) == (REPAIRED, "2 of its cells could not be read and were left out.")
    assert contents(notebook) == contents(solved)


def test_half_a_character_does_not_reach_a_file(hand_in, solved) -> None:
    cell(solved, SOLUTION).source += "\n# \ud800"
    notebook = hand_in(json.dumps(solved))
    assert cell(notebook, SOLUTION).source.endswith("# ?")


# Another name


def test_the_only_notebook_under_another_name(hand_in, solved) -> None:
    notebook = hand_in(solved, name="Ana_final (2).ipynb")
    assert status(notebook) == REPAIRED
    assert said(notebook) == f"The notebook was handed in as Ana_final (2).ipynb; it should be named {NAME}."
    assert contents(notebook) == contents(solved)


def test_several_notebooks_that_it_could_be(tmp_path, hand_in, solved) -> None:
    (tmp_path / "first.ipynb").write_text(json.dumps(solved))
    notebook = hand_in(solved, name="second.ipynb")
    assert status(notebook) == UNREADABLE
    assert said(notebook) == f"There is no {NAME} in the submission, and it could be any of first.ipynb, second.ipynb."


def test_another_notebook_beside_it_is_no_candidate(tmp_path, hand_in, solved) -> None:
    (tmp_path / "scratch.ipynb").write_text(json.dumps(nbformat.v4.new_notebook()))
    (tmp_path / "broken.ipynb").write_text("{")
    notebook = hand_in(solved, name="final.ipynb")
    assert (status(notebook), contents(notebook)) == (REPAIRED, contents(solved))


def test_only_other_notebooks(tmp_path, hand_in) -> None:
    (tmp_path / "broken.ipynb").write_text("{")
    notebook = hand_in.read(tmp_path / NAME)
    assert status(notebook) == UNREADABLE
    assert said(notebook) == f"There is no {NAME} in the submission. Not readable as it: broken.ipynb."


def test_no_notebook(tmp_path, hand_in) -> None:
    notebook = hand_in.read(tmp_path / NAME)
    assert (status(notebook), said(notebook)) == (UNREADABLE, f"There is no {NAME} in the submission.")


# What cannot be read


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b" \n ", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\x89PNG\r\n\x1a\n\xff\xd8\xfe", "is not a text file"),
        (b"\x00" * 1000, "is damaged"),
        (b"Dear teacher, my notebook is attached.", "is damaged"),
        (b"<html><body>Sign in</body></html>", "is damaged"),
        (b"[" * 100_000, "is damaged"),
        (b"[]", "is not a notebook"),
        (b"{}", "is not a notebook"),
        (b"null", "is not a notebook"),
        (b"3", "is not a notebook"),
        (b'{"cells": 5}', "is not a notebook"),
        (b'{"worksheets": 5}', "is not a notebook"),
        (b'{"nbformat": 3, "worksheets": [{"cells": 5}]}', "is not a notebook"),
        (b'{"cells": []}', "has none of this assignment's cells"),
        (b'{"cells": [1, null]}', "has none of this assignment's cells"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "1"}]}', "has none of this assignment's cells"),
    ],
)
def test_files_that_are_no_notebook(hand_in, released, content, reason) -> None:
    notebook = hand_in(content)
    assert status(notebook) == UNREADABLE
    assert said(notebook).startswith(f"{NAME} {reason}")
    assert "could not be graded" in notebook.cells[0].source
    assert reason in notebook.cells[0].source
    assert contents(notebook)[1:] == contents(released)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_notebook_cut_off(hand_in, solved, share) -> None:
    text = json.dumps(solved)
    notebook = hand_in(text[: int(len(text) * share)])
    assert status(notebook) == UNREADABLE
    assert "is damaged" in said(notebook)


def test_the_notebook_of_another_course(hand_in) -> None:
    other = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print('another course')")])
    notebook = hand_in(other)
    assert (status(notebook), said(notebook)) == (UNREADABLE, f"{NAME} has none of this assignment's cells.")


def test_a_folder_a_link_and_a_huge_file(tmp_path, hand_in, course) -> None:
    path = tmp_path / NAME
    path.mkdir()
    assert "not a file of its own" in said(hand_in.read(path))
    path.rmdir()
    path.symlink_to(course.release / NAME)
    assert "not a file of its own" in said(hand_in.read(path))
    path.unlink()
    with path.open("wb") as file:
        file.truncate(200 << 20)
    assert "larger than 100 MB" in said(hand_in.read(path))
