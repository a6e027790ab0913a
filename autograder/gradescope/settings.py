"""What a package was made with: the course's choices in nbgrader_config.py, and those of Gradescope."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from traitlets.config import Config

from ..course import Course
from ..grade import Engine
from ..marks import course_directory
from ..plugin.grading import GradeSubmission
from ..plugin.sandbox import Sandbox
from ..sandbox.levels import LEVELS, MINIMUM
from ..sandbox.runner import Limits


@dataclass(frozen=True)
class Settings:
    """visibility: when students see a test. notebooks: what is graded. The rest is as nbgrader_config.py has it.

    But for the sandbox's least level: in one container with the solution and the results less would not do.
    """

    visibility: str
    notebooks: tuple[str, ...]
    advice: str
    seed: int
    minimum: str
    memory: int
    run_demos: bool
    limits: Limits

    @classmethod
    def of_course(cls, root: Path, visibility: str, notebooks: Sequence[str]) -> Settings:
        """The choices of the course in the folder `root`; raises ValueError where there is none."""
        config = _configuration(root)
        grading, sandbox = GradeSubmission(config=config), Sandbox(config=config)
        minimum = max(sandbox.minimum, MINIMUM, key=LEVELS.index)
        chosen = grading.advice, grading.seed, minimum, sandbox.memory, grading.run_demos, grading.limits
        return cls(visibility, tuple(notebooks), *chosen)

    def dump(self) -> str:
        """The settings as text."""
        return json.dumps(asdict(self), indent=2) + "\n"

    @classmethod
    def load(cls, text: str) -> Settings:
        """The settings that `dump` wrote."""
        fields = json.loads(text)
        return cls(**{**fields, "notebooks": tuple(fields["notebooks"]), "limits": Limits(**fields["limits"])})

    def engine(self, course: Course) -> Engine:
        """The engine that nbgrader's commands would have; raises SandboxError below the least acceptable level."""
        return Engine(
            course,
            seed=self.seed,
            limits=self.limits,
            minimum=self.minimum,
            memory=self.memory << 20,
            run_demos=self.run_demos,
        )


def _configuration(root: Path) -> Config:
    """What a course folder's nbgrader_config.py sets; raises ValueError where it does not plug the grader in."""
    file = root / "nbgrader_config.py"
    if not file.is_file():
        raise ValueError(f"{root} is no course folder (it has no {file.name}): name yours with --course")
    config = course_directory(root).parent.config
    if GradeSubmission not in config.Autograde.get("autograde_preprocessors", ()):
        raise ValueError(f"{file} cannot be read, or does not call autograder.plugin.configure(c)")
    return config
