"""Read what the report is about from the gradebook and the graded notebooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from nbgrader.coursedir import CourseDirectory

from autograder.course.marks import Graded, Row, rows_with_notebooks
from autograder.record import Event, ExerciseRecord, Status, TestRecord

from .functions import Written, functions_of


@dataclass(frozen=True)
class Submission:
    """One student's submission: its line of marks, the record of each exercise, seconds of grading, its functions.

    exercises, tests: as the graded notebooks keep them, by name; tests also by `in_notebook`. functions: what the
    student wrote, by name. translations: by the English sentence, what the student was told in another language.
    compared: whether its answers were, so that they can be in groups.
    """

    row: Row
    exercises: Mapping[str, ExerciseRecord] = field(default_factory=dict)
    tests: Mapping[str, TestRecord] = field(default_factory=dict)
    seconds: float = 0.0
    functions: Mapping[str, Written] = field(default_factory=dict)
    translations: Mapping[str, str] = field(default_factory=dict)
    compared: bool = True

    @property
    def student(self) -> str:
        """The student's id."""
        return self.row.student

    @property
    def code(self) -> dict[str, str]:
        """The code of the functions that the student wrote, by name."""
        return {name: written.code for name, written in self.functions.items()}

    @property
    def called(self) -> str:
        """The student's name, "" where the gradebook has none."""
        return self.row.name

    def fraction(self, name: str) -> float | None:
        """The share of the points of an exercise or a test cell; None where it was not graded."""
        found = self.exercises.get(name) or self.tests.get(name)
        return found.fraction if found else None

    def written(self, name: str) -> bool:
        """Whether there is something for an exercise; of a test cell only its points tell."""
        found = self.exercises.get(name)
        return bool(self.fraction(name)) or (found is not None and found.written)

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
    for row, notebooks in rows_with_notebooks(coursedir, assignment):
        notebooks = {} if row.status is Status.NOT_GRADED else notebooks
        yield _submission(row, notebooks, given)


def in_notebook(notebook: str, test: str) -> str:
    """The name of a test cell where several notebooks have one of its grade id."""
    return f"{notebook}/{test}"


def _submission(row: Row, notebooks: Mapping[str, Graded], given: frozenset[str]) -> Submission:
    exercises: dict[str, ExerciseRecord] = {}
    tests: dict[str, TestRecord] = {}
    functions: dict[str, Written] = {}
    translations: dict[str, str] = {}
    seconds, compared = 0.0, True
    for name, (notebook, record) in notebooks.items():
        exercises |= record.exercises
        tests |= record.tests
        tests |= {in_notebook(name, test): found for test, found in record.tests.items()}
        seconds += record.seconds
        translations |= record.translations
        compared = compared and record.compared
        functions |= functions_of(notebook, given)
    return Submission(row, exercises, tests, seconds, functions, translations, compared)
