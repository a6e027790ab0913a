"""A notebook as it was given out, and what of it a submitted one has answered."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.corpus.words import generate_corpus_id
from nbgrader.nbgraderformat import MetadataValidator

from autograder.cells import grade_id, is_marked

from .repairs import LOST_ANSWER, LOST_CODE, MINOR

DEFINITION = re.compile(r"^(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)|^(\w+)[ \t]*=(?!=)", re.MULTILINE)


@dataclass(frozen=True, eq=False)
class Released:
    """One released notebook in today's format. Not to be changed: it is read once for all submissions."""

    notebook: NotebookNode

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of nbgrader's cells."""
        return frozenset(map(grade_id, self.notebook.cells)) - {""}

    @cached_property
    def asked(self) -> dict[str, str]:
        """What stands in the cells that students write in, by id."""
        return {grade_id(cell): cell.source.strip() for cell in self.notebook.cells if is_marked(cell, "solution")}

    @cached_property
    def functions(self) -> dict[str, frozenset[str]]:
        """The names that the code cells to write in are to define, by the cell's id, which is often one of them."""
        cells = [cell for cell in self.notebook.cells if cell.cell_type == "code" and is_marked(cell, "solution")]
        return {grade_id(cell): defined(cell.source) | {grade_id(cell)} for cell in cells}

    @cached_property
    def texts(self) -> dict[str, str]:
        """The ids of nbgrader's cells by their text, for cells that have lost their metadata."""
        return {cell.source.strip(): grade_id(cell) for cell in self.notebook.cells if grade_id(cell)}

    @cached_property
    def tasks(self) -> bool:
        """Whether something is asked whose answer may be any cell."""
        return any(is_marked(cell, "task") for cell in self.notebook.cells)

    def known(self, cells: Iterable[NotebookNode]) -> frozenset[str]:
        """The ids of this notebook's cells among others."""
        return self.ids & frozenset(map(grade_id, cells))

    def recognised(self, cells: Iterable[NotebookNode]) -> frozenset[str]:
        """The ids of this notebook's cells among others that have lost their metadata, by text or by name."""
        named = {name: name_of for name_of, names in self.functions.items() for name in names}
        found = {self.texts.get(cell.source.strip(), "") for cell in cells}
        for cell in cells:
            found |= (
                {named[name] for name in defined(cell.source) & named.keys()} if cell.cell_type == "code" else set()
            )
        return frozenset(found - {""})

    def answers(self, mended: NotebookNode) -> dict[str, str]:
        """What a student has written, by the cell's id or the function's name; nothing where all is as it was.

        mended: the submitted notebook, its metadata put right by this one.
        """
        wanted = frozenset().union(*self.functions.values())
        released = {cell.source.strip() for cell in self.notebook.cells} | {""}
        found: dict[str, str] = {}
        for cell in mended.cells:
            name, source = grade_id(cell), cell.source.strip()
            if name in self.asked:
                found |= {} if _without_notice(source) == self.asked[name] else {name: source}
            elif not name and source not in released:
                names = defined(source) & wanted if cell.cell_type == "code" else frozenset()
                found |= dict.fromkeys(names or ([source] if self.tasks else []), source)
        return found


@lru_cache(maxsize=32)
def read_released(path: Path, _changed: int) -> Released:
    """The released notebook in this file, which may be of an older version, without ids of cells."""
    notebook = MetadataValidator().upgrade_notebook_metadata(nbformat.read(path, as_version=4))
    notebook.nbformat_minor = MINOR
    for cell in notebook.cells:
        cell.setdefault("id", generate_corpus_id())
    return Released(notebook)


def all_released(folder: Path) -> dict[str, Released]:
    """The released notebooks in a folder by the names of their files, in order."""
    return {path.name: read_released(path, path.stat().st_mtime_ns) for path in sorted(folder.glob("*.ipynb"))}


def _without_notice(source: str) -> str:
    """The text of a cell without what was said in it where it was put back."""
    return source.removeprefix(LOST_ANSWER).removeprefix(LOST_CODE).strip()


def defined(code: str) -> frozenset[str]:
    """The names that code binds by a definition or an assignment at the start of a line.

    Found by pattern: the code need not parse, and nothing of a student's goes to Python's parser here.
    """
    return frozenset(first or second for first, second in DEFINITION.findall(code))
