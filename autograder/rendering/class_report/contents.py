"""All that a report says of a class, before it is a page or a table."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.course.marks import sandbox_levels

from .collect import Submission
from .figures import ErrorFigures, ExerciseFigures, GroupFigures, MistakeFigures
from .history import Run
from .items import ItemFigures
from .similar import Pair

WAITING = (  # statuses that need the lecturer, with the next step
    (
        "unreadable",
        "No notebook that can be read, so no marks: ask for it again, or look at it by hand. Then grade again.",
    ),
    ("not graded", "Not run yet, or grading failed, so no marks: grade again and read what is said."),
    ("needs marking by hand", "A written answer waits for you in Formgrader; its points are not in the marks yet."),
    (
        "set by hand before",
        "Points that you set before the last grading still count. The notes say which, and what to do.",
    ),
)
WORTH_A_LOOK = (
    ("timed out", "Some code did not finish in time. What it belongs to has no points; the rest is graded."),
    ("crashed", "Some code ended the Python process. What it belongs to has no points; the rest is graded."),
    ("repaired", "Something was wrong with the file; it was put in order and graded. The notes say what was done."),
    ("carried", "Some marks rest on an earlier mistake put right, as a bug costs its own points once. Nothing to do."),
    ("graded", "Run and judged as it was handed in. Nothing to do."),
)
STATUSES = (*WAITING, *WORTH_A_LOOK)  # in the order of the page, with what an instructor does about each


@dataclass(frozen=True)
class Report:
    """All that the page and the tables show.

    judged: whether there are exercises, which tell mistakes and errors. items: none where numbers allow none. runs: the
    reports so far, this one last. by_hand: how many points a person gives. groups: answers of several students that are
    wrong in the same way, and on which nobody has said anything yet.
    """

    assignment: str
    date: datetime.date
    submissions: Sequence[Submission]
    exercises: Sequence[ExerciseFigures]
    mistakes: Sequence[MistakeFigures]
    errors: Sequence[ErrorFigures]
    pairs: Sequence[Pair]
    items: Sequence[ItemFigures] = ()
    runs: Sequence[Run] = ()
    judged: bool = True
    by_hand: float = 0.0
    groups: Sequence[GroupFigures] = ()

    @property
    def marked(self) -> list[Submission]:
        """The submissions that have marks."""
        return [each for each in self.submissions if each.marked]

    @property
    def points(self) -> list[float]:
        """The points of those who have marks."""
        return [each.row.points for each in self.submissions if each.row.points is not None]

    @property
    def most(self) -> float:
        """The most points possible."""
        return max((each.row.most for each in self.submissions), default=0.0)

    @property
    def statuses(self) -> list[tuple[str, int, str]]:
        """Each status with how many have it and what to do about it; a submission may have several."""
        counts = Counter(status for each in self.submissions for status in each.statuses)
        return [(name, counts[name], advice) for name, advice in STATUSES]

    @property
    def levels(self) -> list[tuple[str, int]]:
        """The sandbox's levels, and how many were graded at each."""
        return sandbox_levels(each.row for each in self.submissions)
