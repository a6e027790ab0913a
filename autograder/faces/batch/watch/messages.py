"""What the main process and the clerks tell each other, beside what all graders do: plain values only."""

from __future__ import annotations

from typing import NamedTuple

from autograder.record import Status

from ..messages import GradedSubmission


class Place(NamedTuple):
    """Where to look, and by which rules.

    inbound: the exchange's folder, "" where the course has none. before, after: around a student's name in the path of
    a submission. excluded: names that nbgrader leaves out. decides: files and folders that decide the marks. zone: of
    the course's days. limit: gradings of a student in a day, 0 for any number. patience: seconds after which a worker
    is stuck. sandbox: the level in force, in words.
    """

    assignment: str
    inbound: str
    before: str
    after: str
    excluded: tuple[str, ...]
    decides: tuple[str, ...]
    zone: str
    limit: int
    patience: float
    sandbox: str


class Received(NamedTuple):
    """A submission that lies in the course folder.

    digest: of its files; "" where nothing is there. status: of the grading that it already has, None for none. lines:
    what the instructor should know. problem: why it could not be brought in; passing: whether that may be over soon.
    """

    digest: str = ""
    status: Status | None = None
    lines: tuple[str, ...] = ()
    problem: str = ""
    passing: bool = False


class Attended(NamedTuple):
    """A submission that was graded and, if that was asked for, given back.

    points: None where it has no marks. problem: why its pages are not with the student, "" where they are or need not
    be; passing: whether that may be over soon.
    """

    graded: GradedSubmission
    points: float | None = None
    most: float = 0.0
    problem: str = ""
    passing: bool = False
