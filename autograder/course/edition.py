"""How a course gives an assignment out: in which language, and with which limits of time in the checks at home."""

from __future__ import annotations

from pathlib import Path

from traitlets.config import Config

from autograder.assignment import Assignment
from autograder.selfcheck.limit import Seconds

from .reading import files, read
from .settings import Settings


def in_its_language(assignment: Assignment, language: str | None = None) -> Assignment:
    """The assignment in the language that its course's configuration names.

    language: another one, "" for English. Raises ConfigurationError where there is no such language, or a
    configuration file cannot be read.
    """
    if language is None:
        language = Settings.of(_configuration(assignment.root), assignment).language
    told = assignment.told_in(language)
    return told if told.tongue.name == language else assignment


def seconds(assignment: Assignment) -> Seconds:
    """The seconds that the course's grader gives one call and one exercise; raises as `in_its_language` does."""
    limits = Settings.of(_configuration(assignment.root), assignment).limits
    return Seconds(limits.call, limits.exercise)


def _configuration(root: Path) -> Config:
    """What the course's configuration files say together."""
    together = Config()
    for path in files(root):
        together.merge(read(path))
    return together
