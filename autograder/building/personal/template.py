"""A release in which the numbers that may be a student's own are still marked, and how it is filled for one student."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.utils import compute_checksum

from autograder.building import release
from autograder.course.personal import Personal
from autograder.own_numbers import with_numbers


@dataclass(frozen=True)
class Template:
    """What all students' own files are made from.

    notebooks: the text of each released notebook that has own numbers, by the file's name. digest: of what it was made
    from.
    """

    personal: Personal
    notebooks: dict[str, str]
    digest: str

    def filled(self, student: str) -> dict[str, str]:
        """The text of each notebook that has own numbers, with the student's, by the file's name."""
        values = self.personal.values(student)
        return {name: fill(text, values[name]) for name, text in self.notebooks.items()}


def template(personal: Personal) -> Template:
    """The template of an assignment; raises AssignmentError for numbers that cannot be meant."""
    notebooks: dict[str, str] = {}
    if personal.numbers:
        with tempfile.TemporaryDirectory() as folder:
            made = release.generate(personal.assignment, Path(folder), usual_numbers=False)
            notebooks = {name: (made / name).read_text(encoding="utf-8") for name in personal.numbers}
    return Template(personal, notebooks, personal.digest)


def fill(text: str, numbers: dict[str, str]) -> str:
    """A notebook of a template with these numbers, written as nbgrader writes it."""
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        cell.source = with_numbers(cell, numbers)
        about = cell.metadata.get("nbgrader", {})
        if "checksum" in about:
            about["checksum"] = compute_checksum(cell)
    return f"{nbformat.writes(notebook)}\n"
