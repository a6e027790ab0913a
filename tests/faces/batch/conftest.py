"""A small class that is handed in, and the same class graded, for all that look at the batch command."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from tests.support import batch_command
from tests.support.batch_command import copy, start
from tests.support.batch_runs import WAIT
from tests.support.course import CourseFolder


@pytest.fixture(scope="session")
def handed_in(tmp_path_factory: pytest.TempPathFactory, assignment: Assignment, reference_code: str) -> CourseFolder:
    return batch_command.make(tmp_path_factory.mktemp("class") / "handed_in", assignment, reference_code)


@pytest.fixture(scope="session")
def run(handed_in: CourseFolder) -> tuple[CourseFolder, subprocess.CompletedProcess[str]]:
    """The class graded by one undisturbed run, and what that said."""
    folder = copy(handed_in, handed_in.root.parent / "run")
    process = start(folder)
    out, err = process.communicate(timeout=WAIT)
    return folder, subprocess.CompletedProcess(process.args, process.returncode, out, err)


@pytest.fixture(scope="session")
def whole(run: tuple[CourseFolder, object]) -> CourseFolder:
    """The class after an undisturbed run; not to be changed."""
    return run[0]


@pytest.fixture
def done(whole: CourseFolder, tmp_path: Path) -> CourseFolder:
    """A graded class for one test."""
    return copy(whole, tmp_path / "done")


@pytest.fixture
def fresh(handed_in: CourseFolder, tmp_path: Path) -> CourseFolder:
    """An ungraded class for one test."""
    return copy(handed_in, tmp_path / "fresh")
