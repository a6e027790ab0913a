"""Digests of a submission and of the assignment: they change with what decides the marks, and with nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from autograder.assignment import Assignment
from autograder.course import fingerprint
from autograder.course.fingerprint import of_assignment, of_submission


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "submission"
    (root / "cs231n").mkdir(parents=True)
    (root / "1_rnn_layers.ipynb").write_text("{}")
    (root / "cs231n" / "a.py").write_text("a = 1\n")
    return root


def test_a_copy_has_the_same_digest_whatever_the_times_and_modes(folder: Path, tmp_path: Path):
    other = shutil.copytree(folder, tmp_path / "elsewhere", copy_function=shutil.copyfile)
    os.utime(other / "1_rnn_layers.ipynb", (1, 1))
    (other / "1_rnn_layers.ipynb").chmod(0o600)
    assert of_submission(other) == of_submission(folder)


def change_bytes(folder: Path) -> None:
    (folder / "1_rnn_layers.ipynb").write_text("{ }")


def add_empty(folder: Path) -> None:
    (folder / "new.txt").touch()


def rename(folder: Path) -> None:
    (folder / "cs231n" / "a.py").rename(folder / "cs231n" / "b.py")


def move(folder: Path) -> None:
    (folder / "cs231n" / "a.py").rename(folder / "a.py")


def swap(folder: Path) -> None:
    (folder / "1_rnn_layers.ipynb").write_text("a = 1\n")
    (folder / "cs231n" / "a.py").write_text("{}")


def link(folder: Path) -> None:
    (folder / "1_rnn_layers.ipynb").unlink()
    (folder / "1_rnn_layers.ipynb").symlink_to("cs231n/a.py")


def fifo(folder: Path) -> None:
    os.mkfifo(folder / "pipe")


@pytest.mark.parametrize("change", [change_bytes, add_empty, rename, move, swap, link, fifo])
def test_each_change_is_seen(folder: Path, change):
    before = of_submission(folder)
    change(folder)
    assert of_submission(folder) != before


def test_data_and_caches_do_not_count(folder: Path):
    before = of_submission(folder)
    for name in ("cs231n/datasets", "cs231n/__pycache__", ".ipynb_checkpoints"):
        (folder / name).mkdir()
        (folder / name / "file").write_text("x")
    assert of_submission(folder) == before


def test_links_are_not_followed(folder: Path, tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / "to_folder").symlink_to(outside)
    (folder / "to_itself").symlink_to("to_itself")
    before = of_submission(folder)
    (outside / "file").write_text("x")
    assert of_submission(folder) == before
    (folder / "to_folder").unlink()
    (folder / "to_folder").symlink_to(tmp_path)
    assert of_submission(folder) != before


def test_a_large_file_counts_by_its_beginning_size_and_time(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fingerprint, "READ", 1 << 20)
    large = folder / "large"
    with open(large, "wb") as file:
        file.truncate(1 << 40)  # a terabyte of nothing
    before = of_submission(folder)
    with open(large, "r+b") as file:
        file.seek(1 << 30)
        file.write(b"x")
    assert of_submission(folder) != before


def test_a_folder_too_deep_to_be_read_stops_nothing(folder: Path):
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("deep", dir_fd=here)
        deeper = os.open("deep", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)
    try:
        assert len(of_submission(folder)) == 64
    finally:
        subprocess.run(["rm", "-rf", str(folder / "deep")], check=True)  # pytest cannot remove it


def test_odd_names_have_digests(folder: Path):
    before = of_submission(folder)
    open(os.fsencode(folder) + b"/\xff\n", "wb").close()
    assert of_submission(folder) != before


def test_the_assignment_is_its_notebooks_exercises_reference_tests_and_seed(assignment: Assignment, tmp_path: Path):
    other = replace(assignment, root=tmp_path)
    without = shutil.ignore_patterns("datasets", "__pycache__")
    for name in ("release", "solutions", "declared_in", "source"):
        shutil.copytree(getattr(assignment, name), getattr(other, name), ignore=without)
    before = of_assignment(assignment.release, assignment, 1)
    assert of_assignment(other.release, other, 1) == before
    assert of_assignment(other.release, other, 2) != before
    for file in (other.solutions / "rnn_layers.py", other.declared_in / "lstm_forward.py"):
        text = file.read_text()
        file.write_text(f"{text}\n# another\n")
        assert of_assignment(other.release, other, 1) != before
        file.write_text(text)
    hide_a_test(other.source / "1_rnn_layers.ipynb")
    assert of_assignment(other.release, other, 1) != before
    with open(other.release / "1_rnn_layers.ipynb", "a") as file:
        file.write("\n")
    assert of_assignment(other.release, assignment, 1) != before


def hide_a_test(path: Path) -> None:
    """Add an ordinary test cell of nbgrader's to a source notebook."""
    notebook = nbformat.read(path, as_version=4)
    marks = {"grade_id": "hidden", "grade": True, "points": 1, "locked": True, "solution": False, "task": False}
    metadata = {"nbgrader": {**marks, "schema_version": 3}}
    notebook.cells.append(nbformat.v4.new_code_cell("assert True", metadata=metadata))
    nbformat.write(notebook, path)
