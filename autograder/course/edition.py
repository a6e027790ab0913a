"""The language that a course gives an assignment out in."""

from __future__ import annotations

from pathlib import Path

from traitlets.config import Config

from autograder.assignment import Assignment

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


def _configuration(root: Path) -> Config:
    """What the course's configuration files say together."""
    together = Config()
    for path in files(root):
        together.merge(read(path))
    return together
