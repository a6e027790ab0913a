"""A language in which every English letter has an accent: what is still plain English has escaped translation."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from autograder.assignment import Assignment, load
from autograder.building import catalogue, demo
from autograder.catalogues import files
from autograder.catalogues.files import ENGINE, FOLDER, read
from autograder.translation.update import as_po

NAME = "eo"  # of a language that has a plural
PLAIN, ACCENTED = "aceilnorsuyzACEILNORSUYZ", "áçéíłñóřšúýžÁÇÉÍŁÑÓŘŠÚÝŽ"
KEPT = re.compile(r"(\{[^{}]*\}|```.*?```|`[^`\n]*`|\$[^$]*\$|</?[a-zA-Z][^<>]*>|\]\([^)]*\)|\\n)", re.DOTALL)
WORD = re.compile(
    r"[A-Za-z]*[aceilnorsuyz][A-Za-z]{2,}|[A-Za-z]{2,}[aceilnorsuyz][A-Za-z]*"
)  # of three letters, or more
LETTERS = str.maketrans(PLAIN, ACCENTED)


def accented(text: str) -> str:
    """The text with accents, but for its places, code, formulas, tags and links."""
    parts = KEPT.split(text)
    return "".join(part if number % 2 else part.translate(LETTERS) for number, part in enumerate(parts))


def words_left(text: str, allowed: Collection[str] = ()) -> set[str]:
    """The words of a text without an accent, but for code, formulas, tags, links and what is allowed."""
    plain = " ".join(part for number, part in enumerate(KEPT.split(text)) if number % 2 == 0)
    found = {word for word in re.findall(r"[^\W\d_]+", re.sub(r"\w*_\w*", " ", plain)) if WORD.fullmatch(word)}
    return found - set(allowed)


def course(assignment: Assignment, root: Path, monkeypatch: pytest.MonkeyPatch) -> Assignment:
    """The assignment in a course of its own, in that language, whose catalogues are made from the Chinese ones.

    What a translator has left as it is, such as words that code goes by, stays here, too.
    """
    engine = root / "engine"
    _accent(ENGINE / "zh_CN", engine / NAME)
    for module in (files, catalogue):
        monkeypatch.setattr(module, "ENGINE", engine)
    laid_out = demo.lay_out(assignment, root / "course")
    _accent(assignment.declared_in / FOLDER / "zh_CN", laid_out.declared_in / FOLDER / NAME)
    found = load(laid_out.root, laid_out.name).told_in(NAME)
    catalogue.make(found)
    return found


def _accent(chinese: Path, to: Path) -> None:
    to.mkdir(parents=True)
    for path in chinese.glob("*.po"):
        made = Catalog(locale=NAME)
        for message in (each for each in read(path) if each.id):
            if isinstance(message.id, str):
                said = accented(message.id) if message.string != message.id else message.id
            else:
                said = tuple(map(accented, message.id))
            made.add(message.id, said, locations=message.locations)
        (to / path.name).write_bytes(as_po(made, NAME))
