"""Collect what is to be translated: from the engine's code and pages, from an assignment's, and from its notebooks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment import CACHES, Assignment, Kind
from autograder.catalogues.cells import messages
from autograder.catalogues.drawings import texts
from autograder.catalogues.files import DRAWINGS, MESSAGES
from autograder.cells import grade_id, in_words, read_cells

from .calls import calls

ENGINE = Path(__file__).resolve().parents[1]
IN_PAGES = re.compile(r"resources\.says?\(\s*\"([^\"]+)\"(?:,\s*\"([^\"]+)\")?")  # a template, and its plural


@dataclass(frozen=True)
class Message:
    """A template to translate. several: its plural, "" where it has none. place: where it stands; lines would change
    with every edit, so it is a file, or a notebook's cell."""

    text: str
    place: str
    several: str = ""


def of_engine() -> list[Message]:
    """The engine's own sentences."""
    return [*_of_python(ENGINE, ENGINE.parent), *_of_pages(ENGINE)]


def of_assignment(assignment: Assignment) -> dict[str, list[Message]]:
    """An assignment's, by the name of the catalogue: its exercises and library, and each of its notebooks."""
    folders = [assignment.declared_in, *([assignment.source / assignment.library] if assignment.library else [])]
    sentences = [message for folder in folders for message in _of_python(folder, assignment.root)]
    found = {MESSAGES: [*sentences, *_of_questions(assignment)]}
    if drawings := list(_of_drawings(assignment)):
        found[DRAWINGS] = drawings
    return found | {f"{path.stem}.po": list(_of_notebook(path)) for path in assignment.notebooks}


def _of_python(folder: Path, root: Path) -> Iterator[Message]:
    for path in sorted(folder.rglob("*.py")):
        if not set(path.parts) & set(CACHES):
            place = path.relative_to(root).as_posix()
            yield from (Message(one, place, several) for one, several in calls(path.read_text(encoding="utf-8")))


def _of_pages(folder: Path) -> Iterator[Message]:
    for path in sorted(folder.rglob("*.j2")):
        for one, several in IN_PAGES.findall(path.read_text(encoding="utf-8")):
            yield Message(one, path.relative_to(folder.parent).as_posix(), several)


def _of_questions(assignment: Assignment) -> Iterator[Message]:
    """What the feedback page calls the questions that a person marks."""
    for path in assignment.notebooks:
        for cell in read_cells(path):
            if assignment.kind_of(cell) is Kind.MANUAL:
                yield Message(in_words(grade_id(cell)), f"{path.name}#{grade_id(cell)}")


def _of_drawings(assignment: Assignment) -> Iterator[Message]:
    for path in assignment.drawings:
        for text in texts(path.read_text(encoding="utf-8")):
            yield Message(text, path.relative_to(assignment.source).as_posix())


def _of_notebook(path: Path) -> Iterator[Message]:
    for cell in read_cells(path):
        for text in messages(cell):
            yield Message(text, f"{path.name}#{cell.get('id', '')}")
