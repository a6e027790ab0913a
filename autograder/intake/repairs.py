"""Mend a submitted notebook by the released one: the repairs, each with a note of what was wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.corpus.words import generate_corpus_id

from autograder.cells import grade_id
from autograder.selfcheck import language
from autograder.selfcheck.language import Text, counted, pair

from .safe import joined, safe_name, safe_pictures

CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
MINOR = 5  # of nbformat 4: cells have ids
ALT_LIMIT = 300  # characters of a picture's text alternative
LOST_ANSWER = "*This cell was not in the submission and was put back: look for the answer elsewhere.*\n\n"
LOST_CODE = "# This cell was not in the submission and was put back: look for the answer elsewhere.\n"


class UnreadableError(Exception):
    """What was handed in is no notebook of this assignment; the message says so to student and instructor."""


def clean(cell: Any) -> NotebookNode | None:
    """A valid cell with just what grading needs of `cell`; None where it is no cell. Line ends become plain."""
    if not isinstance(cell, dict):
        return None
    source = cell.get("source", "")
    if not isinstance(source, (str, list)):
        return None
    source = joined(source).replace("\r\n", "\n").replace("\r", "\n")
    kind = cell.get("cell_type")
    new = _cell(kind if kind in ("code", "markdown") else "raw", source)
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    if isinstance(about := metadata.get("nbgrader"), dict) and isinstance(about.get("grade_id"), str):
        new.metadata["nbgrader"] = NotebookNode(grade_id=joined(about["grade_id"]))
    if alt := joined(metadata.get("alt"))[:ALT_LIMIT]:
        new.metadata["alt"] = alt
    if isinstance(cell.get("id"), str) and CELL_ID.fullmatch(cell["id"]):
        new.id = cell["id"]
    if kind == "markdown" and (pictures := safe_pictures(cell.get("attachments"))):
        new.attachments = pictures
    return new


def _cell(kind: str, source: str) -> NotebookNode:
    """A new cell. nbformat's own makers validate each by itself, which takes longer than all together at the end."""
    cell = NotebookNode(id=generate_corpus_id(), cell_type=kind, metadata=NotebookNode(), source=source)
    if kind == "code":
        cell.update(execution_count=None, outputs=[])
    return cell


def mended(cells: list[NotebookNode], released: NotebookNode, file: str) -> tuple[NotebookNode, list[str]]:
    """A notebook of clean cells with valid nbgrader metadata and every graded and locked cell of the release, once.

    Returns it with the notes of what was wrong. Raises UnreadableError where no cell is one of the assignment's.
    """
    known = {grade_id(cell): cell for cell in released.cells if grade_id(cell)}
    metadata = {key: released.metadata[key] for key in ("kernelspec", "language_info") if key in released.metadata}
    notebook = nbformat.v4.new_notebook(metadata=nbformat.from_dict(metadata))
    notebook.cells, notebook.nbformat_minor = cells, MINOR
    for cell in notebook.cells:
        _set_metadata(cell, known.get(grade_id(cell)))
    notes = [*_keep_one_of_each(notebook, known), *_recognise(notebook, known)]
    if not _places(notebook):
        raise UnreadableError(Text("{file} has none of this assignment's cells.", file=file))
    notes += [*_mend_types(notebook, known), *_restore_locked(notebook, known), *_put_back(notebook, known)]
    _give_ids(notebook)
    return notebook, notes


def listed(names: Iterable[str], most: int = 6) -> str:
    """The names in a row; of many only the first."""
    names = [safe_name(name) for name in names]
    first = language.joined(names[:most])
    return Text("{names} and {count} more", names=first, count=len(names) - most) if len(names) > most else first


def _note(names: list[str], one: str, several: str) -> list[str]:
    """A note on the cells with these names; none where there are no names. one, several: its templates."""
    if not names:
        return []
    return [counted(one, several, len(names), names=names[0] if len(names) == 1 else listed(names))]


def _set_metadata(cell: NotebookNode, released: NotebookNode | None) -> None:
    """What nbgrader must know of a cell is the release's word, whatever the submission says."""
    cell.metadata.pop("nbgrader", None)
    if released:
        cell.metadata["nbgrader"] = nbformat.from_dict(dict(released.metadata.nbgrader))


def _places(notebook: NotebookNode) -> dict[str, int]:
    return {grade_id(cell): index for index, cell in enumerate(notebook.cells) if grade_id(cell)}


def _keep_one_of_each(notebook: NotebookNode, known: dict[str, NotebookNode]) -> list[str]:
    """Of cells with the same id the last one counts, as in a run from top to bottom; the others stay as plain cells.

    One of the right type goes before one of another, and an answer before the text that asks for one.
    """
    copies: dict[str, list[int]] = {}
    for index, cell in enumerate(notebook.cells):
        copies.setdefault(grade_id(cell), []).append(index)
    copies = {name: places for name, places in copies.items() if name and len(places) > 1}
    for name, places in copies.items():

        def worth(index: int, original: NotebookNode = known[name]) -> tuple[bool, bool, int]:
            cell = notebook.cells[index]
            answered = original.cell_type == "markdown" and cell.source != original.source
            return cell.cell_type == original.cell_type, answered, index

        for index in sorted(places, key=worth)[:-1]:
            _set_metadata(notebook.cells[index], None)
    more = pair(
        "The cell {names} is there more than once; the last one counts, the others run before it.",
        "The cells {names} are there more than once; the last one counts, the others run before it.",
    )
    return _note(list(copies), *more)


def _recognise(notebook: NotebookNode, known: dict[str, NotebookNode]) -> list[str]:
    """Give cells that lost their nbgrader metadata their ids back, by their code."""
    there, found = _places(notebook), []
    for name in [name for name in known if name not in there]:
        for cell in reversed(notebook.cells):
            if not grade_id(cell) and _is_copy(cell, known[name], name):
                _set_metadata(cell, known[name])
                found.append(name)
                break
    lost = pair(
        "The cell {names} had lost the nbgrader metadata; recognised by the code.",
        "The cells {names} had lost the nbgrader metadata; recognised by the code.",
    )
    return _note(found, *lost)


def _is_copy(cell: NotebookNode, original: NotebookNode, name: str) -> bool:
    """Whether the cell has the original's text or, for a solution, defines the function that it asks for."""
    if cell.cell_type != original.cell_type:
        return False
    solves = cell.cell_type == "code" and original.metadata.nbgrader.get("solution")
    defines = solves and re.search(rf"^def {re.escape(name)}\b", cell.source, re.MULTILINE)
    return bool(defines) or cell.source.strip() == original.source.strip()


def _mend_types(notebook: NotebookNode, known: dict[str, NotebookNode]) -> list[str]:
    changed = []
    for index, cell in enumerate(notebook.cells):
        name = grade_id(cell)
        if name and cell.cell_type != (right := known[name].cell_type):
            changed.append(name)
            notebook.cells[index] = _cell(right, cell.source)
            notebook.cells[index].update(metadata=cell.metadata, id=cell.id)
    other = pair(
        "The cell {names} had another cell type; it has its own again.",
        "The cells {names} had another cell type; they have their own again.",
    )
    return _note(changed, *other)


def _restore_locked(notebook: NotebookNode, known: dict[str, NotebookNode]) -> list[str]:
    """Locked cells have the release's text again, as nbgrader would do it."""
    changed = []
    for cell in notebook.cells:
        meta = cell.metadata.get("nbgrader", {})
        if meta and not meta["solution"] and (meta["locked"] or meta["grade"]):
            original = known[grade_id(cell)].source
            changed += [grade_id(cell)] if cell.source.strip() != original.strip() else []
            cell.source = original
    edited = pair(
        "The cell {names} had been edited; it is the released one again.",
        "The cells {names} had been edited; they are the released ones again.",
    )
    return _note(changed, *edited)


def _put_back(notebook: NotebookNode, known: dict[str, NotebookNode]) -> list[str]:
    """Put back graded and locked cells that were deleted, each after the one that it follows in the release.

    Where that one is a solution that is nowhere to be found, the cell goes before the next one instead: the code that
    it tests may stand in any cell until there.
    """
    before, places = "", _places(notebook)
    back: list[str] = []
    gone: list[str] = []
    for number, (name, original) in enumerate(known.items()):
        meta = original.metadata.nbgrader
        if name not in places and (meta["grade"] or meta["locked"]):
            following = (places[later] for later in list(known)[number:] if later in places)
            late = bool(gone) and list(known)[number - 1] == gone[-1]
            place = next(following, len(notebook.cells)) if late else places.get(before, -1) + 1
            notebook.cells.insert(place, _copy(original))
            places = _places(notebook)
            back.append(name)
        elif name not in places:
            gone.append(name)
            continue
        before = name
    missing = pair(
        "The cell {names} was missing; it was put back.", "The cells {names} were missing; they were put back."
    )
    absent = pair(
        "The cell {names} is not in the notebook; its function counts if another cell defines it.",
        "The cells {names} are not in the notebook; their functions count if another cell defines it.",
    )
    return [*_note(back, *missing), *_note(gone, *absent)]


def _copy(original: NotebookNode) -> NotebookNode:
    """The released cell; an answer is marked as lost, so that nbgrader does not take it for an empty one."""
    new = nbformat.from_dict(original)
    _set_metadata(new, original)
    if original.cell_type == "markdown":
        new.source = LOST_ANSWER + new.source
    elif original.metadata.nbgrader["solution"]:
        new.source = LOST_CODE + new.source
    return new


def _give_ids(notebook: NotebookNode) -> None:
    """Cell ids must differ; a copied cell gets one of its own."""
    seen: set[str] = set()
    for cell in notebook.cells:
        if cell.id in seen:
            cell.id = generate_corpus_id()
        seen.add(cell.id)
