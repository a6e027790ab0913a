"""Names and working folder as they stood at check cells, put back for the calls of their exercises.

A snapshot is a shallow copy: a name that is bound again or deleted below a check cell is as it was there, an object
that is changed in place is not. Runs in the student's process.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import os
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .messages import END
from .uses import reached

LARGE = 1 << 20  # bytes of an array that no snapshot holds: a notebook may make many such, one after the other


@dataclass(frozen=True)
class Snapshot:
    """What was there at one moment: the names, and the folder.

    passing: the names of what must end when the notebook lets it go.
    """

    held: dict[str, Any]
    passing: dict[str, weakref.ref[Any]]
    folder: str

    @classmethod
    def of(cls, names: dict[str, Any]) -> Snapshot:
        """The present."""
        plain = {name: value for name, value in names.items() if type(name) is str}
        passing = {name: weakref.ref(value) for name, value in plain.items() if _passes(value)}
        return cls({name: value for name, value in plain.items() if name not in passing}, passing, _folder())

    @property
    def names(self) -> dict[str, Any]:
        """The names with their values, as far as these are still there."""
        passing = {name: reference() for name, reference in self.passing.items()}
        return self.held | {name: value for name, value in passing.items() if value is not None}


class Snapshots:
    """The snapshots of one notebook: for each exercise at its check cell, and of the end.

    The dictionary of names stays the same object throughout: it is the globals of the notebook's functions.
    """

    def __init__(self) -> None:
        self._taken: dict[str, Snapshot] = {}
        self._now = END

    def keep(self, exercise: str, names: dict[str, Any]) -> None:
        """Take the exercise's snapshot."""
        self._taken[exercise] = Snapshot.of(names)

    def finish(self, names: dict[str, Any]) -> None:
        """All cells have run: this is the end, whatever calls may change later."""
        if END not in self._taken:
            self.keep(END, names)

    def put_back(self, exercise: str, names: dict[str, Any]) -> None:
        """Make names and folder what they were for the exercise; the end's where it has no snapshot."""
        exercise = exercise if exercise in self._taken else END
        if exercise == self._now:
            return
        wanted = self._names(exercise)
        for name in [name for name in names if type(name) is str and name not in wanted]:
            del names[name]
        names.update(wanted)
        with contextlib.suppress(OSError):  # where a cell has removed the folder
            os.chdir(self._taken[exercise].folder)
        self._now = exercise

    def differ(self, one: str, other: str, functions: Sequence[str]) -> bool:
        """Whether anything that the functions use is not the same in both snapshots, or the folder is another."""
        first, second = (self._taken.get(exercise, self._taken[END]) for exercise in (one, other))
        if first is second or first.folder != second.folder:
            return first is not second
        theirs = self._names(one), self._names(other)
        try:
            used = reached(functions, theirs)
        except Exception:  # looking into an object may run code of its class
            return True
        return any(theirs[0].get(name) is not theirs[1].get(name) for name in used)

    def _names(self, exercise: str) -> dict[str, Any]:
        """The snapshot's names and those that came later, as a helper may stand below the check cell.

        None of the later ones hides a built-in one: `sum = 0` further down spoils no function that sums.
        """
        end = self._taken[END].names
        if exercise not in self._taken or exercise == END:
            return end
        later = {name: value for name, value in end.items() if not hasattr(builtins, name)}
        return later | self._taken[exercise].names


def _passes(value: Any) -> bool:
    """Whether it must not be held: an open file is written when it ends, and a large array's memory becomes free."""
    return issubclass(type(value), io.IOBase) or (type(value) is np.ndarray and value.nbytes > LARGE)


def _folder() -> str:
    try:
        return os.getcwd()
    except OSError:  # a cell has removed it
        return ""
