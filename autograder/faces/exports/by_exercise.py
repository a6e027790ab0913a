"""Each exercise's, test's and question's points for an export: a column for each, whose names and order stay."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nbgrader.api import Assignment, BaseCell, Grade, Gradebook, Notebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.coursedir import CourseDirectory

from autograder.cells import grade_id, read_cells
from autograder.errors import AssignmentError


def titles(coursedir: CourseDirectory, assignment: Assignment) -> list[str]:
    """The columns of an assignment, in the order of its notebooks and of their cells.

    A title names assignment, notebook and cell, so that no other assignment in the course changes it.
    """
    found = []
    for notebook in assignment.notebooks:
        cells = [cell.name for cell in (*notebook.grade_cells, *notebook.task_cells)]
        place = _order(coursedir, assignment.name, notebook.name)
        cells.sort(key=lambda name: (place.get(name, len(place)), name))
        found += [_title(assignment.name, notebook.name, cell) for cell in cells]
    return found


def points(gradebook: Gradebook, assignment: Assignment) -> dict[str, dict[str, float]]:
    """For each student with an entry in the gradebook the points, by column; what has none yet is not there.

    They are nbgrader's own, with what a person gave instead or on top, so their sum is the submission's raw score.
    """
    query = gradebook.db.query(
        *(SubmittedAssignment.student_id, Notebook.name, BaseCell.name, Grade.score),
        *(Grade.auto_score, Grade.manual_score, Grade.extra_credit),
    )
    query = query.select_from(Grade).join(BaseCell, Grade.cell_id == BaseCell.id)
    query = query.join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
    query = query.join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
    query = query.join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
    found: dict[str, dict[str, float]] = {}
    for student, notebook, cell, score, *given in query.filter(SubmittedAssignment.assignment_id == assignment.id):
        own = found.setdefault(student, {})
        if any(each is not None for each in given):
            own[_title(assignment.name, notebook, cell)] = score
    return found


def _title(*parts: str) -> str:
    return "/".join(parts)


def _order(coursedir: CourseDirectory, assignment: str, notebook: str) -> Mapping[str, int]:
    """Where each graded cell stands in the source notebook; nothing where that cannot be read."""
    source = Path(coursedir.format_path(coursedir.source_directory, ".", assignment), f"{notebook}.ipynb")
    try:
        return {grade_id(cell): number for number, cell in enumerate(read_cells(source)) if grade_id(cell)}
    except AssignmentError:
        return {}
