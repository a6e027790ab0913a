"""Where the files lie that single students get in the place of those of the release, and whether they are of today.

`personal/STUDENT/NAME/` holds what differs from `release/NAME/`: notebooks with own numbers, and the visible cases.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder.assignment import CASES, KIT, Assignment
from autograder.cells import read_cells
from autograder.errors import AssignmentError
from autograder.own_numbers import OwnNumber, own_numbers

VERSION = "1"  # of what is made: another one makes all of it anew


@dataclass(frozen=True, eq=False)
class Personal:
    """An assignment's files for single students. course: its id; another course's numbers are others."""

    assignment: Assignment
    course: str

    @property
    def students(self) -> list[str]:
        """Those who have files of their own."""
        return sorted(path.parent.name for path in self.assignment.personal.glob(f"*/{self.assignment.name}/"))

    def folder(self, student: str) -> Path:
        """Where a student's own files lie."""
        return self.assignment.personal / student / self.assignment.name

    def stamp(self, student: str) -> Path:
        """The file beside them that says what they were made from."""
        return self.assignment.personal / student / f".{self.assignment.name}.made_from"

    @cached_property
    def numbers(self) -> dict[str, dict[str, OwnNumber]]:
        """The own numbers of each notebook that has some, by its file's name; raises AssignmentError for slips."""
        found = {path.name: own_numbers(read_cells(path), path.name) for path in self.assignment.notebooks}
        return {name: numbers for name, numbers in found.items() if numbers}

    def seed(self, student: str) -> int:
        """Draws the inputs of the student's own checks. No hidden input follows from it, and it follows from none."""
        return int.from_bytes(hashlib.sha256(f"{self._named}\0{student}".encode()).digest()[:8], "big")

    def values(self, student: str) -> dict[str, dict[str, str]]:
        """The student's own numbers, by notebook and name."""
        return {
            notebook: {name: number.of(student, f"{self._named}/{notebook}") for name, number in numbers.items()}
            for notebook, numbers in self.numbers.items()
        }

    @cached_property
    def digest(self) -> str:
        """Changes with everything that a student's own files are made from: the release, and what may differ in it."""
        digest = hashlib.sha256(f"{VERSION}\0{self.course}\0{self.numbers}".encode())
        release = self.assignment.release
        cases = [release / KIT / CASES] if self.assignment.exercises else []
        for path in (*sorted(release.glob("*.ipynb")), *cases):
            digest.update(f"\0{path.name}\0".encode() + path.read_bytes())
        return digest.hexdigest()

    def outdated(self, students: Iterable[str]) -> list[str]:
        """Those of these students who have no files, or others than would be made now."""
        return [student for student in students if not self._is_of_today(student)]

    def insist_on_today(self) -> None:
        """Raise AssignmentError where somebody's files are older than the release: the checks would not fit."""
        if outdated := self.outdated(self.students):
            raise AssignmentError(
                f"{self.folder(outdated[0])} is older than the release: run `python -m autograder personal"
                f" {self.assignment.name}`, or remove {self.assignment.personal} if nobody is to have own numbers"
            )

    def _is_of_today(self, student: str) -> bool:
        folder, stamp = self.folder(student), self.stamp(student)
        wanted = [*self.numbers, *([f"{KIT}/{CASES}"] if self.assignment.exercises else [])]
        whole = all((folder / name).is_file() for name in wanted)
        return whole and stamp.is_file() and stamp.read_text(encoding="utf-8") == self.digest

    @property
    def _named(self) -> str:
        return f"{self.course}/{self.assignment.name}"
