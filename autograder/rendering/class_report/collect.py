"""Read what the report is about from the gradebook and the graded notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory

from autograder.course.marks import Row, read_graded, rows
from autograder.record import Event, ExerciseRecord, Record, Status, TestRecord

from .functions import functions_of


@dataclass(frozen=True)
class Submission:
    """One student's submission: its line of marks, the record of each exercise, seconds of grading, its functions.

    exercises, tests: as the graded notebooks keep them, by name. functions: the code that the student wrote, by name.
    translations: by the English sentence, what the student was told in another language. compared: whether its answers
    were, so that they can be in groups.
    """

    row: Row
    exercises: Mapping[str, ExerciseRecord] = field(default_factory=dict)
    tests: Mapping[str, TestRecord] = field(default_factory=dict)
    seconds: float = 0.0
    functions: Mapping[str, str] = field(default_factory=dict)
    translations: Mapping[str, str] = field(default_factory=dict)
    compared: bool = True

    @property
    def student(self) -> str:
        """The student's id."""
        return self.row.student

    def fraction(self, name: str) -> float | None:
        """The share of the points of an exercise or a test cell; None where it was not graded."""
        found = self.exercises.get(name) or self.tests.get(name)
        return found.fraction if found else None

    def lost(self, name: str) -> bool:
        """Whether an exercise or a test cell was graded and points are missing."""
        fraction = self.fraction(name)
        return fraction is not None and fraction < 1

    @property
    def marked(self) -> bool:
        """Whether there are marks."""
        return self.row.points is not None

    @property
    def statuses(self) -> list[str]:
        """What an instructor would look for: the status, and what happened on the way."""
        found = [event.value for event in (Event.TIMED_OUT, Event.CRASHED, Event.CARRIED) if event in self.row.events]
        waits = {"needs marking by hand": self.row.manual, "set by hand before": self.row.held}
        return [self.row.status, *found, *(name for name, holds in waits.items() if holds and self.marked)]


def collect(coursedir: CourseDirectory, assignment: str, given: frozenset[str]) -> Iterator[Submission]:
    """A submission for every folder in submitted/, in order of the students' names.

    given: the code of the released notebooks' cells, which nobody wrote.
    """
    for row in rows(coursedir, assignment):
        folder = Path(coursedir.format_path(coursedir.autograded_directory, row.student, assignment))
        yield _submission(row, [] if row.status is Status.NOT_GRADED else read_graded(folder).values(), given)


def _submission(row: Row, notebooks: Iterable[tuple[dict[str, Any], Record]], given: frozenset[str]) -> Submission:
    exercises: dict[str, ExerciseRecord] = {}
    tests: dict[str, TestRecord] = {}
    functions: dict[str, str] = {}
    translations: dict[str, str] = {}
    seconds, compared = 0.0, True
    for notebook, record in notebooks:
        exercises |= record.exercises
        tests |= record.tests
        seconds += record.seconds
        translations |= record.translations
        compared = compared and record.compared
        functions |= functions_of(notebook, given)
    return Submission(row, exercises, tests, seconds, functions, translations, compared)
