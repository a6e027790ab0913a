"""`nbgrader export` with each submission's status: what could not be graded has no score, rather than a zero."""

from __future__ import annotations

import csv
from typing import Any

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins.export import ExportPlugin

from autograder import spreadsheet
from autograder.course.marks import Row, rows, score

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
NOT_HANDED_IN = "not handed in"


def safe(column: str, value: object) -> object:
    """What stands in a cell: a name that a student chose is a text there, never a formula."""
    return (spreadsheet.identifier if column in IDENTIFYING else spreadsheet.cell)(value)


class MarksExport(ExportPlugin):
    """Writes grades.csv, or the file named with --to: a line for every student and assignment."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the marks of the chosen assignments and students, by default of all."""
        coursedir = self.parent.coursedir
        with open(self.to or "grades.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, FIELDS)
            writer.writeheader()
            for assignment in gradebook.assignments:
                if not self.assignment or assignment.name in map(str, self.assignment):
                    for told in self._lines(coursedir, gradebook, assignment):
                        writer.writerow({name: safe(name, value) for name, value in told.items()})

    def _lines(self, coursedir: CourseDirectory, gradebook: Gradebook, assignment: Assignment) -> list[dict[str, Any]]:
        handed_in = {row.student: row for row in rows(coursedir, assignment.name)}
        students = {student.id: student for student in gradebook.students}
        names = sorted(students.keys() | handed_in.keys())  # a folder without a notebook makes no student
        chosen = [name for name in names if not self.student or name in map(str, self.student)]
        return [line(gradebook, assignment, name, students.get(name), handed_in.get(name)) for name in chosen]


def line(
    gradebook: Gradebook, assignment: Assignment, name: str, student: Student | None, row: Row | None
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
    known |= {"timestamp": submission.timestamp, "needs_manual_grade": submission.needs_manual_grade}
    if row and row.points is None:
        return known
    points, penalty = score(submission)
    return known | {"raw_score": submission.score, "late_submission_penalty": penalty, "score": points}
