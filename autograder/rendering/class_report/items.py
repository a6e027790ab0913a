"""Which exercises tell strong students from weak ones: item analysis of classical test theory.

Difficulty is the mean share of an exercise's points. Discrimination is the corrected item-total correlation: of that
share with the points of everything else (Henrysson 1963, Psychometrika 28; for right or wrong it is the point-biserial
correlation). docs/report.md has the mathematics.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from .collect import Submission
from .figures import Asked

STUDENTS = 30  # who have written an exercise: with fewer, a correlation says little
FEW = 5  # who have all of it, and who have not: below, it rests on a handful of students
ITEMS = 4  # exercises and tests: below, the rest is hardly a measure of a student
POOR = 0.2  # a correlation below which an item is to be looked at (Ebel 1965)
ONE_SIDED = 1.645  # standard errors: the true correlation is below the bound in 19 of 20 classes


class Finding(Enum):
    """What a correlation says of an exercise."""

    WORSE = "students who did well elsewhere did worse here"
    NO_BETTER = "students who did well elsewhere did no better here"
    TELLS = ""


@dataclass(frozen=True)
class ItemFigures:
    """An exercise as an item: how many are in it, its difficulty, its discrimination and the upper bound of that."""

    name: str
    students: int
    difficulty: float
    discrimination: float
    bound: float

    @property
    def finding(self) -> Finding:
        """What is sure enough to be said."""
        if self.bound < 0:
            return Finding.WORSE
        return Finding.NO_BETTER if self.bound < POOR else Finding.TELLS


def item_figures(submissions: Sequence[Submission], course: Sequence[Asked]) -> list[ItemFigures]:
    """The figures of the exercises and tests for which numbers allow any, in the order of the course.

    Only submissions with marks in which everything was graded count, and for an exercise those who have written it: who
    stopped before it has missed it as all others after it, which says nothing of the exercise itself.
    """
    whole = [
        each for each in submissions if each.marked and all(each.fraction(item.name) is not None for item in course)
    ]
    if len(whole) < STUDENTS or len(course) < ITEMS:
        return []
    shares = np.array([[each.fraction(item.name) or 0.0 for item in course] for each in whole])  # (students, items)
    points = shares * np.array([item.most for item in course])
    rest = points.sum(axis=1, keepdims=True) - points
    tried = np.array([[item.name in each.tests or each.written(item.name) for item in course] for each in whole])
    found = [
        _item(item.name, shares[tried[:, place], place], rest[tried[:, place], place])
        for place, item in enumerate(course)
    ]
    return [each for each in found if each]


def _item(name: str, shares: np.ndarray, rest: np.ndarray) -> ItemFigures | None:
    """The figures of one item from its shares, shape (students,), and the points elsewhere; None where too few."""
    full = int((shares == 1).sum())
    if len(shares) < STUDENTS or min(full, len(shares) - full) < FEW or np.ptp(rest) == 0:
        return None
    correlation = float(np.clip(np.corrcoef(shares, rest)[0, 1], -1, 1))
    return ItemFigures(name, len(shares), float(shares.mean()), correlation, upper_bound(correlation, len(shares)))


def upper_bound(correlation: float, students: int) -> float:
    """What the true correlation is below in 19 of 20 classes, by Fisher's z.

    >>> round(upper_bound(0.0, 103), 3)
    0.163
    """
    if abs(correlation) >= 1:
        return correlation
    return math.tanh(math.atanh(correlation) + ONE_SIDED / math.sqrt(students - 3))
