"""Read what the report is about from the gradebook and the graded notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory

from ..marks import Row, read_graded, rows
from ..plugin.intake import STATUS
from .functions import functions_of


@dataclass(frozen=True)
class Submission:
    """One student's submission: its line of marks, the record of each exercise, seconds of grading, its functions.

    exercises: as the graded notebooks keep them, by name. functions: the code of what the student wrote, by name.
    """

    row: Row
    exercises: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    seconds: float = 0.0
    functions: Mapping[str, str] = field(default_factory=dict)

    @property
    def student(self) -> str:
        """The student's id."""
        return self.row.student

    @property
    def marked(self) -> bool:
        """Whether there are marks."""
        return self.row.points is not None

    @property
    def statuses(self) -> list[str]:
        """What an instructor would look for: the status, and what happened on the way."""
        told = " ".join(self.row.notes)
        more = {"timed out": "did not finish in time", "crashed": "ended the Python process"}
        found = [name for name, sentence in more.items() if sentence in told]
        return [self.row.status, *found, *(["needs marking by hand"] if self.row.manual and self.marked else [])]


def collect(coursedir: CourseDirectory, assignment: str, given: frozenset[str]) -> Iterator[Submission]:
    """A submission for every folder in submitted/, in order of the students' names.

    given: the code of the released notebooks' cells, which nobody wrote.
    """
    for row in rows(coursedir, assignment):
        folder = Path(coursedir.format_path(coursedir.autograded_directory, row.student, assignment))
        yield _submission(row, [] if row.status == "not graded" else read_graded(folder).values(), given)


def _submission(row: Row, notebooks: Iterable[dict[str, Any]], given: frozenset[str]) -> Submission:
    exercises: dict[str, Mapping[str, Any]] = {}
    functions: dict[str, str] = {}
    seconds = 0.0
    for notebook in notebooks:
        record = notebook["metadata"][STATUS]
        exercises |= record.get("exercises", {})
        seconds += record.get("seconds", 0.0)
        functions |= functions_of(notebook, given)
    return Submission(row, exercises, seconds, functions)
