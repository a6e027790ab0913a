"""Make the release with nbgrader's own generate_assignment, and put the data set into it."""

from __future__ import annotations

import filecmp
import logging
import shutil
import tempfile
from pathlib import Path

from nbgrader.converters import GenerateAssignment, NbGraderException
from nbgrader.coursedir import CourseDirectory

from autograder.assignment import CACHES, DATA, Assignment
from autograder.course.configuration import plugged_in
from autograder.errors import AssignmentError
from autograder.release import data, share

UNTRACKED = (DATA, *CACHES)


def stale(assignment: Assignment) -> list[str]:
    """The released files that differ from what nbgrader would release now (the data set aside)."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = generate(assignment, Path(folder))
        names = sorted(_files(fresh) | _files(assignment.release))
        return [
            str((assignment.release / name).relative_to(assignment.root))
            for name in names
            if not _equal(fresh / name, assignment.release / name)
        ]


def make(assignment: Assignment) -> None:
    """Replace the release by a fresh one."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = generate(assignment, Path(folder))
        shutil.rmtree(assignment.release, ignore_errors=True)
        assignment.release.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(fresh, assignment.release)


def add_data(assignment: Assignment) -> None:
    """Put the data set into the release: a fresh clone has it in data/ only."""
    share(data(assignment), assignment.release)


def generate(assignment: Assignment, folder: Path, usual_numbers: bool = True) -> Path:
    """Run nbgrader's converter with the course's configuration into `folder`, without a gradebook.

    usual_numbers: whether numbers that may be a student's own are the usual ones, or still marked. Raises
    AssignmentError where something in it must not be released.
    """
    config = plugged_in()
    config.CompleteRelease.usual_numbers = usual_numbers
    config.Assignment.language = assignment.language
    config.GenerateAssignment.no_database, config.SaveCells.enabled = True, False
    coursedir = CourseDirectory(
        root=str(assignment.root),
        assignment_id=assignment.name,
        release_directory=str(folder / "release"),
        config=config,
    )
    converter = _Converter(coursedir=coursedir, config=config)
    converter.log.setLevel(logging.WARNING)
    converter.start()
    return folder / "release" / assignment.name


class _Converter(GenerateAssignment):
    """nbgrader's converter, which ends with what a preprocessor refuses, and not with a trace of it in the log."""

    def convert_single_notebook(self, notebook_filename: str) -> None:
        """Convert one notebook; raises AssignmentError with the reason where it is refused."""
        try:
            super().convert_single_notebook(notebook_filename)
        except NbGraderException as problem:
            raise _RefusedError(str(problem)) from None

    def convert_notebooks(self) -> None:
        """Convert all notebooks."""
        try:
            super().convert_notebooks()
        except _RefusedError as refused:
            raise AssignmentError(str(refused)) from None


class _RefusedError(BaseException):
    """On its way past nbgrader, which would log any Exception with a trace and go on with another sentence."""


def _files(folder: Path) -> set[Path]:
    found = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {path for path in found if not set(path.parts) & set(UNTRACKED)}


def _equal(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)
