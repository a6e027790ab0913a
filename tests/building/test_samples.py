"""`python -m autograder samples`: sample submissions for whoever tries a course."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest

from autograder.assignment import Assignment
from autograder.building import demo
from autograder.cli import main


@pytest.fixture
def folder(tmp_path: Path, assignment: Assignment) -> Path:
    """A course folder with a release."""
    demo.lay_out(assignment, tmp_path)
    shutil.copytree(
        assignment.release, tmp_path / "release" / assignment.name, ignore=shutil.ignore_patterns("datasets")
    )
    return tmp_path


def test_the_chosen_ones_are_handed_in_again_and_again(folder: Path, assignment: Assignment) -> None:
    lost = folder / "submitted" / "no_carry" / assignment.name / "lost.txt"
    lost.parent.mkdir(parents=True)
    lost.write_text("from an earlier try")
    assert main(["samples", "no_carry", "untouched", "--course", str(folder)]) == 0
    assert sorted(path.name for path in (folder / "submitted").iterdir()) == ["no_carry", "untouched"]
    assert not lost.exists()
    for path in assignment.notebooks:
        notebook = nbformat.read(lost.parent / path.name, as_version=4)
        assert not any(
            "raise NotImplementedError" in cell.source for cell in notebook.cells if cell.cell_type == "code"
        )


def test_an_unknown_one_is_an_error_that_names_the_others(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["samples", "nobody", "--course", str(folder)]) == 2
    said = capsys.readouterr().err
    assert "there is no sample nobody" in said and "no_carry" in said
    assert not (folder / "submitted").exists()


def test_without_a_release_the_next_step_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(folder / "release")
    assert main(["samples", "--course", str(folder)]) == 2
    assert "run `nbgrader generate_assignment rnn_captioning` first" in capsys.readouterr().err
