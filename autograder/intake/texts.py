"""The texts of a submission, made safe to look at before nbgrader shows them; code is always shown as code."""

from __future__ import annotations

from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.selfcheck.language import Text, counted, pair

from .pictured import without_pictures
from .repairs import UnreadableError
from .safe import NOT_THERE, as_written, is_as_written, joined, safe_text, with_simple_names

CELLS_LIMIT, SOURCE_LIMIT = 1000, 1_000_000  # cells of a notebook, and characters in them: all readers must show them
MARKS, MARKS_LIMIT = "<>&\"'", 100_000  # signs that become entities in a page, which take its readers long
TRIED_LIMIT = 60_000  # characters of texts of the student's own that are tried as Markdown, which is slow to read
LOST = pair(
    "The notebook does not hold all pictures that are named in one cell.",
    "The notebook does not hold all pictures that are named in {count} cells.",
)
NOTE = pair(
    "Markup that is not safe to open, or cannot be shown, is shown as plain text in one cell.",
    "Markup that is not safe to open, or cannot be shown, is shown as plain text in {count} cells.",
)
LONG = "{file} has more than {cells} cells or {characters:,} characters of code and text, so it was not read."
MARKED = "{file} has more than {limit:,} quotation marks and brackets, so it was not read."


def insist_on_bounds(cells: list[Any], file: str) -> None:
    """Raise UnreadableError where a notebook's cells, as read from JSON, are more or longer than a page can show."""
    text = "".join(map(_text, cells))
    if len(cells) > CELLS_LIMIT or len(text) > SOURCE_LIMIT:
        raise UnreadableError(Text(LONG, file=file, cells=CELLS_LIMIT, characters=SOURCE_LIMIT))
    if sum(map(text.count, MARKS)) > MARKS_LIMIT:
        raise UnreadableError(Text(MARKED, file=file, limit=MARKS_LIMIT))


def _text(cell: Any) -> str:
    return joined(cell.get("source")) if isinstance(cell, dict) else ""


def show_safely(notebook: NotebookNode, released: NotebookNode) -> list[str]:
    """Make the texts safe that are not the release's own; returns notes where a text had to be changed.

    Those of the handout, which hold their pictures, become the release's, which name them.
    """
    known = {cell.source: cell.get("attachments") for cell in released.cells}
    own = {without_pictures(source): source for source in known}
    room, quoted, lost = TRIED_LIMIT, 0, 0
    for cell in notebook.cells:
        pictures = cell.pop("attachments", NotebookNode())
        if cell.cell_type == "markdown":
            cell.source = own.get(without_pictures(cell.source), cell.source)
        if cell.cell_type == "code" or cell.source in known:
            if cell.cell_type == "markdown" and (given := known.get(cell.source)):
                cell.attachments = nbformat.from_dict(given)
            continue
        if cell.cell_type == "markdown":
            lost += _name_pictures(cell, pictures)
        room -= len(cell.source)
        _make_safe(cell, tried=room >= 0)
        quoted += is_as_written(cell.source)
    return [counted(*note, count) for note, count in ((NOTE, quoted), (LOST, lost)) if count]


def _name_pictures(cell: NotebookNode, pictures: NotebookNode) -> bool:
    """Give a text's pictures names by which they are found; returns whether one is not there."""
    before = cell.source.count(NOT_THERE)
    cell.source, named = with_simple_names(cell.source, pictures)
    if named:
        cell.attachments = nbformat.from_dict(named)
    return bool(cell.source.count(NOT_THERE) > before)


def _make_safe(cell: NotebookNode, tried: bool) -> None:
    if cell.cell_type == "raw":
        if "<" in cell.source:  # a page would take it for its own HTML
            cell.cell_type, cell.source = "markdown", as_written(cell.source)
    else:
        cell.source = safe_text(cell.source, cell.get("attachments")) if tried else as_written(cell.source)
