"""nbgrader's two passes over a submission, with less work: what is wrong still fails, what is right stays the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.nbgraderformat import MetadataValidator, SchemaTooOldError, ValidationError

from autograder.assignment import Assignment
from autograder.building.submissions import fill_in
from autograder.faces.nbgrader.metadata import CheckMetadata
from autograder.faces.nbgrader.reader import as_text
from autograder.intake.submission import read_submission
from autograder.record import load_from
from tests.support.batch import marks
from tests.support.course import NOTEBOOK, CourseFolder
from tests.support.intake import cell, ids

ANSWER, SOLUTION, CHECK = "question_gradients_through_time", "rnn_step_backward", "check_rnn_step_backward"


def check(notebook: NotebookNode) -> None:
    CheckMetadata().preprocess(notebook, {})


def test_metadata_that_say_the_same_are_checked_once(released: NotebookNode, monkeypatch: pytest.MonkeyPatch) -> None:
    check(released)
    monkeypatch.setattr(MetadataValidator, "validate_nb", lambda *_: pytest.fail("checked again"))
    released.cells.append(nbformat.v4.new_code_cell("a cell of the student's own"))
    cell(released, ANSWER).source = "an answer"
    check(released)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda notebook: notebook.cells.append(deepcopy(cell(notebook, CHECK))), ValidationError),
        (lambda notebook: cell(notebook, CHECK).metadata.nbgrader.pop("points"), ValidationError),
        (lambda notebook: cell(notebook, CHECK).metadata.nbgrader.update(grade="yes"), ValidationError),
        (lambda notebook: cell(notebook, ANSWER).metadata.nbgrader.update(solution=False), ValidationError),
        (lambda notebook: cell(notebook, SOLUTION).metadata.nbgrader.update(schema_version=2), SchemaTooOldError),
        (lambda notebook: cell(notebook, CHECK).update(cell_type="markdown"), ValidationError),
    ],
    ids=["twice", "no points", "wrong type", "no solution", "old", "cell type"],
)
def test_bad_metadata_fail_each_time_as_with_nbgrader(
    released: NotebookNode, change: Callable[[NotebookNode], None], error: type[Exception]
) -> None:
    check(released)
    change(released)
    for _ in range(2):
        with pytest.raises(error):
            check(released)


def test_a_notebook_is_written_as_nbformat_writes_it_or_not_at_all(released: NotebookNode) -> None:
    result = nbformat.v4.new_output(
        "execute_result", data={"text/plain": "1\n2", "application/json": {"a": [1.5, None]}}
    )
    cell(released, CHECK).outputs = [result, nbformat.v4.new_output("stream", text="\u4e2d\u2028\n\n\x85b")]
    released.metadata["orig_nbformat"] = 4
    wanted = nbformat.v4.writes(released) + "\n"
    assert as_text(deepcopy(released)) == wanted
    assert '"text": [' in wanted
    released.cells[0].outputs = "none"
    with pytest.raises(nbformat.ValidationError):
        as_text(released)


def test_the_release_that_is_read_once_is_never_changed(
    tmp_path: Path, assignment: Assignment, released: NotebookNode
) -> None:
    for name in (SOLUTION, CHECK, ANSWER):
        released.cells.remove(cell(released, name))
    nbformat.write(released, tmp_path / NOTEBOOK)
    first = read_submission(tmp_path / NOTEBOOK, assignment.release)
    wanted = deepcopy(first)
    for one in first.cells:
        one.source += "changed"
        one.metadata.setdefault("nbgrader", {}).clear()
    first.metadata.clear()
    again = read_submission(tmp_path / NOTEBOOK, assignment.release)
    assert again.metadata == wanted.metadata
    assert [(one.source, one.metadata) for one in again.cells] == [(one.source, one.metadata) for one in wanted.cells]


def test_a_release_that_was_made_anew_is_read_anew(tmp_path: Path, released: NotebookNode) -> None:
    (tmp_path / "release").mkdir()
    nbformat.write(released, tmp_path / NOTEBOOK)
    for text in ("first", "second"):
        cell(released, CHECK).source = text
        nbformat.write(released, tmp_path / "release" / NOTEBOOK)
        os.utime(tmp_path / "release" / NOTEBOOK, ns=(0, len(text)))
        notebook = read_submission(tmp_path / NOTEBOOK, tmp_path / "release")
        assert cell(notebook, CHECK).source == text
        assert CHECK in ids(*notebook.cells)


KILLED = """
import os

from autograder.faces.nbgrader.grading import RunAndJudge
from nbgrader.preprocessors import AssignLatePenalties

def die_after(kind):
    preprocess = kind.preprocess

    def preprocess_and_die(self, nb, resources):
        preprocess(self, nb, resources)
        os._exit(9)

    kind.preprocess = preprocess_and_die

for kind in (RunAndJudge, AssignLatePenalties):
    if os.environ.get("KILLED_AFTER") == kind.__name__:
        die_after(kind)
"""


@pytest.mark.slow
def test_a_record_is_written_only_after_the_marks_are_saved(
    tmp_path: Path, reference_code: str, released: NotebookNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = CourseFolder.released(tmp_path, KILLED)
    folder.hand_in("solved", nbformat.writes(fill_in(released, reference_code)))
    graded = folder.autograded("solved") / NOTEBOOK
    for step, saved in (("RunAndJudge", False), ("AssignLatePenalties", True)):  # the grading itself, all but a check
        monkeypatch.setenv("KILLED_AFTER", step)
        assert folder.nbgrader("autograde", "--force").returncode == 9
        assert not graded.exists()
        found = marks(folder)["solved"]
        assert (found[CHECK].auto is not None) == saved
        assert found[CHECK].waits != saved
    monkeypatch.delenv("KILLED_AFTER")
    assert folder.nbgrader("autograde", "--force").returncode == 0
    assert load_from(nbformat.read(graded, as_version=4).metadata).exercises
    assert marks(folder)["solved"] == found
