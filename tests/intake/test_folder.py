"""A submission's folder, turned into notebooks and files: what is taken for what, and what is said of it."""

from __future__ import annotations

import json
import time
import unicodedata
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.assignment import Assignment
from autograder.cells import grade_id
from autograder.intake.choice import LOOKED_AT
from autograder.intake.folder import Submission
from autograder.record import Event, Status
from tests.support.intake import NAME, SOLUTION, cell, record, said, status
from tests.support.unlucky import zipped

SECOND, *LATER = "2_captioning.ipynb", "3_lstm.ipynb", "4_attention.ipynb"
LIBRARY = "cs231n/rnn_layers.py"


@pytest.fixture
def read(tmp_path: Path, assignment: Assignment):
    """Hand in files by name, and read them."""

    def hand_in(**files: NotebookNode | bytes | str) -> Submission:
        for name, content in files.items():
            path = tmp_path / "handed_in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            content = json.dumps(content) if isinstance(content, dict) else content
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Submission.of(tmp_path / "handed_in", assignment)

    return hand_in


def code(submission: Submission, name: str = NAME) -> str:
    return submission.files().contents[name].tobytes().decode()


def changed(notebook: NotebookNode, text: str) -> NotebookNode:
    """The notebook with another answer."""
    other = nbformat.from_dict(notebook)
    cell(other, SOLUTION).source += f"\n# {text}"
    return other


@pytest.mark.parametrize(
    "name",
    ["1_rnn_layers (1).ipynb", "a/b/1_rnn_layers.ipynb", "1_RNN_Layers.IPYNB", "1_rnn_layers.ipynb.txt", "x.json"],
)
def test_the_other_notebooks_find_it_under_its_right_name(read, solved, name: str) -> None:
    assert "np.tanh" in code(read(**{name: solved}))


def test_no_test_and_no_result_is_in_what_other_notebooks_find(read, solved) -> None:
    cell(solved, SOLUTION).outputs = [nbformat.v4.new_output("stream", text="a verdict")]
    found = json.loads(code(read(**{f"x/{NAME}": solved})))
    assert not any(grade_id(each).startswith("check_") for each in found["cells"])
    assert "a verdict" not in json.dumps(found)


def test_a_damaged_notebook_is_there_and_empty_and_a_missing_one_is_not(read, solved) -> None:
    found = read(**{NAME: "{"}).files().contents
    assert found[NAME].size == 0 and SECOND not in found


def test_the_courses_own_files_are_the_courses(read, solved, assignment: Assignment) -> None:
    found = read(**{NAME: solved, "figures/rnn_step.svg": "mine", "mine.txt": "mine"}).files().contents
    assert found["figures/rnn_step.svg"].tobytes() == (assignment.source / "figures/rnn_step.svg").read_bytes()
    assert found["mine.txt"].tobytes() == b"mine"


def test_a_file_is_found_in_both_forms_of_its_name(read, solved) -> None:
    names = [unicodedata.normalize(form, "Größe.csv") for form in ("NFD", "NFC")]
    found = read(**{NAME: solved, names[0]: "1"}).files().contents
    assert {found[name].tobytes() for name in names} == {b"1"}


@pytest.mark.parametrize("files", [("a/1_rnn_layers.ipynb", "b/1_rnn_layers.ipynb"), ("x.ipynb", "y.ipynb")])
def test_two_different_ones_wait_for_a_person(read, solved, files: tuple[str, str]) -> None:
    notebook = read(**{files[0]: solved, files[1]: changed(solved, "other")}).notebook(NAME)
    assert status(notebook) is Status.UNREADABLE
    assert said(notebook) == f"There is no {NAME} in the submission, and it could be any of {', '.join(files)}."


def test_the_one_that_lies_highest_counts(read, solved) -> None:
    notebook = read(**{f"old/{NAME}": changed(solved, "old"), NAME: solved}).notebook(NAME)
    assert cell(notebook, SOLUTION).source == cell(solved, SOLUTION).source
    assert said(notebook) == f"old/{NAME} has other answers and was not graded: only one file of a notebook counts."


def test_scratch_work_in_the_original_is_no_answer(read, released, solved) -> None:
    released.cells.append(new_code_cell("print(1)"))
    notebook = read(**{NAME: released, "copy.ipynb": solved}).notebook(NAME)
    assert said(notebook) == f"{NAME} is as it was given out. copy.ipynb was graded in its place."
    released.cells.append(new_code_cell("def rnn_forward(x, h0, Wx, Wh, b):\n    pass"))
    notebook = read(**{NAME: released}).notebook(NAME)
    assert said(notebook) == "copy.ipynb has other answers and was not graded: only one file of a notebook counts."


def test_an_archive_is_looked_into_only_where_it_is_needed(read, solved, released) -> None:
    files = {NAME: solved, "old.zip": zipped({NAME: json.dumps(changed(solved, "x")).encode()})}
    notebook = read(**files).notebook(NAME)
    assert (status(notebook), said(notebook)) == (Status.GRADED, "")
    notebook = read(**{NAME: released}).notebook(NAME)
    assert said(notebook) == f"{NAME} is as it was given out. old.zip/{NAME} was graded in its place."


def test_one_file_with_the_cells_of_two_notebooks(read, solved, assignment: Assignment) -> None:
    second = nbformat.read(assignment.release / SECOND, as_version=4)
    solved.cells += second.cells
    submission = read(**{NAME: solved})
    assert status(submission.notebook(NAME)) is Status.GRADED
    assert said(submission.notebook(SECOND)) == (
        f"There is no {SECOND} in the submission. Some of its cells are in {NAME}."
    )
    assert submission.absent == [SECOND, *LATER]


def test_examples_of_the_course_are_no_answers(tmp_path: Path, released, solved) -> None:
    for folder in ("release", "source/examples", "handed_in/examples"):
        (tmp_path / folder).mkdir(parents=True)
    nbformat.write(released, tmp_path / "release" / NAME)
    for folder in ("source", "handed_in"):
        nbformat.write(solved, tmp_path / folder / "examples" / NAME)
    found = Submission(tmp_path / "handed_in", tmp_path / "release", tmp_path / "source")
    assert said(found.notebook(NAME)) == f"There is no {NAME} in the submission."


# What may be handed to one who grades a single submission: a folder, a notebook, an archive


def test_one_notebook_or_one_archive(tmp_path: Path, solved, assignment: Assignment) -> None:
    (tmp_path / "mine.ipynb").write_text(json.dumps(solved))
    (tmp_path / "hw.zip").write_bytes(zipped({NAME: json.dumps(solved).encode(), "helper.py": b"1"}))
    for place in ("mine.ipynb", "hw.zip"):
        submission = Submission.of(tmp_path / place, assignment)
        assert submission.absent == [SECOND, *LATER]
        assert status(submission.notebook(NAME)) is Status.REPAIRED
        assert ("helper.py" in submission.files().contents) == (place == "hw.zip")


# Work in files that are the course's own


def in_library(text: str, assignment: Assignment) -> str:
    return (assignment.source / LIBRARY).read_text() + "\n\n" + text


def test_functions_written_into_the_library_wait_for_a_person(read, released, assignment, reference_code) -> None:
    library = {LIBRARY: in_library(reference_code, assignment)}
    notebook = read(**{NAME: released}, **library).notebook(NAME)
    assert status(notebook) is Status.NOT_GRADED
    assert record(notebook).events == {Event.MISPLACED}
    assert "rnn_step_forward" in said(notebook)
    assert f"are written in {LIBRARY}, which the grader takes from the course" in said(notebook)
    cell(released, SOLUTION).source = f"from cs231n.rnn_layers import {SOLUTION}"
    assert SOLUTION in said(read(**{NAME: released}).notebook(NAME))


def test_functions_in_the_notebook_count_whatever_the_library_says(read, solved, assignment, reference_code) -> None:
    notebook = read(**{NAME: solved, LIBRARY: in_library(reference_code, assignment)}).notebook(NAME)
    assert status(notebook) is not Status.NOT_GRADED


@pytest.mark.parametrize(
    ("text", "used", "told"),
    [
        (
            "def clip(x):\n    return x\n",
            "from cs231n.rnn_layers import clip",
            f"{LIBRARY} with changes of its own (clip)",
        ),
        ("def clip(x):\n    return x\n", "x = 1", ""),
        ("# a remark\n", "from cs231n.rnn_layers import *", ""),
    ],
)
def test_what_a_notebook_needs_of_a_changed_library_is_said(read, solved, assignment, text, used, told) -> None:
    solved.cells.append(new_code_cell(used))
    notebook = read(**{NAME: solved, LIBRARY: in_library(text, assignment)}).notebook(NAME)
    assert (told in said(notebook)) and bool(said(notebook)) == bool(told)
    assert status(notebook) is (Status.REPAIRED if told else Status.GRADED)


def test_a_file_added_to_the_library_is_said(read, solved) -> None:
    solved.cells.append(new_code_cell("from cs231n.mine import clip"))
    notebook = read(**{NAME: solved, "cs231n/mine.py": "def clip(x): pass", "cs231n/other.py": ""}).notebook(NAME)
    assert said(notebook).startswith("The submission has cs231n/mine.py in a folder of the course's own")
    assert "other.py" not in said(notebook)


def test_another_systems_line_ends_are_no_change(read, released, assignment) -> None:
    text = (assignment.source / LIBRARY).read_text().replace("\n", "\r\n")
    assert said(read(**{NAME: released, LIBRARY: text}).notebook(NAME)) == ""


# Bounds


def test_very_many_files_are_not_all_looked_at(read, solved) -> None:
    start = time.monotonic()
    submission = read(**{f"{number}.ipynb": changed(solved, str(number)) for number in range(2 * LOOKED_AT)})
    notebook = submission.notebook(NAME)
    assert status(notebook) is Status.UNREADABLE and len(said(notebook)) < 400
    assert f"Only {LOOKED_AT} of {2 * LOOKED_AT} files were looked at." in said(submission.notebook(SECOND))
    assert time.monotonic() - start < 30


def test_odd_code_in_a_library_file_takes_no_time(read, released) -> None:
    start = time.monotonic()
    for text in ("def f" * 200_000, "def f(\n" * 100_000, " = " * 300_000, "async def " * 90_000):
        read(**{NAME: released, LIBRARY: text}).notebook(NAME)
    assert time.monotonic() - start < 10
