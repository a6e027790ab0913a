"""Make the solved notebooks in solutions/: the source with its solutions, run from top to bottom.

A solved notebook carries the digest of what its outputs come from (its own code and that of the notebooks before it, of
the library and of the visible checks, and the data), because outputs cannot be compared: pictures and timings differ
from machine to machine. Texts and points are brought up to date without a run.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat import NotebookNode
from tqdm import tqdm

from autograder.assignment import CASES, KIT, Assignment
from autograder.cells import grade_id, read_cells, source_of
from autograder.errors import UserError
from autograder.own_numbers import put_usual
from autograder.release import kit, points_by_cell, share, with_points

from . import checks
from .reference import without_markers

CELL_LIMIT = 3600  # seconds: half a minute where nothing else runs
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # many are slower, where others work beside it
MADE_FROM = "made_from"  # the metadata key of the digest


def stale(assignment: Assignment) -> list[str]:
    """The solved notebooks that differ from what would be made now, or were made by hand."""
    wanted = {path: solve(assignment, path) for path in assignment.notebooks}
    made_from = digests(assignment)
    solved = {path: assignment.solutions / path.name for path in wanted}
    found = [solved[path] for path, notebook in wanted.items() if not _fresh(solved[path], notebook, made_from[path])]
    extra = [path for path in assignment.solutions.glob("*.ipynb") if path not in solved.values()]
    return [str(path.relative_to(assignment.root)) for path in (*found, *extra)]


def make(assignment: Assignment) -> None:
    """Bring the solved notebooks up to date, one by one; only those whose code has changed are run.

    What was made stays when a later one fails. Raises UserError where a solution does.
    """
    made_from = digests(assignment)
    for path in assignment.solutions.glob("*.ipynb"):
        if path.name not in {source.name for source in made_from}:
            path.unlink()
    for path, code in made_from.items():
        target, notebook = assignment.solutions / path.name, solve(assignment, path)
        if _fresh(target, notebook, code):
            continue
        if not _keep_outputs(target, notebook, code):
            _run(assignment, path, notebook)
        notebook.metadata[MADE_FROM] = code
        _write(notebook, target)


def take_over(other: Assignment, assignment: Assignment) -> bool:
    """Take the outputs of the same notebooks in another course folder; returns whether all could be taken.

    Only of what is fresh there, where the code is the same, and where the checks of these notebooks say the same: a run
    here would show nothing else, although it might be of fewer notebooks.
    """
    if not _checks_agree(other, assignment):
        return False
    made_from, made_there = digests(assignment), digests(other)
    taken = []
    for path, code in made_from.items():
        notebook, source = solve(assignment, path), other.source / path.name
        if _keep_outputs(other.solutions / path.name, notebook, made_there.get(source, "")):
            notebook.metadata[MADE_FROM] = code
            _write(notebook, assignment.solutions / path.name)
            taken.append(path)
    return len(taken) == len(made_from)


def _checks_agree(other: Assignment, assignment: Assignment) -> bool:
    """Whether the visible checks of an assignment stand in another's, too, and nobody changed the code around them."""
    there, here = (dict(kit(each)) for each in (other, assignment))
    cases = Path(KIT, CASES)
    same = checks.contains(there.pop(cases), here.pop(cases))
    return same and {name: path.read_bytes() for name, path in there.items()} == {
        name: path.read_bytes() for name, path in here.items()
    }


def digests(assignment: Assignment) -> dict[Path, str]:
    """For each source notebook, in order, a digest of all code that its outputs depend on, and of the data."""
    made_from = hashlib.sha256()
    library = sorted((assignment.source / assignment.library).rglob("*.py")) if assignment.library else []
    data = [path for folder in assignment.data_folders.values() for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in (*library, *kit(assignment).values(), *data):
        made_from.update(f"{path.name}\0".encode() + path.read_bytes())
    found = {}
    for path in assignment.notebooks:
        for cell in assignment.translated(read_cells(path)):
            if cell["cell_type"] == "code":
                made_from.update(f"{path.name}\0{cell.get('id')}\0{without_markers(source_of(cell))}".encode())
        found[path] = made_from.hexdigest()
    return found


def solve(assignment: Assignment, path: Path) -> NotebookNode:
    """A source notebook in the assignment's language, with its solutions and points and without the markers."""
    notebook, points = nbformat.read(path, as_version=4), points_by_cell(path)
    notebook.cells = [nbformat.from_dict(cell) for cell in assignment.translated(notebook.cells)]
    put_usual(notebook.cells, path.name)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = without_markers(cell.source).rstrip("\n")
        if cell.cell_type == "markdown":
            cell.source = with_points(cell.source, points)
    return notebook


def _keep_outputs(solved: Path, notebook: NotebookNode, made_from: str) -> bool:
    """Give a notebook the outputs of the one that was solved before; returns whether that had run the same code."""
    if not solved.exists():
        return False
    before = nbformat.read(solved, as_version=4)
    cells = {cell.id: cell for cell in before.cells if cell.cell_type == "code"}
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    same = all(cell.id in cells and cells[cell.id].source == cell.source and _was_run(cells[cell.id]) for cell in code)
    if before.metadata.get(MADE_FROM) != made_from or not same:
        return False
    for cell in code:
        cell.outputs, cell.execution_count = cells[cell.id].outputs, cells[cell.id].execution_count
    notebook.metadata.pop("language_info", None)
    return True


def _run(assignment: Assignment, path: Path, notebook: NotebookNode) -> None:
    """Run a notebook's cells in a copy of the source, with progress."""
    count = sum(cell.cell_type == "code" for cell in notebook.cells)
    with (
        tempfile.TemporaryDirectory() as folder,
        tqdm(total=count, desc=path.stem, file=sys.stderr, unit="cell") as bar,
    ):
        work = Path(folder, "work")
        shutil.copytree(assignment.source, work)
        share(kit(assignment), work)
        for other in assignment.notebooks:  # later notebooks read functions of earlier ones, and only of those
            (work / other.name).unlink()
            if other <= path:
                nbformat.write(solve(assignment, other), work / other.name)

        def advance(**_: Any) -> None:
            bar.update()

        client = NotebookClient(
            notebook,
            timeout=CELL_LIMIT,
            resources={"metadata": {"path": str(work)}},
            record_timing=False,
            extra_arguments=["--IPKernelApp.log_level=ERROR"],
            on_cell_executed=advance,
        )
        data = {name: str(place) for name, place in assignment.data_folders.items()}
        with mock.patch.dict(os.environ, {**data, **ONE_THREAD}):
            # `python -m autograder` sets it; a notebook imports what lies beside it.
            os.environ.pop("PYTHONSAFEPATH", None)
            _execute(client, path)
    notebook.metadata.pop("language_info", None)


def _execute(client: NotebookClient, path: Path) -> None:
    try:
        client.execute()
    except CellTimeoutError:
        raise UserError(
            f"a cell of {path} took longer than {CELL_LIMIT} s with its solution: make it quicker"
        ) from None
    except CellExecutionError as problem:
        cell = next((c for c in client.nb.cells if any(o.output_type == "error" for o in c.get("outputs", []))), None)
        name = (grade_id(cell) or cell.id) if cell else "a cell"
        said = f"{problem.ename}: {problem.evalue}"
        raise UserError(f"{path}, cell {name}, fails with its own solution ({said}): mend it") from None


def _write(notebook: NotebookNode, target: Path) -> None:
    """Put a notebook in its place as a whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    nbformat.write(notebook, part)
    os.replace(part, target)


def _fresh(solved: Path, wanted: NotebookNode, made_from: str) -> bool:
    if not solved.exists():
        return False
    found = nbformat.read(solved, as_version=4)
    if found.metadata.get(MADE_FROM) != made_from:
        return False
    if [_identity(cell) for cell in found.cells] != [_identity(cell) for cell in wanted.cells]:
        return False
    return all(_was_run(cell) for cell in found.cells if cell.cell_type == "code")


def _identity(cell: NotebookNode) -> tuple[str, str, str, dict[str, Any]]:
    return cell.id, cell.cell_type, cell.source, dict(cell.metadata)


def _was_run(cell: NotebookNode) -> bool:
    return cell.execution_count is not None and not any(o.output_type == "error" for o in cell.outputs)
