"""Collect the reference solution from the solution cells of the source notebooks: solutions/<topic>.py."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat

from ..course import Course, grade_id

MARKER = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION[ \t]*(\n|\Z)", re.MULTILINE)
HEADER = '''"""The reference solution of {notebook}, collected from its solution cells. Built: do not edit."""

import numpy as np
'''


def stale(course: Course) -> list[str]:
    """The modules that differ from what their notebook says now, or that no notebook makes."""
    wanted = _modules(course)
    different = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    extra = [path for path in course.solutions.glob("*.py") if path not in wanted]
    return [str(path.relative_to(course.root)) for path in [*different, *extra]]


def make(course: Course) -> None:
    """Write the modules."""
    wanted = _modules(course)
    course.solutions.mkdir(exist_ok=True)
    for path in course.solutions.glob("*.py"):
        if path not in wanted:
            path.unlink()
    for path, text in wanted.items():
        path.write_text(text)


def without_markers(source: str) -> str:
    """A solution cell's code without the comments that mark the solution."""
    return MARKER.sub("", source).rstrip() + "\n"


def _modules(course: Course) -> dict[Path, str]:
    """Path and text of each module."""
    return {course.module(path): _collect(path) for path in course.notebooks}


def _collect(path: Path) -> str:
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    parts = [without_markers(cell.source) for cell in cells if _is_reference(cell)]
    return "\n\n".join([HEADER.format(notebook=path.name), *parts])


def _is_reference(cell: nbformat.NotebookNode) -> bool:
    """Solution cells, and the given code that solutions rest on."""
    solution = cell.metadata.get("nbgrader", {}).get("solution")
    return bool(solution) or grade_id(cell).startswith("given_")
