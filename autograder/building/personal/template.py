"""A release in which the numbers that may be a student's own are still marked, and how it is filled for one student."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.utils import compute_checksum

from autograder.building import release
from autograder.course.personal import Personal
from autograder.own_numbers import OwnNumber, with_numbers


@dataclass(frozen=True)
class Template:
    """What all students' own files are made from.

    notebooks: the text of each released notebook that has own numbers, by the file's name. numbers: these, by the
    notebook's name and their own. digest: of what it was made from.
    """

    personal: Personal
    notebooks: dict[str, str]
    numbers: dict[str, dict[str, OwnNumber]]
    digest: str

    def seed(self, student: str) -> int:
        """Draws the inputs of the student's own checks. No hidden input follows from it, and it follows from none."""
        return int.from_bytes(hashlib.sha256(f"{self._named}\0{student}".encode()).digest()[:8], "big")

    def values(self, student: str) -> dict[str, dict[str, str]]:
        """The student's own numbers, by notebook and name."""
        return {
            notebook: {name: number.of(student, f"{self._named}/{notebook}") for name, number in numbers.items()}
            for notebook, numbers in self.numbers.items()
        }

    def filled(self, student: str) -> dict[str, str]:
        """The text of each notebook that has own numbers, with the student's, by the file's name."""
        values = self.values(student)
        return {name: fill(text, values[name]) for name, text in self.notebooks.items()}

    @property
    def _named(self) -> str:
        return f"{self.personal.course}/{self.personal.assignment.name}"


def template(personal: Personal) -> Template:
    """The template of an assignment; raises AssignmentError for numbers that cannot be meant."""
    numbers = personal.numbers()
    notebooks: dict[str, str] = {}
    if numbers:
        with tempfile.TemporaryDirectory() as folder:
            made = release.generate(personal.assignment, Path(folder), usual_numbers=False)
            notebooks = {name: (made / name).read_text(encoding="utf-8") for name in numbers}
    return Template(personal, notebooks, numbers, personal.digest())


def fill(text: str, numbers: dict[str, str]) -> str:
    """A notebook of a template with these numbers, written as nbgrader writes it."""
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        cell.source = with_numbers(cell, numbers)
        about = cell.metadata.get("nbgrader", {})
        if "checksum" in about:
            about["checksum"] = compute_checksum(cell)
    return f"{nbformat.writes(notebook)}\n"
