"""What a student has handed in, for nbgrader's converter."""

from __future__ import annotations

from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from autograder.assignment import Assignment
from autograder.intake.folder import Submission, kept


def submission(coursedir: CourseDirectory, assignment: Assignment, student: str, digest: str) -> Submission:
    """What a student has handed in, read once for all notebooks. digest: of the files in the submission's folder."""
    place = coursedir.format_path(coursedir.submitted_directory, student, assignment.name)
    release = Path(coursedir.format_path(coursedir.release_directory, ".", assignment.name))
    changed = repr([(path.name, path.stat().st_mtime_ns) for path in sorted(release.glob("*.ipynb"))])
    return kept(Path(place), release, assignment.source, assignment.library, f"{digest} {changed}")
