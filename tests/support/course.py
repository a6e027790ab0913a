"""A course folder of its own for a test, and nbgrader's own commands in it."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from autograder.assignment import Assignment
from autograder.building import demo
from tests.support import warm_nbgrader
from tests.support.house import ASSIGNMENT

NOTEBOOK = "1_rnn_layers.ipynb"


@dataclass(frozen=True)
class CourseFolder:
    """A course in `root` with the project's source and configuration, and lines of its own in the latter.

    It has the first notebook only, where nothing else is asked for: what holds for one holds for all, in a fraction of
    the time.
    """

    root: Path
    assignment: Assignment

    @classmethod
    def make(
        cls, root: Path, assignment: Assignment, config: str = "", notebooks: Collection[str] = (NOTEBOOK,)
    ) -> CourseFolder:
        demo.lay_out(assignment, root, notebooks)
        with open(root / "nbgrader_config.py", "a") as file:
            file.write(f"\n{config}\n")
        return cls(root, assignment)

    @classmethod
    def released(cls, root: Path, config: str = "") -> CourseFolder:
        """The project's own course with the release and the gradebook that nbgrader makes of it: made once, and copied.

        config: lines that have no say in what is released.
        """
        shutil.copytree(_released().root, root, symlinks=True, dirs_exist_ok=True)
        with open(root / "nbgrader_config.py", "a") as file:
            file.write(f"\n{config}\n")
        return cls(root, ASSIGNMENT)

    @property
    def coursedir(self) -> CourseDirectory:
        return CourseDirectory(root=str(self.root))

    @property
    def release(self) -> Path:
        return self.root / "release" / self.assignment.name

    def submitted(self, student: str) -> Path:
        return self.root / "submitted" / student / self.assignment.name

    def autograded(self, student: str) -> Path:
        return self.root / "autograded" / student / self.assignment.name

    def feedback(self, student: str) -> Path:
        return self.root / "feedback" / student / self.assignment.name

    def hand_in(self, student: str, content: str | bytes | None, name: str = NOTEBOOK) -> Path:
        """A submission with the release's files and this notebook; None hands in no notebook."""
        folder = self.submitted(student)
        shutil.copytree(self.release, folder, ignore=shutil.ignore_patterns("*.ipynb", "figures"))
        if content is not None:
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    def gradebook(self) -> Gradebook:
        return Gradebook(self.coursedir.db_url, self.coursedir.course_id)

    def nbgrader(self, command: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Run `nbgrader command` on the assignment as an instructor would."""
        return warm_nbgrader.shared().run([command, self.assignment.name, *options], self.root, os.environ)


@cache
def _released() -> CourseFolder:
    """The course that all copies are made of."""
    place = Path(mkdtemp(prefix="released-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    folder = CourseFolder.make(place / "course", ASSIGNMENT)
    folder.nbgrader("generate_assignment").check_returncode()
    return folder
