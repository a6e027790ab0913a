"""What a feedback page shows: whose it is, all marks, what to fix first, and each verdict beside the code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from nbformat import NotebookNode

from autograder.assignment import Assignment
from autograder.course.totals import NotebookMarks, Totals
from autograder.judging.hidden import Delimiters
from autograder.record import Event, Record, Status

from .part import MISSING, Part
from .reader import Reader, with_bonuses

FOR_INSTRUCTORS = (
    Event.ASSIGNMENT,
    Event.CARRIED,
    Event.FAILED,
    Event.LINE,
    Event.REFUSED,
)  # notes on what no student can change


@dataclass(frozen=True)
class Page:
    """A graded notebook as its student sees it.

    totals: of the whole submission. student: the id, and name what it is called, "" where nobody knows. notes: what
    went wrong with the submission as a whole. remarks: the grader's comments on cells without marks, by the cells' ids.
    """

    notebook: str
    totals: Totals
    student: str = ""
    name: str = ""
    status: Status = Status.GRADED
    notes: Sequence[str] = ()
    parts: Sequence[Part] = field(default=())
    remarks: Mapping[str, str] = field(default_factory=dict)

    @property
    def marks(self) -> NotebookMarks:
        """The marks of this notebook."""
        return self.totals.of(self.notebook)

    @property
    def title(self) -> str:
        """What a browser's tab says: which notebook, and whose."""
        return " · ".join(filter(None, [self.notebook, self.name or self.student]))

    @property
    def extra(self) -> float:
        """All that a person has added to the submission."""
        return round(sum(each.extra for each in self.totals.notebooks), 4)

    @property
    def waiting(self) -> float:
        """The most possible points of what a person has yet to mark in the submission."""
        return sum(each.waiting for each in self.totals.notebooks if each.graded)

    @property
    def outdated(self) -> int:
        """How many marks by hand are older than the last grading."""
        return sum(each.outdated for each in self.totals.notebooks if each.graded)

    @property
    def alone(self) -> bool:
        """Whether the submission is this one notebook."""
        return len(self.totals.notebooks) == 1

    @property
    def points(self) -> float:
        """The points of this notebook; less the late penalty where it is the whole submission."""
        return self.totals.points if self.alone and self.totals.points is not None else self.marks.points

    @property
    def most(self) -> float:
        """The most possible points of this notebook."""
        return self.marks.most

    @property
    def bonus(self) -> float:
        """What of the points of this notebook is bonus; a late submission loses these last."""
        return min(self.points, self.marks.bonus)

    @property
    def checked(self) -> bool:
        """Whether anything in it was checked by the grader itself."""
        return any(part.verdict or part.test for part in self.parts)

    @property
    def graded(self) -> bool:
        """Whether there are marks to show."""
        return self.status.has_marks

    @property
    def to_fix(self) -> list[Part]:
        """The exercises and tests that are not right, first things first: later ones may depend on earlier ones."""
        return [part for part in self.parts if part.wrong and part.answer is None]

    @property
    def lowered(self) -> list[Part]:
        """The exercises and tests whose checks give more than a person has set."""
        return [part for part in self.parts if part.checks is not None and part.points < part.checks]

    @property
    def missing(self) -> list[Part]:
        """The exercises and answers that are not written yet."""
        return [part for part in self.parts if part.state == MISSING]

    @property
    def unwritten(self) -> dict[str, str]:
        """What to write, and the part of the page to see for it."""
        found: dict[str, str] = {}
        for part in self.missing:
            for name in part.asked or [part.name]:
                found.setdefault(name, part.name)
        return found

    def spoilt_by(self, part: Part) -> list[str]:
        """The exercises that fail as written because of this one, and come right with it."""
        return [other.name for other in self.parts if part.name in other.because]

    def with_sentences(self, said: Mapping[str, str]) -> Page:
        """The same with what the teacher says, by exercise or test, to all whose answers are wrong in that way."""
        return replace(self, parts=[replace(part, teacher=said.get(part.name, "")) for part in self.parts])


def read_page(
    notebook: NotebookNode,
    name: str,
    totals: Totals,
    record: Record,
    assignment: Assignment,
    callers: Mapping[str, Sequence[str]],
    hidden: Delimiters | None = None,
    person: tuple[str, str] = ("", ""),
    bonus: Mapping[str, float] | None = None,
) -> Page:
    """The page of a graded notebook whose cells hold their comments.

    name: of the notebook. totals: the submission's points. record: what grading stored. callers: the exercises that
    call an exercise's function. hidden: which lines of ordinary tests are not shown. person: the student's id and name.
    bonus: the points of the bonus cells, by grade id.
    """
    cells = with_bonuses(totals.of(name).cells, bonus or {})
    reader = Reader(notebook, record, cells, assignment, callers, hidden or Delimiters())
    parts = tuple(reader.parts())
    notes = tuple(record.for_student(note.text) for note in record.notes if note.event not in FOR_INSTRUCTORS)
    return Page(name, totals, *person, totals.of(name).status, notes, parts, reader.remarks())
