"""What is built from source/ is fresh, and a change is noticed by name."""

from __future__ import annotations

import filecmp
from pathlib import Path

import nbformat
import pytest
from nbgrader.apps.api import NbGraderAPI
from traitlets.config.loader import PyFileConfigLoader

from autograder.assignment import Assignment
from autograder.building import artefacts, checks, demo, reference, release, solved
from autograder.cli import main
from tests.support.house import data_folder

pytestmark = pytest.mark.slow
NOTEBOOK = "1_rnn_layers.ipynb"
SOLVED = [
    f"solutions/rnn_captioning/{name}.ipynb" for name in ("1_rnn_layers", "2_captioning", "3_lstm", "4_attention")
]


def edit_cell(assignment: Assignment, grade_id: str, old: str, new: str) -> None:
    path = assignment.source / NOTEBOOK
    notebook = nbformat.read(path, as_version=4)
    (cell,) = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id]
    assert old in cell.source
    cell.source = cell.source.replace(old, new)
    nbformat.write(notebook, path)


def test_committed_build_is_fresh(capsys):
    assert main(["build", "--check"]) == 0, capsys.readouterr().out


def test_building_what_is_fresh_changes_nothing(copy: Assignment):
    before = {path: path.stat().st_mtime_ns for path in copy.root.rglob("*") if path.is_file()}
    said: list[str] = []
    artefacts.build(copy, said.append)
    assert all(line.endswith("fresh") for line in said)
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_changed_solution_is_named_with_the_command_that_mends_it(copy: Assignment):
    edit_cell(copy, "rnn_step_forward", "np.tanh(", "0.5 * np.tanh(")
    said: list[str] = []
    assert not artefacts.check(copy, said.append)
    stale = [line.split()[1] for line in said[:-1]]
    assert stale == ["solutions/rnn_captioning/rnn_layers.py", *SOLVED]
    assert "python -m autograder build" in said[-1]

    reference.make(copy)
    assert reference.stale(copy) == []
    assert checks.stale(copy) == ["solutions/rnn_captioning/checks.h5"]  # its values come from the reference


def test_changed_library_makes_release_and_solved_notebook_stale(copy: Assignment):
    library = copy.source / "cs231n" / "gradient_check.py"
    library.write_text(f"{library.read_text()}# a change\n")
    assert release.stale(copy) == ["release/rnn_captioning/cs231n/gradient_check.py"]
    assert solved.stale(copy) == SOLVED


def test_edits_by_hand_are_noticed(copy: Assignment):
    (copy.release / "notes.txt").write_text("left behind")
    (copy.solutions / "old.py").write_text("x = 1\n")
    assert release.stale(copy) == ["release/rnn_captioning/notes.txt"]
    assert reference.stale(copy) == ["solutions/rnn_captioning/old.py"]


@pytest.mark.parametrize("way", ["command", "Formgrader"])
def test_nbgrader_gives_the_same_release(assignment: Assignment, tmp_path: Path, way: str):
    root = tmp_path / "course"
    demo.lay_out(assignment, root)
    if way == "command":
        demo.nbgrader(root, "generate_assignment", assignment.name)
    else:  # the button calls this
        config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
        config.CourseDirectory.root = str(root)
        result = NbGraderAPI(config=config).generate_assignment(assignment.name)
        assert result["success"], result.get("log")
    made = root / "release" / assignment.name
    for path in (path for path in assignment.release.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        assert filecmp.cmp(path, made / path.relative_to(assignment.release), shallow=False), path
    data = {path.name for path in data_folder(assignment).iterdir()}
    assert {path.name for path in (made / assignment.data_in_release / data_folder(assignment).name).iterdir()} == data


def test_release_holds_no_solution(assignment: Assignment, reference_code: str):
    """Of the solutions' code nothing is left in the released cells but what locked cells give."""
    code = {line.strip() for line in reference_code.splitlines() if " = " in line or line.strip().startswith("return")}
    cells = nbformat.read(assignment.release / NOTEBOOK, as_version=4).cells
    open_cells = [cell for cell in cells if not cell.metadata.get("nbgrader", {}).get("locked")]
    released = {line.strip() for cell in open_cells for line in cell.source.splitlines()}
    assert len(code) > 30
    assert not code & released
    model_answer = "Model answer"
    assert model_answer in (assignment.source / NOTEBOOK).read_text()
    assert model_answer not in (assignment.release / NOTEBOOK).read_text()
