"""One exercise, test or written answer on a feedback page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.cells import in_words

from .ordinary import Ending

STATES = (
    "right",
    "partly right",
    "wrong",
    "not written yet",
    "to be marked by hand",
    "to be looked at again",
    "set by hand",
)
RIGHT, PART, WRONG, MISSING, WAITS, AGAIN, SET = STATES
UNNAMED = re.compile(r"cell-[0-9a-f]+")  # an id that nbgrader has made up
HEADING = re.compile(r"^#+ *(\S.*?) *$", re.MULTILINE)


@dataclass(frozen=True)
class Part:
    """An exercise, an ordinary test or a written answer with its marks.

    points: that count, without extra credit. state: one of STATES. told: what is wrong, in sentences. code: the
    student's function, verdict: the table, as HTML. answer: the cell of a written answer. comment: the grader's own.
    because: the exercises whose mistakes are the reason that it is wrong as written. called_by: the exercises that use
    its function. test: the code of a test, as far as it may be seen. finding: how a test came out, or what an answer in
    code has shown. asked: what is not written yet where that has another name. marked: the lines of the code that are
    proven wrong. extra: credit that a person has added. checks: what grading gives, where a person has set points.
    outdated: whether a person's points are older than the last grading. teacher: what the teacher says to
    all whose answer is wrong in this way. bonus: whether `most` is no part of the notebook's.
    """

    name: str
    points: float
    most: float
    state: str
    told: Sequence[str] = ()
    code: str = ""
    verdict: str = ""
    answer: NotebookNode | None = None
    comment: str = ""
    because: Sequence[str] = ()
    called_by: Sequence[str] = ()
    test: str = ""
    finding: Ending | None = None
    asked: Sequence[str] = ()
    marked: Sequence[int] = ()
    extra: float = 0.0
    checks: float | None = None
    outdated: bool = False
    teacher: str = ""
    bonus: bool = False

    @property
    def share(self) -> float:
        """The points earned as percent of the most possible."""
        return 100 * max(0.0, min(1.0, self.points / self.most)) if self.most else 100.0

    @property
    def lost(self) -> float:
        """The points that are missing."""
        return max(0.0, round(self.most - self.points, 4))

    @property
    def within(self) -> float:
        """The points up to the most possible."""
        return min(self.points, self.most) + min(self.extra, 0.0)

    @property
    def more(self) -> float:
        """What a person has given beyond that."""
        return round(max(self.points - self.most, 0.0) + max(self.extra, 0.0), 4)

    @property
    def wrong(self) -> bool:
        """Whether a check or a test of it is not right."""
        return self.state in (PART, WRONG) or (self.checks is not None and self.checks < self.most)

    @property
    def title(self) -> str:
        """Its name, in words where it is a question; a name that says nothing gives way to the question's heading."""
        if self.code or self.test:
            return self.name
        heading = HEADING.search(self.answer.source) if self.answer and UNNAMED.fullmatch(self.name) else None
        return heading[1] if heading else in_words(self.name)
