"""The files of a submission, as they lie in its folder and in the archives there: which may be notebooks, and where."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.selfcheck.language import Text

from .files import below, walk
from .safe import safe_name
from .unpack import ARCHIVE_LIMIT, Unpacked, is_archive

NOTEBOOK = ".ipynb"
ENDINGS = re.compile(r"(?:\.(?:ipynb|json|txt|download))+$")  # what browsers and mail programs make of it
NOT_THEIRS = "__MACOSX"  # macOS puts a shadow of each file there
ARCHIVES_LIMIT = 10


@dataclass(frozen=True, eq=False)
class Item:
    """A file that was handed in.

    name: its place below the submission's folder, "/" between its parts; an archive is a folder of what is in it.
    path: on the disk, None for what is in an archive, whose content is here.
    """

    name: str
    path: Path | None = None
    content: bytes = b""

    @property
    def base(self) -> str:
        """Its own name."""
        return PurePosixPath(self.name).name

    @property
    def folder(self) -> str:
        """The folder that it lies in; "" for the submission's own."""
        return "" if "/" not in self.name else str(PurePosixPath(self.name).parent)

    @property
    def depth(self) -> int:
        """How many folders it lies in."""
        return self.name.count("/")

    @property
    def shown(self) -> bool:
        """Whether it is neither hidden nor a system's own addition."""
        return not any(part.startswith(".") or part == NOT_THEIRS for part in self.name.split("/"))

    def read(self, limit: int) -> bytes | None:
        """Its content; None where it is longer than `limit` bytes. Raises OSError where it cannot be read."""
        if self.path is None:
            return self.content if len(self.content) <= limit else None
        return self.path.read_bytes() if self.path.stat().st_size <= limit else None


def on_disk(folder: Path) -> list[Item]:
    """The files in a folder, those that lie highest first."""
    items = [Item(below(path, folder).replace(os.sep, "/"), path) for path in walk(folder, any_name=True)]
    return sorted(items, key=lambda item: (item.depth, item.name))


def in_archives(items: Iterable[Item]) -> tuple[list[Item], list[str]]:
    """What is in the archives among these files, and a sentence for each that could not be unpacked."""
    found = Unpacked()
    archives = [item for item in items if item.shown and item.path and is_archive(item.base)]
    for item in archives[:ARCHIVES_LIMIT]:
        try:
            packed = item.read(ARCHIVE_LIMIT)
        except OSError:
            packed = b""
        if packed is None:
            larger = "{archive} is larger than {limit} MB, so it was not unpacked."
            found.problems.append(Text(larger, archive=safe_name(item.name), limit=ARCHIVE_LIMIT >> 20))
        else:
            found.add(item.name, packed)
    if len(archives) > ARCHIVES_LIMIT:
        some = "Only {most} of {count} archives were looked into."
        found.problems.insert(0, Text(some, most=ARCHIVES_LIMIT, count=len(archives)))
    inside = [Item(name, content=content) for name, content in found.contents.items()]
    return sorted(inside, key=lambda item: (item.depth, item.name)), found.problems


def key(name: str) -> str:
    """What stays the same of a notebook's name whatever systems do to its case, its ending and its letters' form."""
    return ENDINGS.sub("", composed(name).casefold())


def composed(name: str) -> str:
    """A name in the form in which most systems write accents; macOS takes them apart."""
    return unicodedata.normalize("NFC", name)


def may_be_notebook(item: Item, keys: Iterable[str]) -> bool:
    """Whether a file is worth a look. keys: of the assignment's notebooks."""
    name = item.base.casefold()
    return item.shown and (NOTEBOOK in name or name.endswith(".json") or key(item.base) in keys)


def holds_notebooks(folder: Path) -> bool:
    """Whether anything lies in a submission's folder that notebooks may be found in."""
    items = (Item(below(path, folder).replace(os.sep, "/"), path) for path in walk(folder, any_name=True))
    return any(item.shown and (NOTEBOOK in item.base.casefold() or is_archive(item.base)) for item in items)
