"""What stands in for a notebook that cannot be graded, and says so."""

from __future__ import annotations

import nbformat
from nbformat import NotebookNode

from autograder.record import Event, Note, Record, Status, store
from autograder.selfcheck.language import ENGLISH, Language, Text

from .safe import safe_name, safe_text

PYTHON = ("python", "python3", "ipython")
OTHER_KERNEL = "This notebook is written for the kernel {kernel}, and only Python can be graded here."
NOTICE = "**This submission could not be graded.** {reason} No marks are given until someone has looked at it."


def substitute(released: NotebookNode, reason: str, language: Language = ENGLISH) -> NotebookNode:
    """The release with a notice in front, in the place of a submission that cannot be read. language: the student's."""
    notice = language.tell(Text(NOTICE, reason=reason))
    notebook = nbformat.from_dict(released)
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell(safe_text(notice)))
    record = Record(Status.UNREADABLE, (Note(Event.UNREADABLE, reason),))
    store(record.told_in(language), notebook.metadata)
    return notebook


def other_kernel(released: NotebookNode) -> Note | None:
    """That the notebook's kernel is none of Python's; None where it is."""
    kernel = released.metadata.get("kernelspec", {})
    language = kernel.get("language") or released.metadata.get("language_info", {}).get("name") or "python"
    if str(language).lower() in PYTHON:
        return None
    named = safe_name(str(kernel.get("display_name") or language))
    return Note(Event.UNSUPPORTED, Text(OTHER_KERNEL, kernel=named))
