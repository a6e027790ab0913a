"""Bring catalogues up to date: new messages come in, those that changed become fuzzy, those that are gone leave."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from autograder.catalogues.files import read

from .collect import Message


def updated(path: Path, language: str, messages: Iterable[Message]) -> Catalog:
    """The catalogue in a file with exactly these messages."""
    template = Catalog(charset="utf-8")
    for message in messages:
        place = [(message.place, None)]  # of one that is there already, it is added
        template.add((message.text, message.several) if message.several else message.text, locations=place)  # type: ignore[arg-type]
    catalogue = read(path) if path.exists() else Catalog(locale=language, fuzzy=False)
    catalogue.update(template, update_creation_date=False)
    catalogue.obsolete.clear()
    for entry in catalogue:
        entry.flags -= {"python-format", "python-brace-format"}  # guessed by Babel, of formulas too
    return catalogue


def as_po(catalogue: Catalog, language: str) -> bytes:
    """The text of a catalogue's file, the same on every machine and day."""
    written = io.BytesIO()
    write_po(written, catalogue, width=0, omit_header=True, ignore_obsolete=True)
    return header(catalogue, language).encode() + written.getvalue()


def header(catalogue: Catalog, language: str) -> str:
    """What a PO file says of itself, as far as readers need it."""
    lines = [
        f"Language: {language}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {catalogue.plural_forms}",
    ]
    return "\n".join(['msgid ""', 'msgstr ""', *(f'"{line}\\n"' for line in lines)]) + "\n\n"
