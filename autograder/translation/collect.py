"""Collect what is to be translated: from the engine's code and pages, from an assignment's, and from its notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import extract_from_file
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from autograder.assignment import CACHES, Assignment
from autograder.catalogues.cells import messages
from autograder.catalogues.files import MESSAGES
from autograder.cells import read_cells

ENGINE = Path(__file__).resolve().parents[1]
KEYWORDS = {  # functions whose first argument, or first two, are templates
    "Text": (1,),
    "told": (1,),
    "counted": (1, 2),
    "mistake": (1,),
    "case": (1,),
}
IN_PAGES = ("say",)  # and in the templates of pages


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
    found = {MESSAGES: [message for folder in folders for message in _of_python(folder, assignment.root)]}
    return found | {f"{path.stem}.po": list(_of_notebook(path)) for path in assignment.notebooks}


def _of_python(folder: Path, root: Path) -> Iterator[Message]:
    for path in sorted(folder.rglob("*.py")):
        if set(path.parts) & set(CACHES):
            continue
        for _, said, _, _ in extract_from_file("python", path, keywords=KEYWORDS):
            one, several = said if isinstance(said, tuple) else (said, "")
            if one:
                yield Message(one, path.relative_to(root).as_posix(), several or "")


def _of_pages(folder: Path) -> Iterator[Message]:
    for path in sorted(folder.rglob("*.j2")):
        for _, _, said in extract_from_ast(Environment().parse(path.read_text(encoding="utf-8")), IN_PAGES):
            if isinstance(said, str):
                yield Message(said, path.relative_to(folder.parent).as_posix())


def _of_notebook(path: Path) -> Iterator[Message]:
    for cell in read_cells(path):
        for text in messages(cell):
            yield Message(text, f"{path.stem}:{cell.get('id', '')}")
