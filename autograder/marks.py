"""The marks of a class as nbgrader's gradebook has them, with each submission's status; never a silent zero."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory

from .plugin.intake import STATUS

WORST_FIRST = ("unreadable", "not graded", "repaired", "graded")
ADVICE = {
    "not graded": "Nothing was graded yet, or grading failed: run `nbgrader autograde` again and read its log.",
    "unreadable": "Look at it by hand, or ask for it again.",
}
NO_NOTEBOOK = "No notebook lies in the submission's folder: look into its subfolders, or ask for it again."


@dataclass(frozen=True)
class Row:
    """One student's line: points so far, the most possible, the status, and what an instructor should know."""

    student: str
    points: float | None
    most: float
    status: str
    manual: bool
    notes: tuple[str, ...]
    feedback: tuple[Path, ...]


def rows(coursedir: CourseDirectory, assignment: str) -> Iterator[Row]:
    """A row for every folder in submitted/, in order of the students' names."""
    submitted = Path(coursedir.format_path(coursedir.submitted_directory, "*", assignment))
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        for folder in sorted(Path(coursedir.root).glob(str(submitted.relative_to(coursedir.root)))):
            yield _row(coursedir, gradebook, assignment, folder.parent.name)


def _row(coursedir: CourseDirectory, gradebook: Gradebook, assignment: str, student: str) -> Row:
    graded = Path(coursedir.format_path(coursedir.autograded_directory, student, assignment))
    feedback = Path(coursedir.format_path(coursedir.feedback_directory, student, assignment))
    records = [nbformat.read(path, as_version=4).metadata.get(STATUS, {}) for path in sorted(graded.glob("*.ipynb"))]
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        submission = None
    if submission is None or not records:
        most = gradebook.find_assignment(assignment).max_score
        handed_in = Path(coursedir.format_path(coursedir.submitted_directory, student, assignment))
        note = ADVICE["not graded"] if any(handed_in.glob("*.ipynb")) else NO_NOTEBOOK
        return Row(student, None, most, "not graded", False, (note,), ())
    status = min((record.get("status", "not graded") for record in records), key=WORST_FIRST.index)
    notes = [note for record in records for note in record.get("notes", [])]
    if status in ADVICE:
        notes.append(ADVICE[status])
    points = None if status == "unreadable" else submission.score
    pages = tuple(sorted(feedback.glob("*.html")))
    return Row(student, points, submission.max_score, status, submission.needs_manual_grade, tuple(notes), pages)


def table(lines: list[Row], root: Path) -> str:
    """The rows as text for a terminal, feedback pages relative to `root`."""
    width = max([len("student"), *(len(row.student) for row in lines)])
    text = [f"{'student':<{width}}  {'points':>11}  {'status':<11} feedback"]
    for row in lines:
        points = "-" if row.points is None else f"{row.points:g}"
        pages = ", ".join(_relative(page, root) for page in row.feedback) or "-"
        manual = " (a written answer waits for you)" if row.manual and row.points is not None else ""
        text.append(f"{row.student:<{width}}  {points:>5} of {row.most:<3g} {row.status:<11} {pages}{manual}")
        text += [f"{'':<{width}}    {note}" for note in row.notes]
    return "\n".join(text)


def _relative(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
