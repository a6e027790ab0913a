"""The command `reset`: take back points that a person has set, so that the grader's count again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from nbgrader.api import Grade, Gradebook, MissingEntry

from autograder.errors import UserError
from autograder.terminal import quantity, say

from .given import of_grade
from .gradebook import opened
from .marks import course_directory


def reset(root: Path, assignment: str, students: Sequence[str], names: Sequence[str] = ()) -> int:
    """Take back some students' points by hand, say which, and return the exit code.

    names: of exercises or test cells; by default all whose points by hand are older than the last grading. Comments and
    extra credit stay. Raises UserError where there is no such submission; then nothing is changed.
    """
    coursedir = course_directory(root)
    with opened(coursedir.db_url, coursedir.course_id) as gradebook:
        found = {student: list(_set_by_hand(gradebook, assignment, student, names)) for student in students}
        lines = [line for student, grades in found.items() for line in _take_back(student, grades)]
        gradebook.db.commit()
    say("\n".join(lines))
    return 0


def _set_by_hand(gradebook: Gradebook, assignment: str, student: str, names: Sequence[str]) -> Iterator[Grade]:
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        raise UserError(f"the gradebook has no submission of {student} to {assignment}") from None
    grades = {of_grade(grade): grade for notebook in submission.notebooks for grade in notebook.grades}
    known = {name for marks in grades for name in (marks.name, marks.asked)}
    if unknown := sorted(set(names) - known):
        raise UserError(f"{assignment} has no graded cell {', '.join(unknown)}")
    for marks, grade in grades.items():
        if marks.by_hand and ({marks.name, marks.asked} & {*names} if names else marks.held):
            yield grade


def _take_back(student: str, grades: Sequence[Grade]) -> Iterator[str]:
    if not grades:
        yield f"{student}: there are no such points by hand."
    for grade in grades:
        marks = of_grade(grade)
        grade.manual_score, grade.needs_manual_grade = None, False
        before, now = f"{marks.manual:g}", f"{marks.auto:g}"
        yield f"{student}: {marks.asked} has {now} of {quantity(marks.most, 'point')} now, and had {before} by hand."
