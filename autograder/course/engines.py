"""The engines of nbgrader's converters, each kept while its converter lives: nbgrader makes our parts anew per file."""

from __future__ import annotations

import weakref
from typing import Any
from weakref import WeakKeyDictionary

from autograder.assignment import Assignment
from autograder.engine import Engine

from .settings import Settings


class Engines:
    """One engine for all the submissions that a converter grades."""

    _kept: WeakKeyDictionary[Any, Engine] = WeakKeyDictionary()

    @classmethod
    def of(cls, converter: Any, assignment: Assignment, settings: Settings) -> Engine:
        """The converter's engine, started at the first call.

        Raises ConfigurationError or SandboxLevelError where the settings do not let it start.
        """
        if converter not in cls._kept:
            cls._kept[converter] = engine = settings.engine(assignment)
            weakref.finalize(converter, engine.close)
        return cls._kept[converter]

    @classmethod
    def close(cls, converter: Any) -> None:
        """End the converter's engine, where a process ends that Python does not take down itself."""
        if converter in cls._kept:
            cls._kept.pop(converter).close()
