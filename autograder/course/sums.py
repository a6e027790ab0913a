"""The sums of a class in the gradebook, read together: one submission after another takes milliseconds for each sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from nbgrader.api import Assignment, Grade, Gradebook, Notebook, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import func, select


@dataclass
class Sums:
    """One submission: the names of its notebooks, the points of all cells, and what was taken off for lateness."""

    notebooks: list[str] = field(default_factory=list)
    points: float = 0.0
    penalty: float = 0.0


def sums(gradebook: Gradebook, assignment: str, *students: str) -> dict[str, Sums]:
    """The sums of everybody who has an entry, or of some students, by the student's id."""
    student, notebook = SubmittedAssignment.student_id, SubmittedNotebook
    found = {name: Sums() for (name,) in gradebook.db.execute(_of(assignment, students, student))}
    every = _of(assignment, students, student, Notebook.name, notebook.late_submission_penalty)
    every = every.join(notebook, notebook.assignment_id == SubmittedAssignment.id)
    for name, title, penalty in gradebook.db.execute(every.join(Notebook, Notebook.id == notebook.notebook_id)):
        each = found.setdefault(name, Sums())  # somebody may have been graded since the look before
        each.notebooks.append(title)
        each.penalty += penalty or 0.0
    earned = _of(assignment, students, student, func.sum(Grade.score))
    earned = earned.join(notebook, notebook.assignment_id == SubmittedAssignment.id)
    for name, points in gradebook.db.execute(earned.join(Grade, Grade.notebook_id == notebook.id).group_by(student)):
        found.setdefault(name, Sums()).points = points or 0.0
    return found


def _of(assignment: str, students: Sequence[str], *columns: Any) -> Any:
    """What is asked of the submissions to an assignment."""
    asked = select(*columns).select_from(SubmittedAssignment)
    asked = asked.join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
    asked = asked.where(Assignment.name == assignment)
    return asked.where(SubmittedAssignment.student_id.in_(students)) if students else asked
