"""Documents in other languages: whole files beside the English ones, each of which says which version it is of."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

OF_VERSION = re.compile(r"\n*<!-- of version ([0-9a-f]{12}) -->\n*\Z")  # the last line of a translated document


def translation_of(path: Path, language: str) -> Path:
    """Where the translation of a document lies: `students.md` has `students.zh_CN.md` beside it."""
    return path.with_name(f"{path.stem}.{language}{path.suffix}")


def document(path: Path, language: str) -> str:
    """The text of a document in a language; the English one where it has not been translated."""
    translation = translation_of(path, language)
    if not language or not translation.is_file():
        return path.read_text(encoding="utf-8")
    return OF_VERSION.sub("\n", translation.read_text(encoding="utf-8"))


def version(path: Path) -> str:
    """What a translation has to say that it is of."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def is_outdated(path: Path, language: str) -> bool:
    """Whether the document's translation is of another version of it, or says of none."""
    found = OF_VERSION.search(translation_of(path, language).read_text(encoding="utf-8"))
    return found is None or found[1] != version(path)
