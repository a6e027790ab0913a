"""Make the release with nbgrader's own generate_assignment, and put the data set into it."""

from __future__ import annotations

import filecmp
import logging
import shutil
import tempfile
from pathlib import Path

from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from ..course import Course
from ..plugin import configure
from ..plugin.release import IN_RELEASE, share_data

UNTRACKED = ("datasets", "__pycache__", ".ipynb_checkpoints")


def stale(course: Course) -> list[str]:
    """The released files that differ from what nbgrader would release now (the data set aside)."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = _generate(course, Path(folder))
        names = sorted(_files(fresh) | _files(course.release))
        return [
            str((course.release / name).relative_to(course.root))
            for name in names
            if not _equal(fresh / name, course.release / name)
        ]


def make(course: Course) -> None:
    """Replace the release by a fresh one."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = _generate(course, Path(folder))
        shutil.rmtree(course.release, ignore_errors=True)
        course.release.parent.mkdir(exist_ok=True)
        shutil.copytree(fresh, course.release)


def add_data(course: Course) -> None:
    """Put the data set into the release: a fresh clone has it in data/ only."""
    share_data(course.data, course.release / IN_RELEASE)


def _generate(course: Course, folder: Path) -> Path:
    """Run nbgrader's converter with the course's configuration into `folder`, without a gradebook."""
    config = Config()
    configure(config)
    config.GenerateAssignment.no_database, config.SaveCells.enabled = True, False
    coursedir = CourseDirectory(
        root=str(course.root),
        assignment_id=course.assignment,
        release_directory=str(folder / "release"),
        config=config,
    )
    converter = GenerateAssignment(coursedir=coursedir, config=config)
    converter.log.setLevel(logging.WARNING)
    converter.start()
    return folder / "release" / course.assignment


def _files(folder: Path) -> set[Path]:
    found = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {path for path in found if not set(path.parts) & set(UNTRACKED)}


def _equal(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)
