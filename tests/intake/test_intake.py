"""Whatever is wrong with a submitted file ends in a status and a sentence, and in a notebook that nbgrader can take."""

from __future__ import annotations

import json
from copy import deepcopy

import nbformat
import pytest

from autograder.record import KEY, Event, ExerciseRecord, Note, Record, Status
from tests.support.intake import ANSWER, CHECK, GIVEN, NAME, SOLUTION, cell, contents, ids, record, said, status
from tests.support.payloads import PIXEL

# What is right, or wrong in a way that changes nothing


def test_intact(hand_in, solved) -> None:
    notebook = hand_in(solved)
    assert (status(notebook), said(notebook)) == (Status.GRADED, "")
    assert contents(notebook) == contents(solved)
    assert ids(*notebook.cells) == ids(*solved.cells)


def test_untouched(hand_in, released) -> None:
    notebook = hand_in(released)
    assert status(notebook) == Status.GRADED
    assert contents(notebook) == contents(released)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_encodings(hand_in, solved, encoding) -> None:
    cell(solved, ANSWER).source = "梯度 vanish — ∂h 🙂"
    notebook = hand_in(json.dumps(solved, ensure_ascii=False).encode(encoding))
    assert status(notebook) == Status.GRADED
    assert contents(notebook) == contents(solved)


def test_line_ends(hand_in, solved) -> None:
    before = contents(solved)
    for one in solved.cells:
        one.source = one.source.replace("\n", "\r\n")
    notebook = hand_in(json.dumps(solved, indent=1).replace("\n", "\r\n"))
    assert status(notebook) == Status.GRADED
    assert contents(notebook) == before


def test_sources_as_lists(hand_in, solved) -> None:
    content = deepcopy(solved)
    for one in content["cells"]:
        one["source"] = one["source"].splitlines(keepends=True)
    notebook = hand_in(content)
    assert status(notebook) == Status.GRADED
    assert contents(notebook) == contents(solved)


def test_nbformat_4_0_without_cell_ids(hand_in, solved) -> None:
    solved.nbformat_minor = 0
    for one in solved.cells:
        del one["id"]
    notebook = hand_in(solved)
    assert status(notebook) == Status.GRADED
    assert contents(notebook) == contents(solved)


@pytest.mark.parametrize("version", [{"nbformat": 4, "nbformat_minor": 99}, {"nbformat": 5}, {"nbformat": "four"}])
def test_odd_format_versions(hand_in, solved, version) -> None:
    notebook = hand_in({**solved, **version})
    assert status(notebook) == Status.GRADED
    assert contents(notebook) == contents(solved)


def test_nbformat_3(hand_in, solved) -> None:
    notebook = hand_in(nbformat.v3.writes_json(nbformat.v4.downgrade(deepcopy(solved))))
    assert status(notebook) == Status.GRADED
    assert contents(notebook) == contents(solved)


def test_duplicate_and_invalid_cell_ids(hand_in, solved) -> None:
    for one, odd in zip(solved.cells, ["same", "same", "", "a" * 100, "not valid!", 5, None, []], strict=False):
        one["id"] = odd
    notebook = hand_in(solved)
    assert status(notebook) == Status.GRADED
    assert len({one.id for one in notebook.cells}) == len(notebook.cells)


def test_outputs_missing_huge_or_garbage(hand_in, solved) -> None:
    del cell(solved, SOLUTION)["outputs"]
    cell(solved, CHECK)["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * (30 << 20)}]
    cell(solved, GIVEN)["outputs"] = "garbage"
    cell(solved, GIVEN)["execution_count"] = "many"
    notebook = hand_in(solved)
    assert status(notebook) == Status.GRADED
    assert not any(one.get("outputs") for one in notebook.cells)


def test_odd_cell_metadata_are_dropped(hand_in, solved) -> None:
    cell(solved, SOLUTION)["metadata"]["tags"] = ["skip-execution", "remove_cell"]
    for one, odd in zip(solved.cells, [None, [], "text", {"tags": "no list"}, {"collapsed": 3}], strict=False):
        one["metadata"] = odd
    notebook = hand_in(solved)
    assert status(notebook) == Status.GRADED
    assert {key for one in notebook.cells for key in one.metadata} == {"nbgrader", "alt"}


def test_a_planted_record_is_ignored(hand_in, solved) -> None:
    notes = (Note(Event.ASSIGNMENT, "Full marks."),)
    planted = Record(notes=notes, exercises={"rnn_forward": ExerciseRecord(1.0)}).dump()
    solved.metadata[KEY] = planted
    notebook = hand_in(solved)
    assert record(notebook) == Record()


@pytest.mark.parametrize("metadata", [None, [], "text", {"kernelspec": 5, "language_info": None}])
def test_notebook_metadata_are_the_released_ones(hand_in, solved, released, metadata) -> None:
    notebook = hand_in({**solved, "metadata": metadata})
    assert status(notebook) == Status.GRADED
    assert notebook.metadata.kernelspec == released.metadata.kernelspec


def test_changed_points_and_flags_have_no_effect(hand_in, solved, released) -> None:
    cell(solved, CHECK).metadata.nbgrader.update(points=1000, locked=False)
    cell(solved, GIVEN).metadata.nbgrader.update(grade=True, points=50, solution=True)
    cell(solved, ANSWER).metadata.nbgrader.update(grade=False, checksum="0")
    notebook = hand_in(solved)
    assert status(notebook) == Status.GRADED
    assert cell(notebook, CHECK).metadata.nbgrader == cell(released, CHECK).metadata.nbgrader


def test_unknown_graded_cells_become_plain(hand_in, solved) -> None:
    extra = deepcopy(cell(solved, CHECK))
    extra.metadata.nbgrader.update(grade_id="check_something_else", points=1000)
    solved.cells.append(extra)
    notebook = hand_in(solved)
    assert status(notebook) == Status.GRADED
    assert ids(notebook.cells[-1]) == []


def test_pictures_in_a_written_answer_are_kept(hand_in, solved) -> None:
    cell(solved, ANSWER)["attachments"] = pictures = {"a.png": {"image/png": PIXEL}}
    solved.cells[0]["attachments"] = ["garbage"]
    notebook = hand_in(solved)
    assert status(notebook) == Status.GRADED
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
    assert status(notebook) == Status.GRADED
    assert contents(notebook) == contents(solved)


# Another name


def test_the_only_notebook_under_another_name(hand_in, solved) -> None:
    notebook = hand_in(solved, name="Ana_final (2).ipynb")
    assert status(notebook) == Status.REPAIRED
    assert said(notebook) == f"The notebook was handed in as Ana_final (2).ipynb; it should be named {NAME}."
    assert contents(notebook) == contents(solved)


def test_two_copies_of_one_notebook_are_one(tmp_path, hand_in, solved) -> None:
    (tmp_path / "first.ipynb").write_text(json.dumps(solved))
    notebook = hand_in(solved, name="second.ipynb")
    assert said(notebook) == f"The notebook was handed in as first.ipynb; it should be named {NAME}."
    assert contents(notebook) == contents(solved)


def test_several_notebooks_that_it_could_be(tmp_path, hand_in, solved) -> None:
    (tmp_path / "first.ipynb").write_text(json.dumps(solved))
    cell(solved, SOLUTION).source += "\n# another one"
    notebook = hand_in(solved, name="second.ipynb")
    assert status(notebook) == Status.UNREADABLE
    assert said(notebook) == f"There is no {NAME} in the submission, and it could be any of first.ipynb, second.ipynb."


def test_another_notebook_beside_it_is_no_candidate(tmp_path, hand_in, solved) -> None:
    (tmp_path / "scratch.ipynb").write_text(json.dumps(nbformat.v4.new_notebook()))
    (tmp_path / "broken.ipynb").write_text("{")
    notebook = hand_in(solved, name="final.ipynb")
    assert (status(notebook), contents(notebook)) == (Status.REPAIRED, contents(solved))


def test_only_other_notebooks(tmp_path, hand_in) -> None:
    (tmp_path / "broken.ipynb").write_text("{")
    notebook = hand_in.read()
    assert status(notebook) == Status.UNREADABLE
    assert said(notebook) == f"There is no {NAME} in the submission. Not readable as it: broken.ipynb."


def test_no_notebook(tmp_path, hand_in) -> None:
    notebook = hand_in.read()
    assert (status(notebook), said(notebook)) == (Status.UNREADABLE, f"There is no {NAME} in the submission.")


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
    assert status(notebook) == Status.UNREADABLE
    assert said(notebook).startswith(f"{NAME} {reason}")
    assert "could not be graded" in notebook.cells[0].source
    assert reason in notebook.cells[0].source
    assert contents(notebook)[1:] == contents(released)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_notebook_cut_off(hand_in, solved, share) -> None:
    text = json.dumps(solved)
    notebook = hand_in(text[: int(len(text) * share)])
    assert status(notebook) == Status.UNREADABLE
    assert "is damaged" in said(notebook)


def test_the_notebook_of_another_course(hand_in) -> None:
    other = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print('another course')")])
    notebook = hand_in(other)
    assert (status(notebook), said(notebook)) == (Status.UNREADABLE, f"{NAME} has none of this assignment's cells.")


def test_a_folder_a_link_and_a_huge_file(tmp_path, hand_in, assignment) -> None:
    path = tmp_path / NAME
    path.mkdir()
    assert "not a file of its own" in said(hand_in.read())
    path.rmdir()
    path.symlink_to(assignment.release / NAME)
    assert "not a file of its own" in said(hand_in.read())
    path.unlink()
    with path.open("wb") as file:
        file.truncate(200 << 20)
    assert "larger than 50 MB" in said(hand_in.read())
