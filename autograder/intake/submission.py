"""Read submissions as students hand them in: whatever is wrong with the file ends in a status and a sentence.

nbgrader stops a whole batch for one notebook with a duplicated cell or old metadata, and saves an unreadable one
as a zero. Here a notebook is mended first (repairs.py; what was changed is noted), and one that cannot be read is
replaced by the release with a notice and waits for a person.
"""

from __future__ import annotations

import contextlib
import json
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.corpus.words import generate_corpus_id
from nbgrader.nbgraderformat import MetadataValidator

from autograder.assignment import Assignment, Kind
from autograder.cells import grade_id, source_of
from autograder.errors import AssignmentError
from autograder.record import Event, Note, Record, Status, store

from . import links, texts
from .repairs import MINOR, UnreadableError, clean, listed, mended
from .safe import safe_name, safe_text

SIZE_LIMIT = 100 << 20  # bytes of one submitted notebook
AUTOTEST = "AUTOTEST"  # stands in a source's test where nbgrader is to write asserts for a release
TO_BE_WRITTEN = (
    "nbgrader writes the test {test} of {notebook}.ipynb itself (AUTOTEST), and only its gradebook has it: grade with"
    " `nbgrader autograde` or `python -m autograder grade`"
)
PYTHON = ("python", "python3", "ipython")
OTHER_KERNEL = "This notebook is written for the kernel {}, and only Python can be graded here."


def read_submission(path: Path, release: Path) -> NotebookNode:
    """The submitted notebook, mended by the one in the folder `release`; never raises for what is handed in.

    Its metadata hold a Record: the status, and a note for each thing that was wrong.
    """
    released = _released(release / path.name, (release / path.name).stat().st_mtime_ns)
    notes = links.notes(path.parent)
    try:
        if not path.exists():
            path, renamed = _under_another_name(path, release, released)
            notes += renamed
        cells, left_out = _parse(path)
        notebook, repairs = mended(cells, released, path.name)
    except UnreadableError as failure:
        return _substitute(released, str(failure))
    notes += left_out + repairs + texts.show_safely(notebook, released)
    record = Record(Status.REPAIRED if notes else Status.GRADED, tuple(Note(Event.REPAIR, note) for note in notes))
    if kernel := _other_kernel(released):
        told = Note(Event.UNSUPPORTED, OTHER_KERNEL.format(kernel))
        record = Record(Status.NOT_GRADED, (*record.notes, told))
    store(record, notebook.metadata)
    return notebook


def with_tests(notebook: NotebookNode, assignment: Assignment, name: str) -> None:
    """Give a submitted notebook's test cells the source's text, hidden tests included, as nbgrader's gradebook does.

    Raises AssignmentError where nbgrader writes the tests itself: then only its gradebook has them.
    """
    source = {grade_id(cell): source_of(cell) for cell in assignment.cells(name)}
    for cell in notebook.cells:
        if assignment.kind_of(cell) is Kind.TEST:
            cell.source = source[grade_id(cell)]
            if AUTOTEST in cell.source:
                raise AssignmentError(TO_BE_WRITTEN.format(notebook=name, test=grade_id(cell)))


@lru_cache(maxsize=16)
def _released(path: Path, _changed: int) -> NotebookNode:
    """A released notebook in today's format, read once for all submissions; not to be changed.

    One of an older version has no ids of cells, and older metadata of nbgrader's.
    """
    notebook = MetadataValidator().upgrade_notebook_metadata(nbformat.read(path, as_version=4))
    notebook.nbformat_minor = MINOR
    for cell in notebook.cells:
        cell.setdefault("id", generate_corpus_id())
    return notebook


def _under_another_name(path: Path, release: Path, released: NotebookNode) -> tuple[Path, list[str]]:
    """The one notebook in the folder that has this one's cells under a name of its own, and a note of it."""
    wanted = {grade_id(cell) for cell in released.cells} - {""}
    others = [other for other in sorted(path.parent.glob("*.ipynb")) if not (release / other.name).exists()]
    found = []
    for other in others:
        with contextlib.suppress(UnreadableError):
            found += [other] if wanted & {grade_id(cell) for cell in _parse(other)[0]} else []
    if len(found) == 1:
        return found[0], [f"The notebook was handed in as {safe_name(found[0].name)}; it should be named {path.name}."]
    if found:
        names = listed([other.name for other in found])
        raise UnreadableError(f"There is no {path.name} in the submission, and it could be any of {names}.")
    instead = f" Not readable as it: {listed([other.name for other in others])}." if others else ""
    raise UnreadableError(f"There is no {path.name} in the submission.{instead}")


def _parse(path: Path) -> tuple[list[NotebookNode], list[str]]:
    """The cells of a notebook file of any version, and a note where some were none."""
    try:
        content = json.loads(_text(path))
    except (ValueError, RecursionError):
        raise UnreadableError(
            f"{path.name} is damaged: it is not the JSON text of a notebook, or only a part."
        ) from None
    cells = _cells(content)
    if cells is None:
        raise UnreadableError(f"{path.name} is not a notebook: it holds no cells that can be read.")
    texts.insist_on_bounds(cells, path.name)
    cleaned = [new for cell in cells if (new := clean(cell))]
    lost = len(cells) - len(cleaned)
    return cleaned, [f"{lost} of its cells could not be read and were left out."] if lost else []


def _text(path: Path) -> str:
    """The file's text, in any encoding that JSON allows."""
    if was := links.replaced(path):
        raise UnreadableError(f"In the place of {path.name} was {was}.")
    if path.is_symlink() or not path.is_file():
        raise UnreadableError(f"{path.name} is not a file of its own (a folder or a link), so it was not read.")
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise UnreadableError(f"{path.name} is larger than {SIZE_LIMIT >> 20} MB, so it was not read.")
        data = path.read_bytes()
        text = data.decode(json.detect_encoding(data))
    except (OSError, UnicodeDecodeError):
        raise UnreadableError(f"{path.name} is not a text file: it cannot be read as a notebook.") from None
    if not text.strip():
        raise UnreadableError(f"{path.name} is empty.")
    return text


def _cells(content: Any) -> list[Any] | None:
    """The cells of a notebook's JSON content, brought to version 4; None where it is no notebook."""
    if not isinstance(content, dict):
        return None
    cells = content.get("cells")
    if cells is None:
        with contextlib.suppress(Exception), warnings.catch_warnings():  # whatever an old format's reader stumbles on
            warnings.simplefilter("ignore")
            cells = nbformat.convert(nbformat.reader.reads(json.dumps(content)), 4).cells
    return cells if isinstance(cells, list) else None


def _substitute(released: NotebookNode, reason: str) -> NotebookNode:
    """The release with a notice in front, in the place of a submission that cannot be read."""
    notice = f"**This submission could not be graded.** {reason} No marks are given until someone has looked at it."
    notebook = nbformat.from_dict(released)
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell(safe_text(notice)))
    store(Record(Status.UNREADABLE, (Note(Event.UNREADABLE, reason),)), notebook.metadata)
    return notebook


def _other_kernel(released: NotebookNode) -> str:
    """The name of the notebook's kernel where that is none of Python's; "" where it is."""
    kernel = released.metadata.get("kernelspec", {})
    language = kernel.get("language") or released.metadata.get("language_info", {}).get("name") or "python"
    return "" if str(language).lower() in PYTHON else safe_name(str(kernel.get("display_name") or language))
