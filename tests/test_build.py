"""What is built from source/ is fresh, and a change is noticed by name."""

from __future__ import annotations

import filecmp
import shutil
from pathlib import Path

import nbformat
import pytest
from nbgrader.apps.api import NbGraderAPI
from traitlets.config.loader import PyFileConfigLoader

from autograder import artefacts, demo
from autograder.artefacts import checks, reference, release, solved
from autograder.cli import main
from autograder.course import Course
from autograder.plugin.release import IN_RELEASE

pytestmark = pytest.mark.slow
NOTEBOOK = "1_rnn_layers.ipynb"
SOLVED = [f"solutions/{name}.ipynb" for name in ("1_rnn_layers", "2_captioning", "3_lstm")]


@pytest.fixture
def copy(course: Course, tmp_path: Path) -> Course:
    """A course that may be changed, with everything built in it."""
    for name in ("source", "release", "solutions"):
        shutil.copytree(course.root / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "datasets"))
    shutil.copytree(course.data, tmp_path / "data" / course.data.name)
    return Course(root=tmp_path)


def edit_cell(course: Course, grade_id: str, old: str, new: str) -> None:
    path = course.source / NOTEBOOK
    notebook = nbformat.read(path, as_version=4)
    (cell,) = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id]
    assert old in cell.source
    cell.source = cell.source.replace(old, new)
    nbformat.write(notebook, path)


def test_committed_build_is_fresh(capsys):
    assert main(["build", "--check"]) == 0, capsys.readouterr().out


def test_building_what_is_fresh_changes_nothing(copy: Course):
    before = {path: path.stat().st_mtime_ns for path in copy.root.rglob("*") if path.is_file()}
    said: list[str] = []
    artefacts.build(copy, said.append)
    assert all(line.endswith("fresh") for line in said)
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_changed_solution_is_named_with_the_command_that_mends_it(copy: Course):
    edit_cell(copy, "rnn_step_forward", "np.tanh(", "0.5 * np.tanh(")
    said: list[str] = []
    assert not artefacts.check(copy, said.append)
    stale = [line.split()[1] for line in said[:-1]]
    assert stale == ["solutions/rnn_layers.py", *SOLVED]
    assert "python -m autograder build" in said[-1]

    reference.make(copy)
    assert reference.stale(copy) == []
    assert checks.stale(copy) == ["source/rnn_captioning/checks.h5"]  # its values come from the reference


def test_changed_library_makes_release_and_solved_notebook_stale(copy: Course):
    library = copy.source / "cs231n" / "gradient_check.py"
    library.write_text(f"{library.read_text()}# a change\n")
    assert release.stale(copy) == ["release/rnn_captioning/cs231n/gradient_check.py"]
    assert solved.stale(copy) == SOLVED


def test_edits_by_hand_are_noticed(copy: Course):
    (copy.release / "notes.txt").write_text("left behind")
    (copy.solutions / "old.py").write_text("x = 1\n")
    assert release.stale(copy) == ["release/rnn_captioning/notes.txt"]
    assert reference.stale(copy) == ["solutions/old.py"]


@pytest.mark.parametrize("way", ["command", "Formgrader"])
def test_nbgrader_gives_the_same_release(course: Course, tmp_path: Path, way: str):
    root = tmp_path / "course"
    demo.lay_out(course, root)
    if way == "command":
        demo.nbgrader(root, "generate_assignment", course.assignment)
    else:  # the button calls this
        config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
        config.CourseDirectory.root = str(root)
        result = NbGraderAPI(config=config).generate_assignment(course.assignment)
        assert result["success"], result.get("log")
    made = root / "release" / course.assignment
    for path in (path for path in course.release.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        assert filecmp.cmp(path, made / path.relative_to(course.release), shallow=False), path
    data = {path.name for path in course.data.iterdir()}
    assert {path.name for path in (made / IN_RELEASE).iterdir()} == data


def test_release_holds_no_solution(course: Course, reference_code: str):
    """Of the solutions' code nothing is left in the released cells but what locked cells give."""
    code = {line.strip() for line in reference_code.splitlines() if " = " in line or line.strip().startswith("return")}
    cells = nbformat.read(course.release / NOTEBOOK, as_version=4).cells
    open_cells = [cell for cell in cells if not cell.metadata.get("nbgrader", {}).get("locked")]
    released = {line.strip() for cell in open_cells for line in cell.source.splitlines()}
    assert len(code) > 30
    assert not code & released
    model_answer = "Model answer"
    assert model_answer in (course.source / NOTEBOOK).read_text()
    assert model_answer not in (course.release / NOTEBOOK).read_text()
