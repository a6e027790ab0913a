"""nbgrader's Validate, which holds up Jupyter's server: soon over, with right solutions and with an endless loop."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.building.solved import solve
from autograder.release import kit, share
from tests.support.house import ASSIGNMENT

pytestmark = pytest.mark.slow
NAMES = [path.stem for path in ASSIGNMENT.notebooks]
ENDLESS = """
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    while True:
        x = x + 1
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


def validated(folder: Path, name: str) -> str:
    """What `nbgrader validate` says of a notebook, and its log."""
    data = {variable: str(place) for variable, place in ASSIGNMENT.data_folders.items()}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = [sys.executable, "-m", "nbgrader", "validate", f"{name}.ipynb"]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **data, "PATH": path}, capture_output=True, text=True, timeout=300
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_right_notebooks_pass_and_no_cell_is_stopped(folder: Path, name: str):
    said = validated(folder, name)
    assert "Success! Your notebook passes all the tests." in said
    assert "Timeout" not in said


def test_an_endless_loop_ends_before_nbgraders_own_limit(folder: Path, tmp_path: Path):
    copy = Path(shutil.copytree(folder, tmp_path / "work"))
    notebook = nbformat.read(copy / "1_rnn_layers.ipynb", as_version=4)
    next(cell for cell in notebook.cells if cell.id == "rnn_step_forward").source = ENDLESS
    nbformat.write(notebook, copy / "1_rnn_layers.ipynb")
    said = validated(copy, "1_rnn_layers")
    assert "VALIDATION FAILED ON 4 CELL(S)!" in " ".join(said.split())
    assert "CellStopped: Validate stopped this cell after 3 seconds." in said  # its course check, before, after 10
    assert "Timeout" not in said
