"""What the main process and the workers tell each other: plain values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from autograder.record import Status

LOG_NAME = ".grading.log"  # in the course folder


@dataclass(frozen=True)
class GradedSubmission:
    """What came of one submission: its status, a line for each thing to know, the seconds it took, and its log.

    carried: whether some of its marks rest on earlier mistakes put right. passing: whether what kept it from marks may
    be over soon.
    """

    student: str
    status: Status
    lines: tuple[str, ...] = ()
    seconds: float = 0.0
    log: str = ""
    carried: bool = False
    passing: bool = False


@dataclass(frozen=True)
class Survey:
    """What lies in a course folder before a run.

    statuses: of the chosen submissions that need no grading, by student. todo: those to grade, in order.
    before: how many of these have been graded, and have changed since or are forced. outdated: done ones, graded by
    another version of the assignment. gone: students with marks whose submission is not there any more. patience:
    seconds after which a worker that still grades one submission must be stuck. sandbox: the level in force, in words.
    redrawn: how many of those to grade have marks by inputs of their own, as `watch` draws them.
    names: full ones, by the students' ids, where the gradebook knows them.
    """

    statuses: dict[str, Status]
    todo: list[str]
    before: int
    outdated: int
    gone: list[str]
    patience: float
    sandbox: str = ""
    redrawn: int = 0
    names: Mapping[str, str] = field(default_factory=dict)


class Identity(NamedTuple):
    """What must be alike wherever one class is graded, and the machine: digests of the program and of the assignment,
    the gradebook's address without its password, whether that is a file, and what tells machines apart.
    """

    program: str
    assignment: str
    gradebook: str
    in_a_file: bool
    machine: str


class Points(NamedTuple):
    """Points of the graded submissions: how many there are, the most possible, mean and median."""

    graded: int
    most: float
    mean: float
    median: float


class Failure(NamedTuple):
    """Why a worker cannot do anything at all, in a sentence."""

    sentence: str


def not_graded(
    student: str, reason: str, seconds: float = 0.0, log: str = "", passing: bool = False
) -> GradedSubmission:
    """The outcome of a submission that has no marks, with the reason in a sentence."""
    said = (f"{student}: not graded. {reason}",)
    return GradedSubmission(student, Status.NOT_GRADED, said, seconds, log, passing=passing)
