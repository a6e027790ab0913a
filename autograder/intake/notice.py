"""What stands in for a notebook that cannot be graded, and says so."""

from __future__ import annotations

import nbformat
from nbformat import NotebookNode

from autograder.record import Event, Note, Record, Status, store

from .safe import safe_name, safe_text

PYTHON = ("python", "python3", "ipython")
OTHER_KERNEL = "This notebook is written for the kernel {}, and only Python can be graded here."


def substitute(released: NotebookNode, reason: str) -> NotebookNode:
    """The release with a notice in front, in the place of a submission that cannot be read."""
    notice = f"**This submission could not be graded.** {reason} No marks are given until someone has looked at it."
    notebook = nbformat.from_dict(released)
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell(safe_text(notice)))
    store(Record(Status.UNREADABLE, (Note(Event.UNREADABLE, reason),)), notebook.metadata)
    return notebook


def other_kernel(released: NotebookNode) -> Note | None:
    """That the notebook's kernel is none of Python's; None where it is."""
    kernel = released.metadata.get("kernelspec", {})
    language = kernel.get("language") or released.metadata.get("language_info", {}).get("name") or "python"
    if str(language).lower() in PYTHON:
        return None
    return Note(Event.UNSUPPORTED, OTHER_KERNEL.format(safe_name(str(kernel.get("display_name") or language))))
