"""Make the solved notebooks in solutions/: the source with its solutions, run from top to bottom."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from unittest import mock

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from ..course import Course
from .reference import without_markers

CELL_LIMIT = 240  # seconds


def stale(course: Course) -> list[str]:
    """The solved notebooks whose cells are not those of their source, that were not run, or that failed."""
    paths = [path for path in course.notebooks if not _fresh(course.solutions / path.name, path)]
    return [str((course.solutions / path.name).relative_to(course.root)) for path in paths]


def make(course: Course) -> None:
    """Run the solutions of the stale notebooks and keep them with their outputs."""
    for path in course.notebooks:
        if not _fresh(course.solutions / path.name, path):
            nbformat.write(_run(course, path), course.solutions / path.name)


def solve(path: Path) -> NotebookNode:
    """A source notebook with its solutions in place and the markers taken out."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = without_markers(cell.source).rstrip("\n")
    return notebook


def _run(course: Course, path: Path) -> NotebookNode:
    notebook = solve(path)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder, "work")
        shutil.copytree(course.source, work)
        nbformat.write(notebook, work / path.name)
        client = NotebookClient(
            notebook,
            timeout=CELL_LIMIT,
            resources={"metadata": {"path": str(work)}},
            record_timing=False,
            extra_arguments=["--IPKernelApp.log_level=ERROR"],
        )
        with mock.patch.dict(os.environ, COCO_CAPTIONING_DIR=str(course.data)):
            client.execute()
    notebook.metadata.pop("language_info", None)
    return notebook


def _fresh(solved: Path, source: Path) -> bool:
    if not solved.exists():
        return False
    found, wanted = nbformat.read(solved, as_version=4), solve(source)
    if [_identity(cell) for cell in found.cells] != [_identity(cell) for cell in wanted.cells]:
        return False
    return all(_was_run(cell) for cell in found.cells if cell.cell_type == "code")


def _identity(cell: NotebookNode) -> tuple[str, str, str, dict]:
    return cell.id, cell.cell_type, cell.source, dict(cell.metadata)


def _was_run(cell: NotebookNode) -> bool:
    return cell.execution_count is not None and not any(o.output_type == "error" for o in cell.outputs)
