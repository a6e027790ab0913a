"""Grade what was submitted to Gradescope, read and repaired as nbgrader's own path does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..course import Course
from ..grade import Graded
from ..plugin import links
from ..plugin.intake import STATUS, UNREADABLE, read_submission
from .settings import Settings


@dataclass(frozen=True)
class Outcome:
    """What came of one notebook: its grading, None where it could not be read, and notes on what was wrong with it."""

    notebook: str
    notes: tuple[str, ...]
    graded: Graded | None


def grade_submission(course: Course, settings: Settings, submission: Path) -> Iterator[Outcome]:
    """Grade the notebooks that the settings name, one after another; what was submitted is put in order in its place.

    Raises UnsafeError where it must not be touched, and SandboxError where the sandbox is not good enough.
    """
    with settings.engine(course) as engine:
        folder = put_in_order(course, submission)
        for name in settings.notebooks:
            notebook = read_submission(folder / f"{name}.ipynb", course.release)
            record = notebook.metadata[STATUS]
            readable = record["status"] != UNREADABLE
            graded = engine.grade(notebook, name, folder) if readable else None
            yield Outcome(name, tuple(record["notes"]), graded)


def put_in_order(course: Course, submission: Path) -> Path:
    """Replace links and special files; returns the folder that holds the notebooks, which a zip file may bring along.

    It is the one that lies highest; the submission itself where none or several do.
    """
    links.put_in_order(submission, {})
    level = [submission]
    while level and not (found := [folder for folder in level if any(_shown(folder.glob("*.ipynb")))]):
        level = [path for folder in level for path in _shown(folder.iterdir()) if path.is_dir()]
    folder = found[0] if level and len(found) == 1 else submission
    links.put_in_order(folder, links.files_of(course.source))
    return folder


def _shown(paths: Iterable[Path]) -> list[Path]:
    """Those that are not hidden, nor what a system adds to a zip file (__MACOSX)."""
    return [path for path in sorted(paths) if not path.name.startswith((".", "__"))]
