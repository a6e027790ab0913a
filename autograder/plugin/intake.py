"""Read submissions as students hand them in: whatever is wrong with the file ends in a status and a sentence.

nbgrader stops a whole batch for one notebook with a duplicated cell or old metadata, and saves an unreadable one
as a zero. Here a notebook is put in order first (repairs.py; what was changed is noted), and one that cannot be
read is replaced by the release with a notice and put before a human.
"""

from __future__ import annotations

import contextlib
import json
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.nbgraderformat import MetadataValidator

from .. import fingerprint
from ..course import Course, grade_id
from ..safe import safe_name, safe_text
from . import links, texts
from .repairs import UnreadableError, clean, listed, put_in_order
from .sandbox import insist

STATUS = "grading"  # the notebook's metadata key that carries the record of its grading
GRADED, REPAIRED, UNREADABLE = "graded", "repaired", "unreadable"
SIZE_LIMIT = 100 << 20  # bytes of one submitted notebook


class SubmissionReader(NotebookExporter):
    """nbgrader's exporter for autograding; reads submitted notebooks with care, graded copies as they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        insist(self.config, self.log)
        coursedir = self.parent.coursedir
        source = coursedir.format_path(coursedir.source_directory, ".", coursedir.assignment_id)
        links.keep_safe(self.parent.assignments, Path(source), self.log)  # nbgrader has found but not touched them

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
            handed_in = fingerprint.of_submission(path.parent)
            notebook = read_submission(path, Path(release))
            notebook.metadata[STATUS][fingerprint.SUBMISSION] = handed_in
        else:
            notebook = nbformat.reader.reads(path.read_text(encoding="utf-8"))  # valid: it was written just before
        return self.from_notebook_node(notebook, resources=resources, **kwargs)

    def from_notebook_node(self, nb: NotebookNode, resources: dict | None = None, **kwargs: Any) -> tuple:
        """The notebook, changed in place by the preprocessors, as text; raises ValidationError where it is not valid.

        nbconvert's own way copies it three times and validates it after each preprocessor.
        """
        for preprocessor in self._preprocessors:
            nb, resources = preprocessor(nb, resources)
        nbformat.validate(nb)
        return nbformat.v4.writes(nb) + "\n", resources


def expect_all_notebooks(assignment: str, student: str, notebooks: list[str]) -> None:
    """nbgrader's hook before a submission is converted: ask for the assignment's notebooks, and for no others.

    Without it nbgrader fails where no notebook has the right name, and saves a zero for one that is missing.
    `notebooks` is nbgrader's own list of paths and is changed in place.
    """
    folder = Path(notebooks[0]).parent
    names = _asked_for(folder, assignment)
    there = [path for path in notebooks if Path(path).name in names]
    notebooks[:] = there + [str(folder / name) for name in names if not (folder / name).exists()]


def _asked_for(folder: Path, assignment: str) -> list[str]:
    """The assignment's notebooks; a course folder may have some of them only."""
    names = [path.name for path in Course(assignment=assignment).notebooks]
    source = next(
        (root / "source" / assignment for root in folder.parents if (root / "source" / assignment).is_dir()), None
    )
    return [name for name in names if source is None or (source / name).exists()]


def read_submission(path: Path, release: Path) -> NotebookNode:
    """The submitted notebook, put in order by the one in the folder `release`; never raises for what is handed in.

    Its metadata hold a record under "grading": the status, and a note for each thing that was wrong.
    """
    released, notes = _released(release / path.name, (release / path.name).stat().st_mtime_ns), links.notes(path.parent)
    try:
        if not path.exists():
            path, renamed = _under_another_name(path, release, released)
            notes += renamed
        cells, left_out = _parse(path)
        notebook, repairs = put_in_order(cells, released, path.name)
    except UnreadableError as failure:
        return _substitute(released, str(failure))
    notes += left_out + repairs + texts.show_safely(notebook, released)
    notebook.metadata[STATUS] = {"status": REPAIRED if notes else GRADED, "notes": notes}
    return notebook


@lru_cache(maxsize=16)
def _released(path: Path, _changed: int) -> NotebookNode:
    """A released notebook with nbgrader's present metadata, read once for all submissions; not to be changed."""
    return MetadataValidator().upgrade_notebook_metadata(nbformat.read(path, as_version=4))


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


def _cells(content: Any) -> list | None:
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
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell(safe_text(notice)))
    notebook.metadata[STATUS] = {"status": UNREADABLE, "notes": [reason]}
    return notebook
