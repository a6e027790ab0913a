"""Everybody on a line: points, statuses, and a sign for each exercise and test."""

from __future__ import annotations

import os
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from autograder.terminal import one_line

from ..collect import Submission
from ..contents import Report
from ..figures import ExerciseFigures

FULL, PART, NONE, UNGRADED = "●◐○\u2013"


@dataclass(frozen=True)
class Signs:
    """How a student did in the exercises of one notebook: a sign for each, and the sum of their shares."""

    text: str
    earned: float
    right: int


@dataclass(frozen=True)
class Line:
    """A student's line: id and name as they are shown, the marks, the signs, and where points were lost."""

    submission: Submission
    shown: str
    called: str
    signs: Sequence[Signs]
    lost: str
    feedback: Mapping[str, str]


def build(report: Report, root: Path) -> dict[str, Any]:
    """The lines, the exercises in groups as their signs stand, and how long grading took."""
    groups = [(name, list(each)) for name, each in groupby(report.exercises, key=lambda each: each.notebook)]
    lines = [_line(each, [exercises for _, exercises in groups], root) for each in report.submissions]
    seconds = [each.seconds for each in report.marked]
    return {
        "groups": groups,
        "lines": lines,
        "names": any(line.called for line in lines),
        "seconds": (statistics.median(seconds), max(seconds)) if seconds else None,
    }


def _line(submission: Submission, groups: Sequence[Sequence[ExerciseFigures]], root: Path) -> Line:
    signs = [_signs(submission, exercises) for exercises in groups]
    every = [each.name for exercises in groups for each in exercises]
    lost = " ".join(str(place) for place, name in enumerate(every) if submission.lost(name))
    called = one_line(submission.called)
    return Line(submission, one_line(submission.student), called, signs, lost, _feedback(submission, root))


def _signs(submission: Submission, exercises: Sequence[ExerciseFigures]) -> Signs:
    shares = [submission.fraction(each.name) for each in exercises]
    text = "".join(UNGRADED if s is None else FULL if s == 1 else PART if s > 0 else NONE for s in shares)
    return Signs(text, sum(share or 0.0 for share in shares), sum(share == 1 for share in shares))


def _feedback(submission: Submission, root: Path) -> dict[str, str]:
    """The addresses of a student's feedback pages from the page's folder, by notebook."""
    return {page.stem: Path(os.path.relpath(page, root)).as_posix() for page in submission.row.feedback}
