"""The figures of a class: how the exercises went, which mistakes were made, and how large the errors are."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from autograder.assignment import Assignment
from autograder.cells import grade_id
from autograder.course.comments import Comment
from autograder.rendering.groups.grouping import Group
from autograder.spec import Exercise

from .collect import Submission, in_notebook
from .example import Example, Names, example_of

LEAST = -17  # the power of ten that stands for no error at all
STEP = 0.5  # powers of ten in a bin


@dataclass(frozen=True)
class Asked:
    """An exercise or an ordinary test cell that the class was asked: its name, its notebook, its points."""

    name: str
    notebook: str
    most: float

    @property
    def told_apart(self) -> Asked:
        """The same under a name that no other notebook has."""
        return replace(self, name=in_notebook(self.notebook, self.name))


@dataclass(frozen=True)
class ExerciseFigures:
    """How a class did in one exercise or test: how many have all of its points, some, and none, and the mean share.

    unwritten: of those without points, how many have written nothing. stopped: how many have nothing from here on, and
    something before. after_right: of these, how many had the one before all right.
    """

    name: str
    most: float
    full: int
    part: int
    none: int
    mean: float
    notebook: str = ""
    unwritten: int = 0
    stopped: int = 0
    after_right: int = 0

    @property
    def total(self) -> int:
        """How many were judged."""
        return self.full + self.part + self.none

    @property
    def share(self) -> float:
        """The share of those who were judged that has all points."""
        return self.full / self.total if self.total else 0.0


@dataclass(frozen=True)
class MistakeFigures:
    """A mistake that was recognised: in which exercise, its advice, and who made it.

    told: the advice in the language in which students read it, "" where that is English. example: the code of one of
    them, without a name; None where all of it is long or says whose it is.
    """

    exercise: str
    mistake: str
    text: str
    students: tuple[str, ...]
    told: str = ""
    example: Example | None = None


@dataclass(frozen=True)
class GroupFigures:
    """Answers that are wrong in the same way, and one of them."""

    group: Group
    example: Example | None


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


def asked(assignment: Assignment) -> list[Asked]:
    """The exercises and ordinary test cells of an assignment, in the order in which students meet them."""
    found = []
    for path in assignment.notebooks:
        points = {**assignment.points(path.stem), **assignment.test_points(path.stem)}
        cells = assignment.cells(path.stem)
        order = {assignment.exercise_of(cell) or grade_id(cell): place for place, cell in enumerate(cells)}
        names = sorted(points, key=lambda name: order.get(name, len(cells)))
        found += [Asked(name, path.stem, points[name]) for name in names]
    counts = Counter(item.name for item in found)
    return [item if counts[item.name] == 1 else item.told_apart for item in found]


def exercise_figures(submissions: Sequence[Submission], course: Sequence[Asked]) -> list[ExerciseFigures]:
    """The figures of every exercise and test, in the order of the course."""
    found, stops = [], _stops([each for each in submissions if each.marked], course)
    for item in course:
        judged = [each for each in submissions if each.fraction(item.name) is not None]
        shares = [each.fraction(item.name) or 0.0 for each in judged]
        full, none = sum(share == 1 for share in shares), sum(share == 0 for share in shares)
        counts = full, len(shares) - full - none, none
        unwritten = sum(item.name in each.exercises and not each.written(item.name) for each in judged)
        mean = statistics.fmean(shares) if shares else 0.0
        stopped = stops[item.name, True] + stops[item.name, False]
        left = unwritten, stopped, stops[item.name, True]
        found.append(ExerciseFigures(item.name, item.most, *counts, mean, item.notebook, *left))
    return found


def _stops(submissions: Sequence[Submission], course: Sequence[Asked]) -> Counter[tuple[str, bool]]:
    """Who has nothing from an exercise on but something before: by it, and whether the last one written is right."""
    found: Counter[tuple[str, bool]] = Counter()
    for each in submissions:
        last = max((place for place, item in enumerate(course) if each.written(item.name)), default=-1)
        if 0 <= last < len(course) - 1:
            found[course[last + 1].name, each.fraction(course[last].name) == 1] += 1
    return found


def mistake_figures(
    submissions: Sequence[Submission], exercises: Mapping[str, Exercise], names: Names, groups: Sequence[Group] = ()
) -> list[MistakeFigures]:
    """The mistakes, those that most students made first.

    names: of the class, which no example may tell. groups: on which the teacher has said something count, too.
    """
    made: dict[tuple[str, str], list[Submission]] = {}
    texts: dict[tuple[str, str], str] = {}
    told: dict[tuple[str, str], str] = {}
    for submission in submissions:
        for exercise, record in submission.exercises.items():
            for advice in record.advice:
                key = exercise, advice.mistake
                made.setdefault(key, []).append(submission)
                texts.setdefault(key, advice.text)
                if advice.text in submission.translations:
                    told.setdefault(key, submission.translations[advice.text])
    found = [_mistake(key, made[key], texts[key], told.get(key, ""), exercises, names) for key in made]
    found += [
        _commented(each, each.comment, _members(submissions, each), exercises, names) for each in groups if each.comment
    ]
    order = {name: place for place, name in enumerate(exercises)}
    return sorted(found, key=lambda each: (-len(each.students), order.get(each.exercise, len(order)), each.mistake))


def group_figures(
    submissions: Sequence[Submission], exercises: Mapping[str, Exercise], names: Names, groups: Sequence[Group]
) -> list[GroupFigures]:
    """The groups of several students on which the teacher has said nothing yet, with an example of each."""
    return [
        GroupFigures(each, example_of(_members(submissions, each), each.exercise, _function(each, exercises), names))
        for each in groups
        if each.count > 1 and not each.comment
    ]


def _members(submissions: Sequence[Submission], group: Group) -> list[Submission]:
    students = set(group.students)
    return [each for each in submissions if each.student in students]


def _function(group: Group, exercises: Mapping[str, Exercise]) -> str:
    return exercises[group.exercise].function if group.exercise in exercises else ""


def _mistake(
    key: tuple[str, str],
    made_by: Sequence[Submission],
    text: str,
    told: str,
    exercises: Mapping[str, Exercise],
    names: Names,
) -> MistakeFigures:
    function = exercises[key[0]].function if key[0] in exercises else key[0]
    students = tuple(each.student for each in made_by)
    return MistakeFigures(*key, text, students, told, example_of(made_by, key[0], function, names))


def _commented(
    group: Group,
    comment: Comment,
    members: Sequence[Submission],
    exercises: Mapping[str, Exercise],
    names: Names,
) -> MistakeFigures:
    told = "\n".join(comment.translations.values())
    example = example_of(members, group.exercise, _function(group, exercises), names)
    return MistakeFigures(group.exercise, f"group {group.name}", comment.sentence, group.students, told, example)


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
