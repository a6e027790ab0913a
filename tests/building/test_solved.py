"""The solved notebooks: texts and points are brought up to date without a run, and nothing that was made is lost."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.assignment import Assignment, load
from autograder.building import artefacts, solved
from autograder.catalogues.files import FOLDER
from autograder.cells import grade_id
from autograder.errors import UserError
from tests.support.solving import never, pretend

NOTEBOOK = "1_rnn_layers.ipynb"
CHECK = "check_rnn_forward"
SECONDS = 60  # a build that runs cells takes minutes
NEW_TEXT = "A sentence of today: **{points:check_rnn_forward} of {points:*} points**, {points:nobody}."

Change = Callable[[NotebookNode], None]


def edit(assignment: Assignment, change: Change) -> None:
    path = assignment.source / NOTEBOOK
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    nbformat.write(notebook, path)


def cell_of(notebook: NotebookNode, name: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if grade_id(cell) == name)


@pytest.fixture
def tiny(tmp_path: Path) -> Assignment:
    """An assignment with one notebook and one solution."""
    assignment = Assignment(name="tiny", root=tmp_path)
    assignment.source.mkdir(parents=True)
    about = dict(grade=False, grade_id="double", locked=False, schema_version=3, solution=True, task=False)
    solution = nbformat.v4.new_code_cell("### BEGIN SOLUTION\ndouble = 2 * 21\n### END SOLUTION\ndouble")
    solution.metadata.nbgrader = about
    cells = [nbformat.v4.new_markdown_cell("A text."), solution, nbformat.v4.new_code_cell("double + 1", id="after")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), assignment.source / "tiny.ipynb")
    return assignment


def edit_tiny(assignment: Assignment, number: int, source: str) -> None:
    path = assignment.source / "tiny.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[number].source = source
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def changed(built: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """A course built anew after a sentence, the points of an exercise, and places for points were changed.

    The tests only read it.
    """
    root = tmp_path_factory.mktemp("changed") / "copy"
    shutil.copytree(built.root, root)
    copy = load(root, built.name)

    def change(notebook: NotebookNode) -> None:
        notebook.cells[0].source = NEW_TEXT
        cell_of(notebook, CHECK).metadata.nbgrader.points = 7.5

    shutil.rmtree(copy.declared_in / FOLDER)  # a changed sentence would wait for its translation
    edit(copy, change)
    assert solved.stale(copy) == [f"solutions/rnn_captioning/{NOTEBOOK}"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solved, "_execute", never)
        start = time.monotonic()
        artefacts.build(copy, lambda _: None)
        assert time.monotonic() - start < SECONDS
    return copy


@pytest.mark.slow
class TestWithoutARun:
    """What `build` does where no code has changed."""

    def test_a_changed_sentence_or_number_of_points_runs_no_cell(self, changed: Assignment, built: Assignment):
        said: list[str] = []
        assert artefacts.check(changed, said.append), said
        before, now = (nbformat.read(each.solutions / NOTEBOOK, as_version=4) for each in (built, changed))
        for old, new in zip(before.cells, now.cells, strict=True):
            assert (old.get("outputs"), old.get("execution_count")) == (new.get("outputs"), new.get("execution_count"))
        for folder in (changed.release, changed.solutions):
            notebook = nbformat.read(folder / NOTEBOOK, as_version=4)
            assert cell_of(notebook, CHECK).metadata.nbgrader.points == 7.5

    def test_points_stand_in_the_texts(self, changed: Assignment):
        total = sum(changed.points("1_rnn_layers").values()) + changed.points_by_hand("1_rnn_layers")
        assert total == 59.5  # of 60 before
        for folder in (changed.release, changed.solutions):
            notebook = nbformat.read(folder / NOTEBOOK, as_version=4)
            shown = notebook.cells[0].source
            assert shown == "A sentence of today: **7.5 of 59.5 points**, {points:nobody}.", folder
            others = [cell.source for cell in notebook.cells[1:] if cell.cell_type == "markdown"]
            assert not any("{points:" in text for text in others), folder
            assert any("7.5 points" in text for text in others), folder


@pytest.mark.slow
def test_an_interrupted_build_keeps_what_was_made(copy: Assignment, monkeypatch: pytest.MonkeyPatch):
    library = copy.source / "cs231n" / "gradient_check.py"
    library.write_text(f"{library.read_text()}# a change\n")
    second, *later = (f"solutions/rnn_captioning/{name}.ipynb" for name in ("2_captioning", "3_lstm", "4_attention"))
    before = (copy.root / second).read_bytes()

    def stop_at_the_second(client: solved.NotebookClient, path: Path) -> None:
        if path.name != NOTEBOOK:
            raise KeyboardInterrupt
        pretend(client, path)

    monkeypatch.setattr(solved, "_execute", stop_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        solved.make(copy)
    assert solved.stale(copy) == [second, *later]
    assert (copy.root / second).read_bytes() == before  # as a whole, or not at all
    assert not list(copy.solutions.glob("*.part"))

    run: list[str] = []

    def count(client: solved.NotebookClient, path: Path) -> None:
        run.append(path.name)
        pretend(client, path)

    monkeypatch.setattr(solved, "_execute", count)
    solved.make(copy)
    assert run == ["2_captioning.ipynb", "3_lstm.ipynb", "4_attention.ipynb"]  # the same command goes on
    assert not solved.stale(copy)


@pytest.mark.slow
def test_a_solved_notebook_has_outputs_and_no_markers(tiny: Assignment, monkeypatch: pytest.MonkeyPatch):
    assert solved.stale(tiny) == ["solutions/tiny/tiny.ipynb"]
    solved.make(tiny)
    assert solved.stale(tiny) == []
    _, solution, after = nbformat.read(tiny.solutions / "tiny.ipynb", as_version=4).cells
    assert solution.source == "double = 2 * 21\ndouble"
    assert [cell.outputs[0].data["text/plain"] for cell in (solution, after)] == ["42", "43"]
    (tiny.solutions / "old.ipynb").write_text("{}")
    assert solved.stale(tiny) == ["solutions/tiny/old.ipynb"]
    monkeypatch.setattr(solved, "_execute", never)
    solved.make(tiny)
    assert not (tiny.solutions / "old.ipynb").exists()

    edit_tiny(tiny, 2, "double + 2")
    with pytest.raises(AssertionError, match="a cell was run"):  # now its code has changed
        solved.make(tiny)


@pytest.mark.slow
def test_a_solved_notebook_imports_what_lies_beside_it(tiny: Assignment, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONSAFEPATH", "1")  # as `python -m autograder` sets it for what it starts
    (tiny.source / "beside.py").write_text("half = 21\n")
    edit_tiny(tiny, 1, "### BEGIN SOLUTION\nfrom beside import half\ndouble = 2 * half\n### END SOLUTION\ndouble")
    solved.make(tiny)
    found = nbformat.read(tiny.solutions / "tiny.ipynb", as_version=4)
    assert found.cells[1].outputs[0].data["text/plain"] == "42"


@pytest.mark.slow
@pytest.mark.parametrize(("number", "name"), [(1, "double"), (2, "after")])
def test_a_failing_solution_is_named_with_its_notebook_and_cell(tiny: Assignment, number: int, name: str):
    edit_tiny(tiny, number, "1 / 0")
    with pytest.raises(UserError) as failure:
        solved.make(tiny)
    path = tiny.source / "tiny.ipynb"
    said = f"{path}, cell {name}, fails with its own solution (ZeroDivisionError: division by zero): mend it"
    assert str(failure.value) == said
    assert not (tiny.solutions / "tiny.ipynb").exists()


@pytest.mark.slow
def test_a_solution_that_does_not_end_is_an_error(tiny: Assignment, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(solved, "CELL_LIMIT", 1)
    edit_tiny(tiny, 2, "while True: pass")
    with pytest.raises(UserError, match=r"tiny\.ipynb took longer than 1 s"):
        solved.make(tiny)
