"""Read submissions as students hand them in: whatever is wrong with the file ends in a status and a sentence.

nbgrader stops a whole batch for one notebook with a duplicated cell or old metadata, and saves an unreadable one
as a zero. Here a notebook is put in order first (what was changed is noted), and one that cannot be read is
replaced by the release with a notice and put before a human.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.nbgraderformat import MetadataValidator

from ..course import Course

STATUS = "grading"  # the notebook's metadata key that carries the record of its grading
GRADED, REPAIRED, UNREADABLE = "graded", "repaired", "unreadable"


class SubmissionReader(NotebookExporter):
    """nbgrader's exporter for autograding; reads submitted notebooks with care, graded copies as they are."""

    def from_filename(self, filename: str, resources: dict | None = None, **kwargs: Any) -> tuple:
        """Read, and where needed repair, one notebook, and send it through the preprocessors."""
        path = Path(filename)
        resources = self._init_resources(resources)
        resources["metadata"] |= {"name": path.stem, "path": str(path.parent)}
        if self.parent._sanitizing:
            names = resources["nbgrader"]
            release = self.parent.coursedir.format_path(
                self.parent.coursedir.release_directory, ".", names["assignment"]
            )
            notebook = read_submission(path, Path(release))
            for note in notebook.metadata[STATUS]["notes"]:
                self.log.warning("%s: %s", names["student"], note)
        else:
            notebook = nbformat.read(path, as_version=4)
        return self.from_notebook_node(notebook, resources=resources, **kwargs)


def expect_all_notebooks(assignment: str, student: str, notebooks: list[str]) -> None:
    """nbgrader's hook before a submission is converted: ask for the notebooks that are not there, too.

    Without it nbgrader fails where no notebook has the right name, and saves a zero for one that is missing.
    `notebooks` is nbgrader's own list of paths and is changed in place.
    """
    folder = Path(notebooks[0]).parent
    names = [path.name for path in Course(assignment=assignment).notebooks]
    notebooks += [str(folder / name) for name in names if not (folder / name).exists()]


def read_submission(path: Path, release: Path) -> NotebookNode:
    """The submitted notebook, put in order by the one in the folder `release`; never raises for what is handed in.

    Its metadata hold a record under "grading": the status, and a note for each thing that was wrong.
    """
    released = nbformat.read(release / path.name, as_version=4)
    notes = []
    try:
        if not path.exists():
            path, notes = _under_another_name(path, release, released)
        notebook, repairs = put_in_order(_parse(path), released)
    except UnreadableError as failure:
        return _substitute(released, str(failure))
    notes += repairs
    notebook.metadata[STATUS] = {"status": REPAIRED if notes else GRADED, "notes": notes}
    return notebook


class UnreadableError(Exception):
    """A file that is no notebook; the message says what it is, for the student and the instructor."""


def _under_another_name(path: Path, release: Path, released: NotebookNode) -> tuple[Path, list[str]]:
    """The one notebook in the folder that has this one's cells under a name of its own, and a note of it."""
    wanted = {grade_id(cell) for cell in released.cells} - {""}
    found = []
    for other in sorted(path.parent.glob("*.ipynb")):
        if not (release / other.name).exists():
            with contextlib.suppress(UnreadableError):
                found += [other] if wanted & {grade_id(cell) for cell in _parse(other).cells} else []
    if len(found) == 1:
        return found[0], [f"The notebook was handed in as {found[0].name}; it should be named {path.name}."]
    if found:
        names = ", ".join(other.name for other in found)
        raise UnreadableError(f"There is no {path.name}, and it could be any of {names}.")
    raise UnreadableError(f"There is no {path.name} in the submission.")


def _parse(path: Path) -> NotebookNode:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError(f"{path.name} is not a text file: it cannot be read as a notebook.") from None
    try:
        notebook = nbformat.reads(text, as_version=4)
        notebook.cells = [_clean(cell) for cell in notebook.cells]
        return notebook
    except Exception as failure:
        reason = str(failure).strip().splitlines()[0][:200] if str(failure).strip() else type(failure).__name__
        raise UnreadableError(f"{path.name} is not a valid notebook ({reason}).") from None


def _clean(cell: NotebookNode) -> NotebookNode:
    """A cell with just what a cell needs; raises where it is none. Line ends become plain."""
    source = "".join(cell.source) if isinstance(cell.source, list) else cell.source
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    new = make.get(cell.cell_type, nbformat.v4.new_raw_cell)(source.replace("\r\n", "\n").replace("\r", "\n"))
    new.metadata = nbformat.from_dict(cell.get("metadata", {}))
    new.id = str(cell.get("id", new.id))
    return new


def put_in_order(notebook: NotebookNode, released: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """Give a submitted notebook valid nbgrader metadata and every graded and locked cell of the release, once."""
    known = {grade_id(cell): cell for cell in released.cells if grade_id(cell)}
    notes: list[str] = []
    notebook.metadata = nbformat.from_dict({"kernelspec": released.metadata.get("kernelspec", {})})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell in notebook.cells:
        _mend_metadata(cell, known)
    _keep_one_of_each(notebook, notes)
    _mend_types(notebook, known, notes)
    _add_missing(notebook, released, notes)
    _give_ids(notebook)
    return notebook, notes


def grade_id(cell: NotebookNode) -> str:
    """The cell's nbgrader id; "" where it has none."""
    nbgrader = cell.metadata.get("nbgrader")
    return str(nbgrader.get("grade_id", "")) if isinstance(nbgrader, dict) else ""


def _mend_metadata(cell: NotebookNode, known: dict[str, NotebookNode]) -> None:
    """What nbgrader must know of a cell is the release's word, whatever the submission says."""
    name = grade_id(cell)
    cell.metadata.pop("nbgrader", None)
    if name in known:
        cell.metadata["nbgrader"] = nbformat.from_dict(dict(known[name].metadata.nbgrader))
        MetadataValidator().upgrade_cell_metadata(cell)


def _keep_one_of_each(notebook: NotebookNode, notes: list[str]) -> None:
    """Of cells with the same id the last one counts, as in a run from top to bottom; the others stay as plain cells."""
    seen: set[str] = set()
    for cell in reversed(notebook.cells):
        name = grade_id(cell)
        if name in seen:
            del cell.metadata["nbgrader"]
            notes.append(f"The cell {name} is there more than once; the last one counts, the others run before it.")
        elif name:
            seen.add(name)


def _mend_types(notebook: NotebookNode, known: dict[str, NotebookNode], notes: list[str]) -> None:
    for index, cell in enumerate(notebook.cells):
        name = grade_id(cell)
        if name and cell.cell_type != known[name].cell_type:
            right = known[name].cell_type
            notes.append(f"The cell {name} was made a {cell.cell_type} cell; it is a {right} cell again.")
            make = nbformat.v4.new_code_cell if right == "code" else nbformat.v4.new_markdown_cell
            notebook.cells[index] = make(cell.source, metadata=cell.metadata, id=cell.id)


def _add_missing(notebook: NotebookNode, released: NotebookNode, notes: list[str]) -> None:
    """Put back graded and locked cells that were deleted, each after the one that it follows in the release."""
    before = ""
    for cell in released.cells:
        name = grade_id(cell)
        if not name:
            continue
        places = {grade_id(mine): index for index, mine in enumerate(notebook.cells) if grade_id(mine)}
        meta = cell.metadata.nbgrader
        if name not in places and (meta.get("grade") or meta.get("locked")):
            notebook.cells.insert(places[before] + 1 if before in places else 0, nbformat.from_dict(cell))
            notes.append(f"The cell {name} was missing; it was put back.")
            places[name] = True
        if name in places:
            before = name


def _give_ids(notebook: NotebookNode) -> None:
    """Cell ids must differ; a copied cell gets one of its own."""
    seen: set[str] = set()
    for cell in notebook.cells:
        if cell.id in seen:
            cell.id = nbformat.v4.new_code_cell().id
        seen.add(cell.id)


def _substitute(released: NotebookNode, reason: str) -> NotebookNode:
    """The release with a notice in front, in the place of a submission that cannot be read."""
    notice = f"**This submission could not be graded.** {reason} No marks are given until someone has looked at it."
    notebook = nbformat.from_dict(released)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell(notice))
    notebook.metadata[STATUS] = {"status": UNREADABLE, "notes": [reason]}
    return notebook
