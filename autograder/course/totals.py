"""The points of one submission, notebook by notebook and together, as `marks` and the exports have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nbgrader.api import SubmittedAssignment, SubmittedNotebook

from autograder.record import Record, Status, worst

from .given import CellMarks, cells_of
from .marks import DIGITS, score


@dataclass(frozen=True)
class NotebookMarks:
    """One notebook of a submission: its points before a late penalty, the most possible, its status, its cells."""

    name: str
    points: float
    most: float
    status: Status
    cells: Mapping[str, CellMarks]

    @property
    def graded(self) -> bool:
        """Whether its points are known."""
        return self.status.has_marks

    @property
    def extra(self) -> float:
        """What a person has added, but for a bonus."""
        return sum(cell.extra for cell in self.cells.values() if cell.most)

    @property
    def bonus(self) -> float:
        """What was earned in cells that add nothing to the most possible points."""
        return sum(cell.points + cell.extra for cell in self.cells.values() if not cell.most)

    @property
    def waiting(self) -> float:
        """The most possible points of what a person has yet to mark."""
        return sum(cell.most for cell in self.cells.values() if cell.waits and cell.manual is None)

    @property
    def outdated(self) -> int:
        """How many cells have a person's points from before the last grading."""
        return sum(cell.outdated for cell in self.cells.values())


@dataclass(frozen=True)
class Totals:
    """All of a submission's points; none where one of its notebooks was not graded. penalty: for lateness."""

    points: float | None
    most: float
    penalty: float
    notebooks: Sequence[NotebookMarks]

    @property
    def bonus(self) -> float:
        """What of the points is bonus; a late submission loses these last."""
        return min(self.points or 0.0, sum(each.bonus for each in self.notebooks))

    @property
    def ungraded(self) -> list[str]:
        """The notebooks that have no marks."""
        return [each.name for each in self.notebooks if not each.graded]

    def of(self, notebook: str) -> NotebookMarks:
        """The marks of one notebook."""
        return next(each for each in self.notebooks if each.name == notebook)


def totals(submission: SubmittedAssignment, records: Mapping[str, Record]) -> Totals:
    """The points of a submission. records: what its graded notebooks hold, by their names."""
    found = sorted(submission.notebooks, key=lambda notebook: notebook.name)
    cells = cells_of(submission)
    notebooks = [_marks(each, records.get(each.name), cells[each.id]) for each in found]
    points, penalty = score(submission)
    graded = worst(each.status for each in notebooks).has_marks
    return Totals(points if graded else None, float(submission.max_score), penalty, notebooks)


def _marks(notebook: SubmittedNotebook, record: Record | None, cells: Mapping[str, CellMarks]) -> NotebookMarks:
    status = record.status if record else Status.NOT_GRADED
    points, most = round(notebook.score, DIGITS), float(notebook.max_score)
    return NotebookMarks(notebook.name, points, most, status, cells)
