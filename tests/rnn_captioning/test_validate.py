"""nbgrader's Validate, which holds up Jupyter's server: soon over, with right solutions and with an endless loop."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from autograder.building.solved import solve
from autograder.release import kit, share
from tests.support.house import ASSIGNMENT

pytestmark = pytest.mark.slow
NAMES = [path.stem for path in ASSIGNMENT.notebooks]
ENDLESS = """
import time

def rnn_step_forward(x, prev_h, Wx, Wh, b):
    while True:
        x = x + 1
        time.sleep(0.01)  # it ends as late as a busy one, and leaves the processor to the right notebooks
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The solved notebooks with all that lies beside them in a release."""
    folder = tmp_path_factory.mktemp("validated") / "work"
    shutil.copytree(ASSIGNMENT.source, folder)
    share(kit(ASSIGNMENT), folder)
    for path in ASSIGNMENT.notebooks:
        nbformat.write(solve(ASSIGNMENT, path), folder / path.name)
    return folder


def validation(folder: Path, name: str) -> subprocess.Popen[str]:
    """`nbgrader validate` of a notebook, begun."""
    data = {variable: str(place) for variable, place in ASSIGNMENT.data_folders.items()}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = [sys.executable, "-m", "nbgrader", "validate", f"{name}.ipynb"]
    environment = {**os.environ, **data, "PATH": path}
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


@pytest.fixture(scope="module")
def endless(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """The validation of an endless loop, which mostly waits: the right notebooks are validated meanwhile."""
    copy = Path(shutil.copytree(folder, tmp_path_factory.mktemp("endless") / "work"))
    notebook = nbformat.read(copy / "1_rnn_layers.ipynb", as_version=4)
    next(cell for cell in notebook.cells if cell.id == "rnn_step_forward").source = ENDLESS
    nbformat.write(notebook, copy / "1_rnn_layers.ipynb")
    with validation(copy, "1_rnn_layers") as process:
        yield process
        process.kill()


@pytest.mark.usefixtures("endless")
@pytest.mark.parametrize("name", NAMES)
def test_right_notebooks_pass_and_no_cell_is_stopped(folder: Path, name: str):
    said, _ = validation(folder, name).communicate(timeout=300)
    assert "Success! Your notebook passes all the tests." in said
    assert "Timeout" not in said


def test_an_endless_loop_ends_before_nbgraders_own_limit(endless: subprocess.Popen[str]):
    said, _ = endless.communicate(timeout=300)
    assert "VALIDATION FAILED ON 4 CELL(S)!" in " ".join(said.split())
    assert "CellStopped: Validate stopped this cell after 3 seconds." in said  # its course check, before, after 10
    assert "Timeout" not in said
