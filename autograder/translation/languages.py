"""The catalogues of an assignment's languages, the engine's among them: bring them up to date, say what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog

from autograder.assignment import Assignment
from autograder.catalogues.files import ENGINE, FOLDER, MESSAGES

from .check import problems, read_glossary
from .collect import Message, of_assignment, of_engine
from .update import as_po, updated

UPDATE = "python -m autograder translate"
SHOWN = 60  # characters of a text that is named


@dataclass(frozen=True)
class Wanted:
    """A catalogue's file, and what it should have."""

    path: Path
    messages: tuple[Message, ...]


def shipped(assignment: Assignment) -> list[str]:
    """The languages that an assignment has catalogues of."""
    return sorted(path.name for path in (assignment.declared_in / FOLDER).glob("*/") if any(path.glob("*.po")))


def wanted(assignment: Assignment, language: str) -> list[Wanted]:
    """The catalogues of a language."""
    own = assignment.declared_in / FOLDER / language
    files = {own / name: messages for name, messages in of_assignment(assignment).items()}
    return [
        Wanted(path, tuple(messages)) for path, messages in {ENGINE / language / MESSAGES: of_engine(), **files}.items()
    ]


def update(assignment: Assignment, language: str) -> Iterator[tuple[Path, int]]:
    """Bring the catalogues of a language up to date; gives each file and how many of its texts are left to do."""
    glossary = read_glossary(assignment.declared_in / FOLDER / language)
    for each in wanted(assignment, language):
        catalogue = updated(each.path, language, each.messages)
        each.path.parent.mkdir(parents=True, exist_ok=True)
        each.path.write_bytes(as_po(catalogue, language))
        yield each.path, len(list(problems(catalogue, language, glossary)))


def wrong(assignment: Assignment, language: str) -> Iterator[str]:
    """What is wrong with the catalogues of a language, in sentences."""
    glossary = read_glossary(assignment.declared_in / FOLDER / language)
    own: list[tuple[str, Catalog]] = []
    for each in wanted(assignment, language):
        if not each.path.exists():
            yield f"{each.path} is missing: run `{UPDATE} --language {language}`"
            continue
        catalogue = updated(each.path, language, each.messages)
        for text, said in problems(catalogue, language, glossary):
            yield f"{each.path.name}, {shortened(text)!r}: {said}"
        if each.path.read_bytes() != as_po(catalogue, language):
            yield f"{each.path} is not up to date: run `{UPDATE} --language {language}`"
        if each.path.parent.parent != ENGINE:  # whose translations an assignment may replace
            own.append((each.path.name, catalogue))
    for text, names in contradictions(own):
        yield f"{names}, {shortened(text)!r}: two translations of one text, of which only one can be said"


def contradictions(catalogues: Iterable[tuple[str, Catalog]]) -> Iterator[tuple[str, str]]:
    """The texts that files of one assignment translate differently, each with the names of two such files."""
    first: dict[str, tuple[str, Any]] = {}
    for name, catalogue in catalogues:
        for message in catalogue:
            text = message.id if isinstance(message.id, str) else message.id[0]
            before, said = first.setdefault(text, (name, message.string))
            if text and said != message.string:
                yield text, f"{before} and {name}"


def shortened(text: str) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"
