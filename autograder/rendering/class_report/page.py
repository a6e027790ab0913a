"""The report as one page that needs nothing else: no network, no other file."""

from __future__ import annotations

import base64
import datetime
import hashlib
import os
import shlex
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from autograder.course.marks import sandbox_levels
from autograder.rendering.groups.grouping import Group

from .charts import histogram, strips
from .collect import Submission
from .figures import ErrorFigures, ExerciseFigures, MistakeFigures
from .similar import Pair

SHOWN = 50  # pairs of which the page has the code
TEMPLATES = Path(__file__).with_name("templates")
STATUSES = (  # in the order of the page, with what an instructor does about each
    ("graded", "Run and judged as it was handed in."),
    ("repaired", "Something was wrong with the file; it was put in order and graded. The notes say what was done."),
    ("unreadable", "No notebook that can be read. It has no marks: look at it by hand, or ask for it again."),
    ("not graded", "Nothing was graded yet, or grading failed. It has no marks: grade again and read what is said."),
    ("timed out", "Some code did not finish in time. What it belongs to has no points; the rest is graded."),
    ("crashed", "Some code ended the Python process. What it belongs to has no points; the rest is graded."),
    ("carried", "Some marks rest on an earlier mistake put right, as a bug costs its own points once."),
    ("needs marking by hand", "A written answer waits for you in Formgrader."),
    (
        "set by hand before",
        "Points that you set before the last grading still count. The notes say which, and what to do.",
    ),
)


@dataclass(frozen=True)
class Report:
    """All that the page and the tables show.

    judged: whether there are exercises, which tell mistakes and errors. groups: answers of several students that are
    wrong in the same way, and on which nobody has said anything yet.
    """

    assignment: str
    date: datetime.date
    submissions: Sequence[Submission]
    exercises: Sequence[ExerciseFigures]
    mistakes: Sequence[MistakeFigures]
    errors: Sequence[ErrorFigures]
    pairs: Sequence[Pair]
    judged: bool = True
    groups: Sequence[Group] = ()

    @property
    def marked(self) -> list[Submission]:
        """The submissions that have marks."""
        return [each for each in self.submissions if each.marked]

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


def render(report: Report, root: Path) -> str:
    """The page's HTML; feedback pages are linked relative to `root`, the folder that it will lie in."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    points = [each.row.points for each in report.marked if each.row.points is not None]
    mean = statistics.fmean(points) if points else None
    median = statistics.median(points) if points else None
    seconds = [each.seconds for each in report.marked]
    script = (TEMPLATES / "report.js").read_text(encoding="utf-8")
    environment.filters["quoted"] = shlex.quote
    return environment.get_template("report.html.j2").render(
        report=report,
        mean=mean,
        median=median,
        seconds=(statistics.median(seconds), max(seconds)) if seconds else None,
        histogram="" if mean is None or median is None else histogram(points, report.most, mean, median),
        strips=strips(report.errors) if points else (),
        feedback={each.student: _feedback(each, root) for each in report.submissions},
        code={each.student: each.functions for each in report.submissions},
        shown=SHOWN,
        style=(TEMPLATES / "report.css").read_text(encoding="utf-8"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def _feedback(submission: Submission, root: Path) -> Mapping[str, str]:
    """The addresses of a student's feedback pages from the page's folder, by notebook."""
    return {page.stem: Path(os.path.relpath(page, root)).as_posix() for page in submission.row.feedback}
