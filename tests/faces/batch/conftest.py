"""A small class that is handed in, and the same class graded, for all that look at the batch command."""

from __future__ import annotations

import fcntl
import json
import subprocess
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from tests.support import batch_command
from tests.support.batch_command import copy, start
from tests.support.batch_runs import WAIT
from tests.support.course import CourseFolder
from tests.support.shared import for_all_processes

SAID = "said.json"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, reference_code: str) -> Path:
    """The class handed in, the class graded, and what that said: made by the first of the tests' processes to ask."""
    place = for_all_processes(tmp_path_factory) / "class"
    place.mkdir(exist_ok=True)
    with open(place / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / SAID).exists():
            handed_in = batch_command.make(place / "handed_in", reference_code)
            process = start(copy(handed_in, place / "run"))
            out, err = process.communicate(timeout=WAIT)
            (place / SAID).write_text(json.dumps([process.args, process.returncode, out, err]))
    return place


@pytest.fixture(scope="session")
def handed_in(made: Path, assignment: Assignment) -> CourseFolder:
    """The class before it is graded; not to be changed."""
    return CourseFolder(made / "handed_in", assignment)


@pytest.fixture(scope="session")
def run(made: Path, assignment: Assignment) -> tuple[CourseFolder, subprocess.CompletedProcess[str]]:
    """The class graded by one undisturbed run, and what that said."""
    said = json.loads((made / SAID).read_text())
    return CourseFolder(made / "run", assignment), subprocess.CompletedProcess(*said)


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
