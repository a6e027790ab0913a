"""Digests of what a submission and the assignment were when it was graded: has anything changed since?

The record of a grading carries both. The submission's is taken before its files are read, so that a file handed in
meanwhile is seen as a change; the assignment's is written last, so that a record without it is of a run that never
came to its end.
"""

from __future__ import annotations

import functools
import hashlib
import os
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from autograder.assignment import Assignment, Kind
from autograder.cells import grade_id, source_of
from autograder.intake.files import below

LIBRARIES = ("h5py", "nbconvert", "nbgrader", "numpy")  # that decide what comes out, too
LEFT_OUT = {"datasets", "__pycache__", ".ipynb_checkpoints"}  # folders that do not count: data and caches
READ = 64 << 20  # bytes of one file that count; of a longer one its size and time do as well
BLOCK = 1 << 20


def of_submission(folder: Path) -> str:
    """The digest of the names and contents of a submission's files; links count as links and are not followed."""
    digest, buffer = hashlib.sha256(), memoryview(bytearray(BLOCK))
    for entry in _entries(folder):
        name = os.fsencode(below(entry.path, folder))
        digest.update(b"%d %s %s" % (len(name), name, _content(entry, buffer)))
    return digest.hexdigest()


def of_assignment(release: Path, assignment: Assignment, seed: int) -> str:
    """The digest of what decides the marks: the notebooks, exercises, reference, tests and the hidden cases' seed."""
    digest = hashlib.sha256(str(seed).encode())
    for folder, pattern in ((release, "*.ipynb"), (assignment.declared_in, "*.py"), (assignment.solutions, "*.py")):
        for path in sorted(folder.glob(pattern)):
            digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    for notebook in assignment.notebooks:
        tests = [cell for cell in assignment.cells(notebook.stem) if assignment.kind_of(cell) is Kind.TEST]
        for cell in tests:  # the release lacks what is hidden in them
            digest.update(repr((notebook.name, grade_id(cell), source_of(cell))).encode())
    return digest.hexdigest()


@functools.cache
def of_program(assignment: Assignment) -> str:
    """The digest of this program, when it was first asked for: its files, Python's and some libraries' versions."""
    engine = Path(__file__).parent.parent
    folders = engine, assignment.source, assignment.solutions, assignment.declared_in, *assignment.data_folders.values()
    parts = [of_submission(folder) for folder in folders] + [version(name) for name in LIBRARIES]
    return hashlib.sha256(repr((sys.version_info[:2], parts)).encode()).hexdigest()


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Everything in the folder but folders, in an order that depends on the names alone."""
    waiting = [str(folder)]
    while waiting:
        try:
            entries = sorted(os.scandir(waiting.pop()), key=lambda entry: entry.name)
        except OSError:  # too deep, or not to be read: nobody reads it for grading either
            continue
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                yield entry
            elif entry.name not in LEFT_OUT:
                waiting.append(entry.path)


def _content(entry: os.DirEntry[str], buffer: memoryview) -> bytes:
    """A digest of what the entry holds; of a link where it points, of anything else that is no file nothing.

    buffer: what is read goes there, as to make room for it anew takes longer than to read a small file.
    """
    digest = hashlib.sha256()
    try:
        if entry.is_symlink():
            digest.update(b"link " + os.fsencode(os.readlink(entry.path)))
        elif entry.is_file(follow_symlinks=False):
            _add_file(digest, entry, buffer)
    except OSError:
        digest.update(b"not readable")
    return digest.digest()


def _add_file(digest: Any, entry: os.DirEntry[str], buffer: memoryview) -> None:
    left = READ
    with open(entry.path, "rb", buffering=0) as file:
        while left and (count := file.readinto(buffer[:left])):
            digest.update(buffer[:count])
            left -= count
    if not left:
        size = entry.stat(follow_symlinks=False)
        digest.update(b"%d %d" % (size.st_size, size.st_mtime_ns))
