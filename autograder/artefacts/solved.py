"""Make the solved notebooks in solutions/: the source with its solutions, run from top to bottom.

A solved notebook carries the digest of what it was made from (source, library, visible checks, data), because its
outputs cannot be compared: pictures and timings differ from machine to machine.
"""

from __future__ import annotations

import hashlib
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

CELL_LIMIT = 900  # seconds: half a minute where nothing else runs
MADE_FROM = "made_from"  # the metadata key of the digest


def stale(course: Course) -> list[str]:
    """The solved notebooks that were made from something else than what is there now, or by hand."""
    return [str((course.solutions / path.name).relative_to(course.root)) for path in _stale_sources(course)]


def make(course: Course) -> None:
    """Run the solutions of the stale notebooks and keep them with their outputs."""
    for path in _stale_sources(course):
        notebook = _run(course, path)
        notebook.metadata[MADE_FROM] = digest(course)
        nbformat.write(notebook, course.solutions / path.name)


def digest(course: Course) -> str:
    """A digest of all that a solved notebook's outputs depend on."""
    made_from = hashlib.sha256()
    for folder in (course.source, course.data):
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
            made_from.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return made_from.hexdigest()


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


def _stale_sources(course: Course) -> list[Path]:
    made_from = digest(course)
    return [path for path in course.notebooks if not _fresh(course.solutions / path.name, path, made_from)]


def _fresh(solved: Path, source: Path, made_from: str) -> bool:
    if not solved.exists():
        return False
    found, wanted = nbformat.read(solved, as_version=4), solve(source)
    if found.metadata.get(MADE_FROM) != made_from:
        return False
    if [_identity(cell) for cell in found.cells] != [_identity(cell) for cell in wanted.cells]:
        return False
    return all(_was_run(cell) for cell in found.cells if cell.cell_type == "code")


def _identity(cell: NotebookNode) -> tuple[str, str, str, dict]:
    return cell.id, cell.cell_type, cell.source, dict(cell.metadata)


def _was_run(cell: NotebookNode) -> bool:
    return cell.execution_count is not None and not any(o.output_type == "error" for o in cell.outputs)
