"""The document that the assignment comes from: its code runs unchanged in the release, and gets full marks."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from autograder.assignment import Assignment
from autograder.building import demo
from autograder.building.submissions import fill_in
from autograder.course.marks import rows
from autograder.engine import Engine
from autograder.record import Status
from autograder.release import data, share
from tests.support.house import ROOT

SEEDS = ROOT.parent / "shared" / "seeds"
NOTEBOOK = "1_rnn_layers.ipynb"
LIMITS = {  # of the errors that the blocks with these words print
    "expected_next_h": 1e-8,
    "rnn_step_backward(dnext_h, cache)": 1e-8,
    "expected_h = ": 1e-7,
    "rnn_backward(dout, cache)": 1e-6,
    "expected_out": 1.0000001e-8,  # the published array has 8 digits; the exact one is that far from it
    "word_embedding_backward(dout, cache)": 1e-11,
    "temporal_affine_backward(dout, cache)": 1e-9,
    "check_loss": 1e-7,
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed document is not part of the repository"),
]


@pytest.fixture(scope="module")
def blocks() -> list[str]:
    text = "\n".join(path.read_text() for path in sorted(SEEDS.glob("*.txt")))
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


@pytest.fixture(scope="module")
def solution(blocks: list[str]) -> str:
    return "\n\n".join(
        block for block in blocks if block.startswith("def ") and "print(" not in block.split("if verbose")[0]
    )


@pytest.fixture
def solved_release(assignment: Assignment, solution: str, tmp_path: Path) -> Path:
    """What a student has after solving the notebook: the release with its data, in a folder of its own."""
    folder = tmp_path / assignment.name
    shutil.copytree(assignment.release, folder, ignore=shutil.ignore_patterns("__pycache__", "datasets"))
    share(data(assignment), folder)
    nbformat.write(fill_in(nbformat.read(folder / NOTEBOOK, as_version=4), solution), folder / NOTEBOOK)
    return folder


def run(blocks: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[nbformat.NotebookNode]:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")  # for !pip
    cells = [nbformat.v4.new_code_cell(runnable(block)) for block in blocks]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook.cells


def runnable(block: str) -> str:
    """A block as it stands; of an interactive session the lines that were typed."""
    if ">>>" not in block:
        return block
    return "".join(example.source for example in doctest.DocTestParser().get_examples(block))


def printed(cell: nbformat.NotebookNode) -> str:
    return "".join(output.text for output in cell.outputs if output.output_type == "stream" and output.name == "stdout")


def assert_within_limits(cells: list[nbformat.NotebookNode]) -> None:
    seen = set()
    for cell in cells:
        errors = [float(number) for number in re.findall(r"error: +(\S+)", printed(cell))]
        for words in (words for words in LIMITS if words in cell.source and errors):
            seen.add(words)
            assert max(errors) < LIMITS[words], (words, errors)
    assert seen == set(LIMITS)


def assert_sane_losses(cells: list[nbformat.NotebookNode]) -> None:
    losses = [float(line) for line in printed(cells[-1]).splitlines() if "error" not in line]
    assert losses[0] == pytest.approx(2.3, abs=0.1)
    assert losses[1] == pytest.approx(23, abs=0.2)
    assert 2.2 < losses[2] < 2.4


def test_every_block_runs_unchanged(blocks, solved_release, monkeypatch):
    cells = run(blocks, solved_release, monkeypatch)
    assert_within_limits(cells)
    assert_sane_losses(cells)
    pictures = [o for cell in cells for o in cell.outputs if "image/png" in o.get("data", {})]
    assert len(pictures) == 3


def test_blocks_find_the_functions_of_the_saved_notebook(blocks, solution, solved_release, monkeypatch):
    """Without the solution's own blocks, cs231n.rnn_layers reads the functions from the solved notebook."""
    others = [block for block in blocks if block not in solution]
    assert len(others) == len(blocks) - 8
    assert_within_limits(run(others, solved_release, monkeypatch))


def test_published_solution_gets_full_marks_everywhere(
    assignment: Assignment, engine: Engine, solution: str, tmp_path: Path
):
    root = tmp_path / "course"
    demo.lay_out(assignment, root, [NOTEBOOK])
    demo.nbgrader(root, "generate_assignment", assignment.name)
    folder = root / "submitted" / "published" / assignment.name
    shutil.copytree(root / "release" / assignment.name, folder)
    submission = fill_in(nbformat.read(folder / NOTEBOOK, as_version=4), solution)
    nbformat.write(submission, folder / NOTEBOOK)
    full = assignment.points("1_rnn_layers")

    assert by_nbgrader(root, assignment.name) == full
    assert by_pytest(folder / NOTEBOOK) == full
    graded = engine.grade(submission, "1_rnn_layers", folder)
    assert {name: graded.judgements[name].points(most) for name, most in full.items()} == full


def by_nbgrader(root: Path, assignment: str) -> dict[str, float]:
    demo.nbgrader(root, "autograde", assignment)
    (row,) = rows(CourseDirectory(root=str(root)), assignment)
    assert (row.status, row.notes) == (Status.GRADED, ())
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        grades = gradebook.find_submission(assignment, "published").notebooks[0].grades
        return {g.name.removeprefix("check_"): g.auto_score for g in grades if g.name.startswith("check_")}


def by_pytest(path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "autograder", "pytest", str(path), "-q", "-p", "no:cacheprovider"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return {name: float(points) for name, points in re.findall(r"^(\w+) +([\d.]+) of [\d.]+$", result.stdout, re.M)}
