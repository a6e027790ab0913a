"""The second notebook with the functions of the first one: what it reads of it, and from where."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from autograder.assignment import Assignment
from autograder.building.submissions import fill_in
from autograder.engine import Engine

STEP = """
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = {}
    return next_h, (x, prev_h, Wx, Wh, next_h)
"""
SUM = "x @ Wx + prev_h @ Wh + b"
FIRST = {
    "a number of a type": ("EPS = np.finfo(float).tiny", f"np.tanh({SUM}) + EPS"),
    "another name": ("tanh = np.tanh", f"tanh({SUM})"),
    "a vectorized function": ("def g(v):\n    return np.tanh(v)\nf = np.vectorize(g)", f"f({SUM})"),
    "the name of numpy used again": ("", f"np.tanh({SUM})"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("setting", "value"), FIRST.values(), ids=FIRST)
def test_all_is_right_as_written(
    engine: Engine, assignment: Assignment, tmp_path: Path, setting: str, value: str, reference_code: str
):
    first, second = (
        nbformat.read(assignment.release / f"{name}.ipynb", as_version=4) for name in ("1_rnn_layers", "2_captioning")
    )
    first = fill_in(first, reference_code + STEP.format(value))
    first.cells.insert(1, new_code_cell(f"import numpy as np\n{setting}"))
    first.cells.append(new_code_cell("np = z = 3\nrnn_step_forward = 1 / (1 + z)"))
    nbformat.write(first, tmp_path / "1_rnn_layers.ipynb")
    second = fill_in(second, (assignment.solutions / "captioning.py").read_text())
    second.cells.append(new_code_cell("%cd ..\nnp = captioning_rnn_loss = 3"))
    graded = engine.grade(second, "2_captioning", tmp_path)
    assert {(each.fraction, each.basis) for each in graded.judgements.values()} == {(1.0, "")}
