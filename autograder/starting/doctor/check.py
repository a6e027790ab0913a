"""A check: one small function that looks at one thing, and a remedy. What the command does derives from these.

    @check("disk", remedy="make room")
    def disk(course: Course) -> str | Found:
        "Whether the disk has room for a semester."

A check returns a sentence where all is well, and `warn(...)` or `fail(...)` where not. A UserError that it raises is
what is wrong; anything else is a defect of the check, which is told as such and stops no other.
"""

from __future__ import annotations

import inspect
import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from pathlib import Path
from types import ModuleType

from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.assignment import Assignment, load, names
from autograder.course.marks import course_directory
from autograder.errors import UserError, of_machine


class State(Enum):
    """How a check came out; the value is the word that is shown."""

    OK = "ok"
    WARN = "warn"  # works, but is worth a thought
    FAIL = "fail"  # something of a semester does not work


@dataclass(frozen=True)
class Found:
    """What a check found. remedy: what to do about it, "" for what the check itself declares."""

    state: State
    said: str
    remedy: str = ""


def warn(said: str, remedy: str = "") -> Found:
    """Something that works, but is worth a thought."""
    return Found(State.WARN, said, remedy)


def fail(said: str, remedy: str = "") -> Found:
    """Something that does not work."""
    return Found(State.FAIL, said, remedy)


class Course:
    """A course folder that is looked at; what several checks need is read once."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def coursedir(self) -> CourseDirectory:
        """As its configuration has it; raises ConfigurationError where that is wrong."""
        return course_directory(self.root)

    @property
    def config(self) -> Config:
        """All that its configuration files say."""
        application = self.coursedir.parent
        return application.config if application else Config()

    @cached_property
    def assignments(self) -> tuple[Assignment, ...]:
        """Its assignments; raises AssignmentError for the first that cannot be read."""
        return tuple(load(self.root, name) for name in names(self.root))


Look = Callable[[Course], str | Found]


@dataclass(frozen=True)
class Check:
    """A declared check. needs: the names of checks that must not fail before this one can say anything."""

    name: str
    look: Look
    remedy: str
    needs: tuple[str, ...] = ()

    @property
    def about(self) -> str:
        """What it looks at, in a sentence."""
        return inspect.getdoc(self.look) or ""


@dataclass(frozen=True)
class Result:
    """What a check found, and the seconds that it took."""

    check: Check
    found: Found
    seconds: float


def check(name: str, remedy: str, needs: tuple[str, ...] = ()) -> Callable[[Look], Check]:
    """Declare the function below as a check."""
    return lambda look: Check(name, look, remedy, needs)


def declared_in(modules: Iterable[ModuleType]) -> list[Check]:
    """The checks that some modules declare, in their order."""
    return [each for module in modules for each in vars(module).values() if isinstance(each, Check)]


def examine(course: Course, checks: Iterable[Check], start: Callable[[Check], None]) -> Iterator[Result]:
    """Make the checks one after another, whatever any of them does. start: called before each."""
    failed: set[str] = set()
    for each in checks:
        start(each)
        began = time.monotonic()
        found = _look(course, each, failed)
        if found.state is State.FAIL:
            failed.add(each.name)
        yield Result(each, found, time.monotonic() - began)


def _look(course: Course, each: Check, failed: Collection[str]) -> Found:
    if waits := [name for name in each.needs if name in failed]:
        return warn(f"not looked at, as {waits[0]} failed", f"mend {waits[0]} first, then run this again")
    try:
        found = each.look(course)
    except UserError as problem:
        found = fail(str(problem))
    except OSError as problem:
        found = fail(of_machine(problem) or f"{type(problem).__name__}: {problem}")
    except (Exception, SystemExit) as problem:
        logging.getLogger("autograder").debug("the check %s broke", each.name, exc_info=True)
        said = f"this check itself broke, and says nothing of your course ({type(problem).__name__}: {problem})"
        return fail(said, "report it with this line; the other lines hold")
    if isinstance(found, str):
        return Found(State.OK, found)
    return Found(found.state, found.said, found.remedy or each.remedy)
