"""Grade what was submitted to Gradescope, read and repaired as nbgrader's own path does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment import Assignment
from autograder.engine import Graded
from autograder.intake import links
from autograder.intake.submission import read_submission, with_tests
from autograder.record import Note, load_from

from .settings import PackageSettings


@dataclass(frozen=True)
class GradedNotebook:
    """What came of one notebook: its grading, None where it could not be read, and notes on what was wrong with it."""

    notebook: str
    notes: tuple[Note, ...]
    graded: Graded | None


def grade_submission(assignment: Assignment, settings: PackageSettings, submission: Path) -> Iterator[GradedNotebook]:
    """Grade the notebooks that the settings name, one after another; what was submitted is made safe in its place.

    Raises UnsafeSubmissionError where it must not be touched, SandboxLevelError where the sandbox is not good enough.
    """
    with settings.engine(assignment) as engine:
        folder = safe_folder(assignment, submission)
        for name in settings.notebooks:
            notebook = read_submission(folder / f"{name}.ipynb", assignment.release)
            record = load_from(notebook.metadata)
            assert record, "whatever was read has a record"
            with_tests(notebook, assignment, name)
            graded = engine.grade(notebook, name, folder) if record.status.has_marks else None
            yield GradedNotebook(name, record.notes, graded)


def safe_folder(assignment: Assignment, submission: Path) -> Path:
    """Replace links and special files; returns the folder that holds the notebooks, which a zip file may bring along.

    It is the one that lies highest; the submission itself where none or several do.
    """
    links.make_safe(submission, {})
    level = [submission]
    while level and not (found := [folder for folder in level if any(_shown(folder.glob("*.ipynb")))]):
        level = [path for folder in level for path in _shown(folder.iterdir()) if path.is_dir()]
    folder = found[0] if level and len(found) == 1 else submission
    links.make_safe(folder, links.files_of(assignment.source))
    return folder


def _shown(paths: Iterable[Path]) -> list[Path]:
    """Those that are not hidden, nor what a system adds to a zip file (__MACOSX)."""
    return [path for path in sorted(paths) if not path.name.startswith((".", "__"))]
