"""A submission's files on their way into the sandbox: read with bounds, no link followed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from autograder.selfcheck.language import Text, joined

from .bounded import read_json

LEFT_OUT = ("datasets", "__pycache__", ".ipynb_checkpoints")  # the data is the course's own
FILE_LIMIT, TOTAL_LIMIT, COUNT_LIMIT = 16 << 20, 64 << 20, 2000  # bytes, bytes, files
NAMED = 5  # files that a note names
TOO_MUCH = "Too large or too many to be there at the run: {names}."
FAR_TOO_MUCH = "Too large or too many to be there at the run: {names} and more."


@dataclass
class Files:
    """Contents by relative name, as bytes in arrays, and the names of what was too much."""

    contents: dict[str, np.ndarray] = field(default_factory=dict)
    too_much: list[str] = field(default_factory=list)

    def add(self, name: str, read: Callable[[int], bytes | None]) -> None:
        """Put a file in where there is room. read: gives its content up to a length, None for a longer one."""
        try:
            content = read(min(FILE_LIMIT, self._room)) if len(self.contents) < COUNT_LIMIT else None
        except OSError:
            content = None
        if content is None:
            self.too_much.append(name)
        else:
            self.put(name, _code(content) if name.endswith(".ipynb") else content)

    def put(self, name: str, content: bytes) -> None:
        """Put a file in the place of this name."""
        self.contents[name] = np.frombuffer(content, np.uint8)

    def copy(self) -> Files:
        """The same contents, to be changed."""
        return Files(dict(self.contents), list(self.too_much))

    @property
    def _room(self) -> int:
        return TOTAL_LIMIT - sum(content.size for content in self.contents.values())

    def notes(self) -> list[str]:
        """What the instructor should know of what was left out."""
        said = FAR_TOO_MUCH if len(self.too_much) > NAMED else TOO_MUCH
        return [Text(said, names=joined(self.too_much[:NAMED]))] if self.too_much else []


def read_files(folder: Path) -> Files:
    """The files of a submission that its code may see; what is over the bounds is left out and named."""
    files, total = Files(), 0
    for path in walk(folder):
        name = below(path, folder)
        try:
            size = path.stat().st_size
            if size > FILE_LIMIT or total + size > TOTAL_LIMIT or len(files.contents) >= COUNT_LIMIT:
                files.too_much.append(name)
                continue
            content = path.read_bytes()
            files.put(name, _code(content) if path.suffix == ".ipynb" else content)
            total += size
        except OSError:
            files.too_much.append(name)
    return files


def below(path: Path | str, folder: Path | str) -> str:
    """The name relative to a folder of something in it, without taking both apart as `relative_to` does."""
    text, start = os.fspath(path), f"{os.fspath(folder)}{os.sep}"
    return text[len(start) :] if text.startswith(start) else os.path.relpath(path, folder)


def code_of(cells: Iterable[Mapping[str, Any]]) -> bytes:
    """A notebook's code, from which the others read functions, without the results of any run.

    Its graded tests are left out: in a graded copy they hold what students must not see.
    """
    code = [cell for cell in cells if cell["cell_type"] == "code" and not _is_test(cell)]
    kept = [{name: cell[name] for name in ("cell_type", "metadata", "source")} for cell in code]
    return json.dumps({"cells": kept, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def _code(notebook: bytes) -> bytes:
    """The code of a notebook's file; b"" if unreadable."""
    try:
        return code_of(read_json(notebook)["cells"])
    except (AttributeError, ValueError, KeyError, TypeError, RecursionError):
        return b""


def _is_test(cell: Mapping[str, Any]) -> bool:
    """Whether nbgrader's metadata say that the cell grades another one."""
    about = cell["metadata"].get("nbgrader", {})
    return bool(about.get("grade")) and not about.get("solution")


def walk(folder: Path, any_name: bool = False) -> Iterator[Path]:
    """Regular files; folders beneath links are not entered. any_name: also those whose names a system may not take."""
    waiting, seen = [os.fspath(folder)], 0
    while waiting and seen < 10 * COUNT_LIMIT:
        for entry in _entries(waiting.pop()):
            seen += 1
            if entry.name in LEFT_OUT or not (any_name or entry.name.isprintable()):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            elif entry.is_file(follow_symlinks=False):
                yield Path(entry.path)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    """What lies in a folder, by name; nothing where it cannot be read."""
    try:
        return sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return []
