"""The course's files in graded folders: copied for the first submission, for the others a further name of that copy.

To make a file takes the system ten times as long as to give one another name, and a class has the same files hundreds
of times. nbgrader makes graded files read-only, so that nobody writes to one by chance, and removes a folder before it
grades again.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import Any
from weakref import WeakKeyDictionary

Look = tuple[int, ...]


class FirstCopies:
    """What one converter has copied: for each of the course's files where its first copy lies, and how both looked."""

    _kept: WeakKeyDictionary[Any, FirstCopies] = WeakKeyDictionary()

    def __init__(self) -> None:
        self._first: dict[str, tuple[str, Look, Look]] = {}

    @classmethod
    def of(cls, converter: Any) -> FirstCopies:
        """The converter's, kept while it lives."""
        return cls._kept.setdefault(converter, cls())

    def put(self, file: str, path: str) -> None:
        """Have a file's content at a path where nothing is; raises OSError where it cannot be."""
        if file in self._first:
            first, theirs, own = self._first[file]
            with contextlib.suppress(OSError):  # it is gone, has the most names there may be, or lies on another disk
                if _look(first) == own and _look(file) == theirs:
                    os.link(first, path)
                    return
        shutil.copyfile(file, path)
        self._first[file] = os.path.abspath(path), _look(file), _look(path)


def _look(path: str) -> Look:
    """What changes where a file's content does; neither its names nor its permissions are of it."""
    found = os.stat(path)
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
