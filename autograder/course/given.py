"""What the gradebook holds of single cells: what grading gave, and what a person has set or added.

nbgrader keeps the points that a person has set when a submission is graded again, another one too, and marks them as to
be looked at. Saving them in Formgrader, or its button Resolve, takes that mark away. So points that a person set and
that still have the mark are older than what the grader gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nbgrader.api import Assignment, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import or_
from sqlalchemy.orm import joinedload, object_session, undefer

from autograder.assignment import CHECK
from autograder.terminal import quantity


@dataclass(frozen=True)
class CellMarks:
    """One graded cell of a submission, by its grade id.

    auto: the points that grading gave, None where a person has to. manual: those that a person has set, None for none.
    extra: what a person has added. waits: whether a person is still to look at it. bonus:
    whether `most` adds nothing to the notebook's most points.
    """

    name: str
    most: float
    auto: float | None
    manual: float | None = None
    extra: float = 0.0
    waits: bool = False
    bonus: bool = False

    @property
    def points(self) -> float:
        """The points that count, without what was added."""
        return next((score for score in (self.manual, self.auto) if score is not None), 0.0)

    @property
    def by_hand(self) -> bool:
        """Whether a person has set other points than the grader's, or the same ones."""
        return self.auto is not None and self.manual is not None

    @property
    def outdated(self) -> bool:
        """Whether it was graded since a person has set its points, and nobody has looked at it again."""
        return self.manual is not None and self.waits

    @property
    def held(self) -> bool:
        """Whether a person's points are older than what the grader gives, and count all the same."""
        return self.by_hand and self.outdated

    @property
    def asked(self) -> str:
        """What it is about: an exercise, or the cell itself."""
        return self.name.removeprefix(CHECK)

    @property
    def sentence(self) -> str:
        """For instructors, that a person's points from before the last grading still count."""
        now = "the same" if self.auto == self.manual else f"{self.auto or 0:g}"
        points = f"{self.manual or 0:g} of {quantity(self.most, 'point')}, from before it was last graded"
        return f"{self.asked} is still set by hand to {points}; the grader now gives {now}."


def cells_of(submission: SubmittedAssignment) -> dict[str, dict[str, CellMarks]]:
    """What the gradebook holds of a submission's cells, by their notebook's id and their own, in one look at it."""
    found: dict[str, dict[str, CellMarks]] = {notebook.id: {} for notebook in submission.notebooks}
    session = object_session(submission)
    assert session, "it was just read from a gradebook"
    rows = session.query(Grade).options(joinedload(Grade.cell), undefer(Grade.max_score))
    for grade in rows.filter(Grade.notebook_id.in_(found)):
        found[grade.notebook_id][grade.name] = of_grade(grade)
    return found


def of_grade(grade: Grade) -> CellMarks:
    """What the gradebook holds of one cell."""
    most, extra = float(grade.max_score or 0.0), float(grade.extra_credit or 0.0)
    return CellMarks(grade.name, most, grade.auto_score, grade.manual_score, extra, grade.needs_manual_grade)


@dataclass(frozen=True)
class Waiting:
    """What waits for a person in the submissions to an assignment.

    answers: the students with cells that only a person can mark. held: by student the cells whose points a person set
    before they were last graded.
    """

    answers: frozenset[str]
    held: Mapping[str, Sequence[CellMarks]]


def waiting(gradebook: Gradebook, assignment: str, *students: str) -> Waiting:
    """What waits for a person in a class, or in the submissions of some students, in two looks at the gradebook."""
    unset = or_(Grade.manual_score.is_(None), Grade.auto_score.is_(None))
    student = SubmittedAssignment.student_id
    answers = _waiting(gradebook, assignment, students, student).filter(unset).distinct()
    found: dict[str, list[CellMarks]] = {}
    for name, grade in _waiting(gradebook, assignment, students, student, Grade).filter(~unset):
        found.setdefault(name, []).append(of_grade(grade))
    return Waiting(frozenset(name for (name,) in answers), found)


def _waiting(gradebook: Gradebook, assignment: str, students: Sequence[str], *columns: Any) -> Any:
    query = gradebook.db.query(*columns).select_from(SubmittedAssignment)
    query = query.join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
    query = query.join(Grade, Grade.notebook_id == SubmittedNotebook.id)
    query = query.join(Assignment, SubmittedAssignment.assignment)
    query = query.filter(Assignment.name == assignment, Grade.needs_manual_grade)
    return query.filter(SubmittedAssignment.student_id.in_(students)) if students else query
