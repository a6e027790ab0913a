"""What nbgrader's gradebook holds of a class."""

from __future__ import annotations

from dataclasses import dataclass

from nbgrader.api import Gradebook


@dataclass(frozen=True)
class Marks:
    """What the gradebook holds of one cell."""

    auto: float | None
    manual: float | None
    waits: bool


def saved_marks(gradebook: Gradebook, assignment: str, notebook: str = "") -> dict[str, dict[str, Marks]]:
    """Of each student with a submission the marks of all graded cells, by name: of one notebook, or of all."""
    return {
        submission.student_id: {
            grade.name: Marks(grade.auto_score, grade.manual_score, grade.needs_manual_grade)
            for submitted in submission.notebooks
            if submitted.name == notebook or not notebook
            for grade in submitted.grades
        }
        for submission in gradebook.assignment_submissions(assignment)
    }
