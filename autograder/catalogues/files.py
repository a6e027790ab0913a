"""Where the catalogues of a language lie: the engine's beside this package, an assignment's with its exercises.

They are PO files: one for each notebook, one for the drawings, and `messages.po` for all other sentences. Beside them
stand files of the release that are others in this language, such as pictures, in the folder `release`.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from autograder.errors import ConfigurationError
from autograder.selfcheck.language import ENGLISH, Language

FOLDER = "locale"  # of all languages, each in a folder of its own name
OVERLAY = "release"  # in a language's folder: files that take the place of those of the release
ENGINE = Path(__file__).resolve().parents[1] / FOLDER
MESSAGES, DRAWINGS = "messages.po", "drawings.po"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # for files that are compared


def languages() -> list[str]:
    """The languages that the engine has a catalogue of, beside English."""
    return sorted(path.parent.name for path in ENGINE.glob(f"*/{MESSAGES}"))


def insist_on(name: str) -> None:
    """Raise ConfigurationError where there is no such language."""
    if name and name not in languages():
        known = ", ".join(languages()) or "none"
        raise ConfigurationError(f"there is no language {name!r}: leave it empty for English, or choose one of {known}")


def catalogues(name: str, declared_in: Path) -> list[Path]:
    """The files of a language: the engine's first, then those of the assignment that is declared in this folder."""
    return [path for folder in (ENGINE, declared_in / FOLDER) for path in sorted((folder / name).glob("*.po"))]


def language(name: str, declared_in: Path) -> Language:
    """The language as an assignment speaks it, English for ""; raises ConfigurationError where there is none."""
    if not name:
        return ENGLISH
    insist_on(name)
    files = catalogues(name, declared_in)
    return _language(name, tuple(files), tuple(path.stat().st_mtime_ns for path in files))


@lru_cache(maxsize=16)
def _language(name: str, files: tuple[Path, ...], _changed: tuple[int, ...]) -> Language:
    return Language(name, compiled([read(path) for path in files], name))


def read(path: Path) -> Catalog:
    """The catalogue in a file; raises ConfigurationError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return read_po(file, abort_invalid=True)
    except (OSError, ValueError, PoFileError) as problem:
        raise ConfigurationError(f"{path} cannot be read as a catalogue: {problem}") from None


def compiled(found: Sequence[Catalog], language: str) -> gettext.GNUTranslations:
    """What some catalogues say together, the later ones first; what is not translated, or not for sure, is left out."""
    return gettext.GNUTranslations(io.BytesIO(as_mo(found, language)))


def as_mo(found: Sequence[Catalog], language: str) -> bytes:
    """The same as the bytes of a .mo file, which are the same on every day."""
    together = Catalog(language, creation_date=LONG_AGO, revision_date=LONG_AGO)
    for message in (message for each in reversed(found) for message in each):  # the first of a text stays
        if message.id and message.string and not message.fuzzy:
            together[message.id] = message
    written = io.BytesIO()
    write_mo(written, together)
    return written.getvalue()
