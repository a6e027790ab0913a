"""The texts of a submission, made safe to look at before nbgrader shows them; code is always shown as code."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode

from .repairs import UnreadableError
from .safe import as_written, is_as_written, safe_pictures, safe_text

CELLS_LIMIT, SOURCE_LIMIT = 1000, 1_000_000  # cells of a notebook, and characters in them: all readers must show them
TRIED_LIMIT = 60_000  # characters of texts of the student's own that are tried as Markdown, which is slow to read
NOTE = "Markup that is not safe to open, or cannot be shown, is shown as plain text in {}."


def insist_on_bounds(cells: list[Any], file: str) -> None:
    """Raise UnreadableError where a notebook's cells, as read from JSON, are more or longer than a page can show."""
    if len(cells) > CELLS_LIMIT or sum(map(_length, cells)) > SOURCE_LIMIT:
        bounds = f"{CELLS_LIMIT} cells or {SOURCE_LIMIT:,} characters of code and text"
        raise UnreadableError(f"{file} has more than {bounds}, so it was not read.")


def _length(cell: Any) -> int:
    source = cell.get("source") if isinstance(cell, dict) else ""
    return sum(map(len, map(str, source))) if isinstance(source, list) else len(str(source))


def show_safely(notebook: NotebookNode, released: NotebookNode) -> list[str]:
    """Make the texts and pictures safe that are not the release's own; returns a note where a text had to be quoted."""
    known, room, quoted = {cell.source for cell in released.cells}, TRIED_LIMIT, 0
    for cell in notebook.cells:
        if pictures := cell.pop("attachments", None):
            cell.attachments = safe_pictures(pictures)
        if cell.cell_type == "code" or cell.source in known:
            continue
        room -= len(cell.source)
        _make_safe(cell, tried=room >= 0)
        quoted += is_as_written(cell.source)
    return [NOTE.format("one cell" if quoted == 1 else f"{quoted} cells")] if quoted else []


def _make_safe(cell: NotebookNode, tried: bool) -> None:
    if cell.cell_type == "raw":
        if "<" in cell.source:  # a page would take it for its own HTML
            cell.cell_type, cell.source = "markdown", as_written(cell.source)
    else:
        cell.source = safe_text(cell.source, cell.get("attachments")) if tried else as_written(cell.source)
