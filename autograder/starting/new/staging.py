"""A folder that is made as a whole or not at all: everything is written aside, and put in its place when it is right.

The place aside is a hidden folder within the new one, on the same disk. It is locked while somebody writes there, so
that what an ended run (`kill -9`, a power cut) has left is told from one that is under way, and removed by the next.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.errors import UserError

ASIDE = ".unfinished"
LAST = ("source", "nbgrader_config.json", "nbgrader_config.py")  # what makes a folder a course, put in its place last


@contextlib.contextmanager
def made_whole(folder: Path) -> Iterator[Path]:
    """Give a place to write what `folder` is to hold, and move it there when the block ends well.

    However else the block ends, the folder is as it was before. Raises UserError where it holds anything already.
    """
    insist_on_empty(folder)
    made = not folder.exists()
    folder.mkdir(exist_ok=True)
    try:
        with _aside(folder) as place:
            yield place
            _move(place, folder)
    except BaseException:
        if made:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


def insist_on_empty(folder: Path) -> None:
    """Raise UserError where a folder cannot become a new one: something is there, or nothing above it is."""
    if not folder.parent.is_dir():
        raise UserError(f"there is no folder {folder.parent}: make it first, or choose another place")
    if os.path.lexists(folder) and not folder.is_dir():
        raise UserError(f"{folder} is there already and no folder: choose another name")
    there = sorted(path.name for path in folder.iterdir() if path.name != ASIDE) if folder.is_dir() else []
    if any(name in there for name in LAST):
        raise UserError(f"{folder} is a course already, and nothing of it is touched: choose another folder")
    if there:
        raise UserError(f"{folder} is not empty (it has {there[0]}): choose an empty folder or a new name")


@contextlib.contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    place = folder / ASIDE
    place.mkdir(exist_ok=True)
    lock = os.open(place, os.O_RDONLY)
    try:
        _lock(lock, folder)
        for left in place.iterdir():  # by a run that was ended
            _remove(left)
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)
    finally:
        os.close(lock)


def _lock(lock: int, folder: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise UserError(f"another run is making a course in {folder} just now: wait for it, or end it") from None


def _move(place: Path, folder: Path) -> None:
    """Move everything one folder up, and back out where that fails; nothing that came meanwhile is replaced."""
    names = sorted((path.name for path in place.iterdir()), key=lambda name: (_rank(name, LAST), name))
    moved: list[str] = []
    try:
        for name in names:
            if os.path.lexists(folder / name):
                raise UserError(f"{folder / name} has appeared meanwhile: choose an empty folder")
            moved.append(name)
            os.rename(place / name, folder / name)
    except BaseException:
        for name in reversed(moved):
            if not (place / name).exists():
                _remove(folder / name)
        raise


def _rank(name: str, last: Sequence[str]) -> int:
    return last.index(name) + 1 if name in last else 0


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
