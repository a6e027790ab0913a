"""The figures of a class: how the exercises went, which mistakes were made, and how large the errors are."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.course.comments import Comment
from autograder.rendering.groups.grouping import Group
from autograder.spec import Exercise

from .collect import Submission

LEAST = -17  # the power of ten that stands for no error at all
STEP = 0.5  # powers of ten in a bin


@dataclass(frozen=True)
class ExerciseFigures:
    """How a class did in one exercise: how many have all of its points, some, and none, and the mean share."""

    name: str
    most: float
    full: int
    part: int
    none: int
    mean: float

    @property
    def total(self) -> int:
        """How many were judged."""
        return self.full + self.part + self.none


@dataclass(frozen=True)
class MistakeFigures:
    """A mistake that was recognised: in which exercise, its advice, and who made it.

    told: the advice in the language in which students read it, "" where that is English.
    """

    exercise: str
    mistake: str
    text: str
    students: tuple[str, ...]
    told: str = ""


@dataclass(frozen=True)
class ErrorFigures:
    """The worst relative errors of one output: counts by power of ten from LEAST on.

    over: how many are above the limit. absent: how many gave no value.
    """

    exercise: str
    output: str
    limit: float
    counts: tuple[int, ...]
    over: int
    absent: int


def exercise_figures(submissions: Sequence[Submission], points: dict[str, float]) -> list[ExerciseFigures]:
    """The figures of every exercise, in the order of the course."""
    found = []
    for name, most in points.items():
        shares = [share for each in submissions if (share := each.fraction(name)) is not None]
        full, none = sum(share == 1 for share in shares), sum(share == 0 for share in shares)
        mean = statistics.fmean(shares) if shares else 0.0
        found.append(ExerciseFigures(name, most, full, len(shares) - full - none, none, mean))
    return found


def mistake_figures(
    submissions: Sequence[Submission], exercises: Sequence[Exercise], groups: Sequence[Group] = ()
) -> list[MistakeFigures]:
    """The mistakes, those that most students made first. groups: on which the teacher has said something count, too."""
    made: dict[tuple[str, str], list[str]] = {}
    texts: dict[tuple[str, str], str] = {}
    told: dict[tuple[str, str], str] = {}
    for submission in submissions:
        for exercise, record in submission.exercises.items():
            for advice in record.advice:
                key = exercise, advice.mistake
                made.setdefault(key, []).append(submission.student)
                texts.setdefault(key, advice.text)
                if advice.text in submission.translations:
                    told.setdefault(key, submission.translations[advice.text])
    order = [*(exercise.name for exercise in exercises), *(group.exercise for group in groups)]
    found = [MistakeFigures(*key, texts[key], tuple(students), told.get(key, "")) for key, students in made.items()]
    found += [_commented(group, group.comment) for group in groups if group.comment]
    return sorted(found, key=lambda each: (-len(each.students), order.index(each.exercise), each.mistake))


def _commented(group: Group, comment: Comment) -> MistakeFigures:
    told = "\n".join(comment.translations.values())
    return MistakeFigures(group.exercise, f"group {group.name}", comment.sentence, group.students, told)


def error_figures(submissions: Sequence[Submission], exercises: Sequence[Exercise]) -> Iterator[ErrorFigures]:
    """The errors of every output in the cases with its usual limit; a submission counts once, by its worst."""
    for exercise in exercises:
        judged = [each.exercises[exercise.name] for each in submissions if exercise.name in each.exercises]
        usual = {case.name for case in exercise.cases if case.limit is None}
        for output in exercise.outputs:
            worst = [_worst(record.errors, output, usual) for record in judged]
            measured = [error for error in worst if error is not None]
            counts = [0] * (round(-LEAST / STEP) + 1)
            for error in measured:
                counts[bin_of(error)] += 1
            limit = exercise.limit(exercise.cases[0], output)
            over, absent = sum(error > limit for error in measured), len(worst) - len(measured)
            yield ErrorFigures(exercise.name, output, limit, tuple(counts), over, absent)


def bin_of(error: float) -> int:
    """Where an error is counted.

    >>> bin_of(0.0), bin_of(1e-17), bin_of(1.0)
    (0, 0, 34)
    """
    power = math.log10(error) if error > 0 else LEAST
    return min(max(math.floor((power - LEAST) / STEP), 0), round(-LEAST / STEP))


def _worst(errors: Sequence[tuple[str, str, float]], output: str, cases: set[str]) -> float | None:
    return max((error for case, name, error in errors if name == output and case in cases), default=None)
