"""A whole submission: the captioner and the LSTM are graded with the student's own layers from the other notebooks."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import nbformat
import pytest

from autograder.assignment import Assignment, load
from autograder.building import demo
from autograder.building.submissions import add_cell, fill_in
from autograder.course.marks import read_records, rows
from autograder.engine import Engine
from autograder.intake.files import read_files
from autograder.judging.judge import Judgement
from autograder.record import Status
from tests.support import batch_command
from tests.support.course import CourseFolder
from tests.support.house import ASSIGNMENT

pytestmark = pytest.mark.slow

NOTEBOOKS = ("1_rnn_layers.ipynb", "2_captioning.ipynb", "3_lstm.ipynb", "4_attention.ipynb")
WRITTEN = 24  # points of the written questions, which wait for a human
MOST = 210 - WRITTEN


@pytest.fixture
def handed_in(tmp_path: Path, assignment: Assignment) -> Path:
    """A submission's folder with all notebooks solved."""
    for path in assignment.notebooks:
        released = nbformat.read(assignment.release / path.name, as_version=4)
        nbformat.write(fill_in(released, assignment.module(path).read_text()), tmp_path / path.name)
    return tmp_path


def judge(engine: Engine, folder: Path, name: str) -> Mapping[str, Judgement]:
    return engine.grade(nbformat.read(folder / f"{name}.ipynb", as_version=4), name, folder).judgements


def test_solved_notebooks_earn_everything(engine: Engine, assignment: Assignment, handed_in: Path):
    for path in assignment.notebooks:
        assert {judgement.fraction for judgement in judge(engine, handed_in, path.stem).values()} == {1.0}


def test_layers_are_those_of_the_saved_first_notebook(engine: Engine, handed_in: Path):
    path = handed_in / NOTEBOOKS[0]
    path.write_text(path.read_text().replace("np.add.at(dW, x, dout)", "dW[x] += dout"))
    judgements = judge(engine, handed_in, "2_captioning")
    loss, sample = (judgements[f"captioning_rnn_{name}"] for name in ("loss", "sample"))
    assert (sample.fraction, sample.basis) == (1.0, "")
    assert loss.fraction == 1.0  # the mistake has cost its points in the first notebook
    assert "of 117 checks are right, because of a mistake in the layers of another notebook" in loss.basis
    path.unlink()
    judged = judge(engine, handed_in, "2_captioning")["captioning_rnn_loss"]
    assert judged.fraction == 0
    assert "1_rnn_layers.ipynb was not found" in judged.verdicts[0].sentence


def test_of_other_notebooks_the_code_is_seen_and_no_result(handed_in: Path):
    path = handed_in / NOTEBOOKS[0]
    notebook = json.loads(path.read_text())
    notebook["metadata"]["grading"] = {"secret": 1}
    notebook["cells"][2]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "a verdict"}]
    path.write_text(json.dumps(notebook))
    (handed_in / "torn.ipynb").write_text("{")
    (handed_in / "deep.ipynb").write_text("[" * 100_000)
    contents = {name: array.tobytes() for name, array in read_files(handed_in).contents.items()}
    assert contents["torn.ipynb"] == contents["deep.ipynb"] == b""
    seen = json.loads(contents[NOTEBOOKS[0]])
    assert {cell["cell_type"] for cell in seen["cells"]} == {"code"}
    assert b"secret" not in contents[NOTEBOOKS[0]] and b"a verdict" not in contents[NOTEBOOKS[0]]
    assert b"def rnn_step_forward" in contents[NOTEBOOKS[0]]


def test_what_a_submission_says_does_not_decide_which_cells_run(engine: Engine, handed_in: Path):
    """The tag of a demo belongs to the source: a cell of the student's own that wears it is run all the same."""
    notebook = nbformat.read(handed_in / NOTEBOOKS[1], as_version=4)
    notebook = add_cell(notebook, "captioning_rnn_sample", "captioning_rnn_sample = None")
    (added,) = [cell for cell in notebook.cells if cell.source == "captioning_rnn_sample = None"]
    added.metadata.tags = ["demo"]
    graded = engine.grade(notebook, "2_captioning", handed_in)
    assert graded.fraction("captioning_rnn_sample") == 0
    assert graded.fraction("captioning_rnn_loss") == 1


@pytest.mark.slow
def test_nbgrader_and_the_batch_command_give_a_whole_class_the_same_marks(assignment: Assignment, tmp_path: Path):
    root = tmp_path / "course"
    folder = CourseFolder.make(root, assignment, notebooks=NOTEBOOKS)
    assert folder.nbgrader("generate_assignment").returncode == 0
    demo.hand_in(load(root, assignment.name))
    downloaded = folder.submitted("all_right") / "1_rnn_layers (1).ipynb"
    (folder.submitted("all_right") / NOTEBOOKS[0]).rename(downloaded)  # the others read functions from it
    assert batch_command.grade(folder) == 0
    batch = {row.student: (row.points, row.status, row.notes) for row in rows(folder.coursedir, assignment.name)}
    assert folder.nbgrader("autograde", "--force").returncode == 0
    lines = {row.student: (row.points, row.status, row.notes) for row in rows(folder.coursedir, assignment.name)}
    assert lines == batch
    assert set(lines) == set(demo.samples(assignment))
    note = f"The notebook was handed in as {downloaded.name}; it should be named {NOTEBOOKS[0]}."
    assert lines["all_right"] == (MOST, Status.REPAIRED, (note,))
    assert lines["untouched"][0] == 0

    stored = read_records(folder.autograded("start_stored"))["2_captioning"].exercises
    assert stored["captioning_rnn_loss"].fraction == 1
    assert 0.25 < stored["captioning_rnn_sample"].fraction < 0.6  # a common mistake costs a part
    assert stored["captioning_rnn_sample"].advice[0].mistake == "start_stored"
    forgot = read_records(folder.autograded("forgetful_cell"))["3_lstm"].exercises
    assert forgot["lstm_forward"].fraction < 0.5
    assert forgot["lstm_forward"].advice[0].mistake == "cell_state_reset"


@pytest.mark.slow
def test_pytest_grades_the_notebooks_that_are_there_and_counts_the_others_as_missing(handed_in: Path, tmp_path: Path):
    for name in NOTEBOOKS[2:]:
        (handed_in / name).unlink()
    command = [sys.executable, "-m", "autograder", "pytest", str(handed_in), "-q"]
    done = subprocess.run(command, cwd=ASSIGNMENT.root, capture_output=True, text=True)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout
    missing = sum(sum(ASSIGNMENT.points(Path(name).stem).values()) for name in NOTEBOOKS[2:])
    assert re.search(rf"^all exercises +- of {88 + missing:g}, 88 in what was graded$", done.stdout, re.MULTILINE)
    for name in NOTEBOOKS[2:]:
        assert f"\n{name}: not graded. There is no {name} in the submission.\n" in done.stdout
