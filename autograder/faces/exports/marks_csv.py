"""`nbgrader export` with each submission's status: what could not be graded has no score, rather than a zero."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins.export import ExportPlugin
from traitlets import Bool

from autograder import spreadsheet
from autograder.course.marks import DIGITS, Row, row_of_gone, rows, score
from autograder.errors import UserError, of_machine
from autograder.terminal import one_line

from . import by_exercise

FIELDS = (  # nbgrader's own, and two more
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
    "status",
    "sandbox",
    "needs_manual_grade",
)
IDENTIFYING = (  # columns by which a system, ours or another one, finds its rows
    "student_id",
    "email",
    *("ID", "SIS User ID", "SIS Login ID"),  # Canvas's
    *("Username", "ID number", "Email address"),  # Moodle's
)
READABLE = 0o666  # of a new file, before the umask
NOT_HANDED_IN = "not handed in"


def safe(column: str, value: object) -> object:
    """What stands in a cell: a name that a student chose is a text there, never a formula."""
    return (spreadsheet.identifier if column in IDENTIFYING else spreadsheet.cell)(value)


def replace(path: Path, text: str) -> None:
    """Put a text in a file's place when all of it was written: a full disk takes no earlier export away."""
    if path.exists() and not path.is_file():  # a pipe, or the terminal
        path.write_text(text, encoding="utf-8", newline="")
        return
    if not path.parent.is_dir():
        raise UserError(f"there is no folder {path.parent}")
    with NamedTemporaryFile("w", dir=path.parent, encoding="utf-8", newline="", delete=False) as file:
        try:
            file.write(text)
            file.flush()
            os.chmod(file.name, path.stat().st_mode if path.exists() else READABLE & ~_umask())
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise


def _umask() -> int:
    """What this process takes from a new file's permissions; it can only be read by setting it."""
    found = os.umask(0o077)
    os.umask(found)
    return found


class MarksExport(ExportPlugin):
    """Writes grades.csv, or the file named with --to: a line for every student and assignment."""

    bom = Bool(False, help="Begin the file with a byte order mark, by which Excel knows that it is UTF-8.").tag(
        config=True
    )
    exercises = Bool(False, help="Add a column for each exercise, test and question, with its points.").tag(config=True)

    def export(self, gradebook: Gradebook) -> None:
        """Write the marks of the chosen assignments and students, by default of all; a sentence where it cannot."""
        try:
            self._export(gradebook)
        except (OSError, UserError) as problem:
            said = of_machine(problem) if isinstance(problem, OSError) else ""
            raise SystemExit(f"error: {one_line(said or str(problem))}") from None

    def _export(self, gradebook: Gradebook) -> None:
        coursedir = self.parent.coursedir
        names = [str(name) for name in self.assignment]
        chosen = [each for each in gradebook.assignments if each.name in names or not names]
        if not chosen:
            raise UserError(f"the gradebook has no {'such assignment' if names else 'assignment yet'}")
        lines = [told for assignment in chosen for told in self._lines(coursedir, gradebook, assignment)]
        header = list(FIELDS)
        if self.exercises:
            header += [title for assignment in chosen for title in by_exercise.titles(coursedir, assignment)]
            earned = {assignment.name: by_exercise.points(gradebook, assignment) for assignment in chosen}
            lines = [{**told, **_earned(told, earned[told["assignment"]])} for told in lines]
        self._save(
            "grades.csv",
            [str(spreadsheet.cell(title)) for title in header],
            ([told.get(name, "") for name in header] for told in lines),
        )

    def _save(self, default: str, header: Sequence[str], rows: Iterable[Sequence[Any]], delimiter: str = ",") -> None:
        """Write the file, as a whole or not at all."""
        text = io.StringIO()
        writer = csv.writer(text, delimiter=delimiter)
        writer.writerow(header)
        writer.writerows([safe(name, value) for name, value in zip(header, row, strict=True)] for row in rows)
        replace(Path(self.to or default), f"{spreadsheet.MARK if self.bom else ''}{text.getvalue()}")

    def _lines(self, coursedir: CourseDirectory, gradebook: Gradebook, assignment: Assignment) -> list[dict[str, Any]]:
        handed_in = {row.student: row for row in rows(coursedir, assignment.name)}
        students = {student.id: student for student in gradebook.students}
        names = sorted(students.keys() | handed_in.keys())  # a folder without a notebook makes no student
        chosen = [name for name in names if not self.student or name in map(str, self.student)]
        return [
            line(coursedir, gradebook, assignment, name, students.get(name), handed_in.get(name)) for name in chosen
        ]


def _earned(told: Mapping[str, Any], by_student: Mapping[str, dict[str, float]]) -> dict[str, float]:
    """The points of one student's line by exercise; none where the submission as a whole has none."""
    return by_student.get(told["student_id"], {}) if told.get("raw_score") is not None else {}


def line(
    coursedir: CourseDirectory,
    gradebook: Gradebook,
    assignment: Assignment,
    name: str,
    student: Student | None,
    row: Row | None,
) -> dict[str, Any]:
    """One student's line; the scores are empty where the submission waits to be graded."""
    known = {field: getattr(student, field, None) for field in ("last_name", "first_name", "email")}
    known |= {"assignment": assignment.name, "duedate": assignment.duedate, "student_id": name}
    known |= {"max_score": assignment.max_score, "status": row.status if row else NOT_HANDED_IN}
    known |= {"sandbox": row.sandbox if row else ""}
    try:
        submission = gradebook.find_submission(assignment.name, name)
    except MissingEntry:
        return known if row else {**known, "raw_score": 0.0, "score": 0.0}
    row = row or row_of_gone(coursedir, gradebook, submission)
    known |= {"status": row.status, "sandbox": row.sandbox}
    known |= {"timestamp": submission.timestamp, "needs_manual_grade": submission.needs_manual_grade}
    if row.points is None:
        return known
    points, penalty = score(submission)
    known |= {"answers": row.manual, "held": row.held}
    return known | {"raw_score": round(submission.score, DIGITS), "late_submission_penalty": penalty, "score": points}
