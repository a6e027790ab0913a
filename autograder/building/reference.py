"""Collect the reference solution from the solution cells of the source notebooks: solutions/<topic>.py."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat

from autograder.assignment import GIVEN, Assignment
from autograder.cells import grade_id
from autograder.own_numbers import without_marks

MARKER = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION[ \t]*(\n|\Z)", re.MULTILINE)
HEADER = '''"""The reference solution of {notebook}, collected from its solution cells. Built: do not edit."""

import numpy as np
'''


def stale(assignment: Assignment) -> list[str]:
    """The modules that differ from what their notebook says now, or that no notebook makes."""
    wanted = _modules(assignment)
    different = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    extra = [path for path in assignment.solutions.glob("*.py") if path not in wanted]
    return [str(path.relative_to(assignment.root)) for path in [*different, *extra]]


def make(assignment: Assignment) -> None:
    """Write the modules."""
    wanted = _modules(assignment)
    assignment.solutions.mkdir(parents=True, exist_ok=True)
    for path in assignment.solutions.glob("*.py"):
        if path not in wanted:
            path.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")


def without_markers(source: str) -> str:
    """A cell's code without the comments that mark the solution, and numbers of a student's own."""
    return MARKER.sub("", without_marks(source)).rstrip() + "\n"


def _modules(assignment: Assignment) -> dict[Path, str]:
    """Path and text of each module."""
    return {assignment.module(path): _collect(path) for path in assignment.notebooks}


def _collect(path: Path) -> str:
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    parts = [without_markers(cell.source) for cell in cells if _is_reference(cell)]
    return "\n\n".join([HEADER.format(notebook=path.name), *parts])


def _is_reference(cell: nbformat.NotebookNode) -> bool:
    """Solution cells, and the given code that solutions rest on."""
    solution = cell.metadata.get("nbgrader", {}).get("solution")
    return bool(solution) or grade_id(cell).startswith(GIVEN)
