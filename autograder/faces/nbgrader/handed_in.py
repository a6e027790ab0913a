"""What a student has handed in, for nbgrader's converter."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from nbgrader.converters import Autograde

from autograder.assignment import Assignment
from autograder.intake import links
from autograder.intake.folder import Submission, kept
from autograder.intake.tree import NOTEBOOK


def submission(converter: Autograde, assignment: Assignment, student: str, digest: str) -> Submission:
    """What a student has handed in, read once for all notebooks. digest: of the files in the submission's folder."""
    coursedir, theirs = converter.coursedir, converter.exclude_overwriting.get(assignment.name, [])
    place = coursedir.format_path(coursedir.submitted_directory, student, assignment.name)
    release = Path(coursedir.format_path(coursedir.release_directory, ".", assignment.name))
    changed = repr([(path.name, path.stat().st_mtime_ns) for path in sorted(release.glob("*.ipynb"))])
    return kept(
        Path(place), release, assignment.source, assignment.library, tuple(map(str, theirs)), f"{digest} {changed}"
    )


def copy_moved(found: Submission, graded: Path) -> None:
    """Put the files that came with notebooks in a folder or an archive into the graded copy, where people look at them.

    What is there already stays, the course's own files among it; nothing is written that nbgrader would run or read.
    """
    for name, content in found.moved().contents.items():
        path = graded / name
        if name.endswith(NOTEBOOK) or name == links.TIMESTAMP or links.CONFIG.fullmatch(path.name):
            continue
        with contextlib.suppress(OSError):  # a file is where it needs a folder
            path.parent.mkdir(parents=True, exist_ok=True)
            if not os.path.lexists(path):
                path.write_bytes(content.tobytes())
