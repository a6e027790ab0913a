"""What a package was made with: the course's choices in its configuration, and those of Gradescope."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from autograder.assignment import Assignment
from autograder.course.marks import course_directory
from autograder.course.settings import Settings
from autograder.engine import Engine
from autograder.sandbox.levels import LEVELS, MINIMUM


@dataclass(frozen=True)
class PackageSettings:
    """assignment: its name. visibility: when students see a test. notebooks: what is graded. grading: as the course has
    it, but for the sandbox's least level: in one container with the solution and the results less would not do.
    """

    assignment: str
    visibility: str
    notebooks: tuple[str, ...]
    grading: Settings

    @classmethod
    def of_course(cls, assignment: Assignment, visibility: str, notebooks: Sequence[str]) -> PackageSettings:
        """The choices of the assignment's course; raises ConfigurationError where they cannot be read."""
        grading = Settings.of(course_directory(assignment.root).parent.config, assignment)
        minimum = max(grading.minimum, MINIMUM, key=LEVELS.index)
        return cls(assignment.name, visibility, tuple(notebooks), grading.but(minimum=minimum))

    def dump(self) -> str:
        """The settings as text."""
        return json.dumps(asdict(self), indent=2) + "\n"

    @classmethod
    def load(cls, text: str) -> PackageSettings:
        """The settings that `dump` wrote."""
        fields = json.loads(text)
        grading: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in fields["grading"].items()
        }
        return cls(**{**fields, "notebooks": tuple(fields["notebooks"]), "grading": Settings(**grading)})

    def engine(self, assignment: Assignment) -> Engine:
        """The engine that nbgrader's commands would have; raises SandboxLevelError below the least acceptable level."""
        return self.grading.engine(assignment)
