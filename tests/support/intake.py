"""Hand in a file as a student might, and look at the notebook that comes out of it."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.nbgraderformat import MetadataValidator

from autograder.intake.submission import read_submission
from autograder.record import Record, Status, load_from

NAME = "1_rnn_layers.ipynb"
ANSWER = "question_gradients_through_time"
SOLUTION = "rnn_step_backward"
CHECK = "check_rnn_step_backward"
GIVEN = "given_temporal_affine"


@dataclass(frozen=True)
class Intake:
    """Writes files into `folder` and reads them; every result must be one that nbgrader can take."""

    folder: Path
    release: Path
    released: NotebookNode

    def __call__(self, content: str | bytes | dict | list, name: str = NAME) -> NotebookNode:
        if isinstance(content, (dict, list)):
            content = json.dumps(content)
        (self.folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return self.read()

    def read(self) -> NotebookNode:
        notebook = read_submission(self.folder / NAME, self.release)
        assert_fit(notebook, self.released)
        return notebook


def answered(notebook: NotebookNode) -> NotebookNode:
    """The notebook with an answer to the written question."""
    cell(notebook, ANSWER).source = "They vanish, or they explode."
    return notebook


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
    found = record(notebook)
    assert found.status in (Status.GRADED, Status.REPAIRED, Status.UNREADABLE)
    assert bool(found.notes) == (found.status is not Status.GRADED)
    texts = [note.text for note in found.notes]
    assert all(text.endswith(".") and not text[0].islower() and len(text) < 400 for text in texts)


def ids(*cells: NotebookNode) -> list[str]:
    return [one.metadata.nbgrader.grade_id for one in cells if "nbgrader" in one.metadata]


def place(notebook: NotebookNode, name: str) -> int:
    return next(index for index, one in enumerate(notebook.cells) if name in ids(one))


def cell(notebook: NotebookNode, name: str) -> NotebookNode:
    return notebook.cells[place(notebook, name)]


def record(notebook: NotebookNode) -> Record:
    """What is kept of the notebook's grading; it must be one that can be read again."""
    found = load_from(notebook.metadata)
    assert found is not None
    return found


def said(notebook: NotebookNode) -> str:
    return " ".join(note.text for note in record(notebook).notes)


def status(notebook: NotebookNode) -> Status:
    return record(notebook).status


def contents(notebook: NotebookNode) -> list[tuple[str, str]]:
    return [(one.cell_type, one.source) for one in notebook.cells]
