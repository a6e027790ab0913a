"""A submission's files on their way into the sandbox: read with bounds, no link followed."""

from __future__ import annotations

import fnmatch
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

LEFT_OUT = ("datasets", "__pycache__", ".ipynb_checkpoints")  # the data is the course's own
FILE_LIMIT, TOTAL_LIMIT, COUNT_LIMIT = 16 << 20, 64 << 20, 2000  # bytes, bytes, files
NAMED = 5  # files that a note names


@dataclass
class Files:
    """Contents by relative name, as bytes in arrays, and the names of what was too much."""

    contents: dict[str, np.ndarray] = field(default_factory=dict)
    too_much: list[str] = field(default_factory=list)

    def notes(self) -> list[str]:
        """What the instructor should know of what was left out."""
        names = ", ".join(self.too_much[:NAMED]) + (" and more" if len(self.too_much) > NAMED else "")
        return [f"Too large or too many to be there at the run: {names}."] if names else []


def read_files(folder: Path) -> Files:
    """The files of a submission that its code may see; what is over the bounds is left out and named."""
    files, total = Files(), 0
    for path in _walk(folder):
        name = str(path.relative_to(folder))
        try:
            size = path.stat().st_size
            if size > FILE_LIMIT or total + size > TOTAL_LIMIT or len(files.contents) >= COUNT_LIMIT:
                files.too_much.append(name)
                continue
            content = path.read_bytes()
            if path.suffix == ".ipynb":
                content = _code(content)
            files.contents[name] = np.frombuffer(content, np.uint8)
            total += size
        except OSError:
            files.too_much.append(name)
    return files


def _code(notebook: bytes) -> bytes:
    """A notebook's code, from which the others read functions, without the results of any run; b"" if unreadable.

    Its graded tests are left out: in a graded copy they hold what students must not see.
    """
    try:
        cells = [cell for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code" and not _is_test(cell)]
        kept = [{name: cell[name] for name in ("cell_type", "metadata", "source")} for cell in cells]
    except (AttributeError, ValueError, KeyError, TypeError, RecursionError):
        return b""
    return json.dumps({"cells": kept, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def _is_test(cell: dict[str, Any]) -> bool:
    """Whether nbgrader's metadata say that the cell grades another one."""
    about = cell["metadata"].get("nbgrader", {})
    return bool(about.get("grade")) and not about.get("solution")


def _walk(folder: Path) -> Iterator[Path]:
    """Regular files with names that any system can write; folders beneath links are not entered."""
    waiting, seen = [folder], 0
    while waiting and seen < 10 * COUNT_LIMIT:
        for entry in sorted(os.scandir(waiting.pop()), key=lambda entry: entry.name):
            seen += 1
            left_out = any(fnmatch.fnmatch(entry.name, pattern) for pattern in LEFT_OUT)
            if left_out or not entry.name.isprintable():
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                yield Path(entry.path)
