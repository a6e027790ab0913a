"""A submission's folder before nbgrader copies it: no links, no special files, not too much, and no name misused.

nbgrader follows symbolic links and would copy what they point to, waits for ever on a pipe, and gives up a submission
that has a file where the course has a folder. Hard links cannot be told from files of one's own; Linux lets people make
them only to files that they may change (fs.protected_hardlinks).
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from logging import Logger
from pathlib import Path
from stat import S_ISBLK, S_ISCHR, S_ISFIFO, S_ISLNK, S_ISREG, S_ISSOCK

from autograder.errors import UnsafeSubmissionError
from autograder.selfcheck.language import Text

from .files import below
from .names import ODD_NAME, is_text
from .safe import safe_name
from .times import ZoneUnknownError, read

COUNT_LIMIT, DEPTH_LIMIT = 1000, 20  # files and folders, and how deep; nbgrader's time grows with their square
BYTES_LIMIT = 500 << 20
NOTICE = "In the place of this file was "
NOTICE_LIMIT, TARGET_LIMIT = 8192, 1000  # bytes of a notice, and characters of what it says of a link
NOTES_LIMIT = 6  # notes that an instructor reads
ASIDE = ".handed-in"  # ending of what had to give up its name
TIMESTAMP = "timestamp.txt"  # nbgrader reads it, and fails for one that it cannot
CONFIG = re.compile(r"(?:ipython|jupyter|nbgrader)\w*_config\.(?:json|py)")  # run where it is found, also by Formgrader
TOO_MUCH = Text(
    "it holds more than {files} files and folders, or more than {size} MB, or is more than {depth} folders deep. Remove"
    " what does not belong to it and grade again.",
    files=COUNT_LIMIT,
    size=BYTES_LIMIT >> 20,
    depth=DEPTH_LIMIT,
)
KINDS = {S_ISFIFO: "a pipe", S_ISSOCK: "a socket", S_ISCHR: "a device", S_ISBLK: "a device"}


def keep_safe(assignments: dict[str, list[str]], source: Path, log: Logger) -> None:
    """Make the folders of submissions safe to copy; one that cannot be is taken out of `assignments` and so not graded.

    assignments: nbgrader's own list, from folder to notebooks. source: the assignment's source.
    """
    theirs = files_of(source) | {TIMESTAMP: False}
    for name in list(assignments):
        try:
            if not is_text(name):
                raise UnsafeSubmissionError(ODD_NAME)
            make_safe(Path(name), theirs)
        except (UnsafeSubmissionError, OSError) as problem:
            del assignments[name]
            log.error("%s was not graded, and nothing of it was copied: %s", safe_name(name, TARGET_LIMIT), problem)


def files_of(source: Path) -> dict[str, bool]:
    """The course's own files, by name in the source's folder, and whether each is a folder."""
    found: dict[str, bool] = {}
    for place, inside, names in os.walk(source):
        for each, is_folder in [*((name, True) for name in inside), *((name, False) for name in names)]:
            found[below(os.path.join(place, each), source)] = is_folder
    return found


def make_safe(folder: Path, theirs: Mapping[str, bool]) -> None:
    """Replace links and special files by notices, and move aside what has a name that is the course's.

    theirs: the course's own files, as `files_of` gives them. Raises UnsafeSubmissionError where the
    folder holds too much, or cannot be read or changed.
    """
    if folder.is_symlink():
        raise UnsafeSubmissionError(Text("the folder itself is a link. Put the submission in its place."))
    for entry in reversed(list(_entries(folder))):  # what is inside a folder before the folder
        path, name = Path(entry.path), below(entry.path, folder)
        try:
            is_folder = entry.is_dir(follow_symlinks=False)
            if not (is_folder or entry.is_file(follow_symlinks=False)):
                _replace(path, _aside(path) if theirs.get(name) else path)
            elif theirs.get(name, is_folder) != is_folder or _is_trap(path, name):
                path.rename(_aside(path))
            elif not os.access(path, os.R_OK):
                said = "{file} cannot be read. Make it readable and grade again."
                raise UnsafeSubmissionError(Text(said, file=safe_name(name)))
        except OSError as problem:
            said = (
                "{file} must not be copied as it is, and it could not be replaced ({error}). Make the folder writable,"
                " or remove it by hand, and grade again."
            )
            raise UnsafeSubmissionError(Text(said, file=safe_name(name), error=str(problem.strerror))) from None


def notes(folder: Path) -> list[str]:
    """A sentence for each thing that was put in order in a submission's folder; read from what lies there now."""
    said: list[str] = []
    with contextlib.suppress(UnsafeSubmissionError, OSError):
        for entry in _entries(folder):
            name = safe_name(entry.name.removesuffix(ASIDE))
            if was := replaced(Path(entry.path)):
                said.append(Text("In the place of {file} was {was}.", file=name, was=was))
            elif entry.name.endswith(ASIDE):
                renamed = "A file that must not have the name {name} was renamed to {other}."
                said.append(Text(renamed, name=name, other=f"{name}{ASIDE}"))
    more = Text("{count} more files were put in order.", count=len(said) - NOTES_LIMIT)
    return [*said[:NOTES_LIMIT], more] if len(said) > NOTES_LIMIT else said


def replaced(path: Path) -> str:
    """What was in the place of a notice, as "a link to x, which was not followed"; "" where the file is no notice."""
    try:
        status = path.lstat()
        if not S_ISREG(status.st_mode) or not len(NOTICE) < status.st_size <= NOTICE_LIMIT:
            return ""
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read() if file.read(len(NOTICE)) == NOTICE else ""
    except OSError:
        return ""
    return safe_name(text.partition(".\n")[0], 200)


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """All files and folders below, a folder before what it holds; raises UnsafeSubmissionError for too much."""
    waiting, count, size = [(os.fspath(folder), 1)], 0, 0
    while waiting:
        inside, depth = waiting.pop()
        with os.scandir(inside) as entries:
            for entry in entries:
                count, size = count + 1, size + entry.stat(follow_symlinks=False).st_size
                if count > COUNT_LIMIT or size > BYTES_LIMIT or depth > DEPTH_LIMIT:
                    raise UnsafeSubmissionError(TOO_MUCH)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((entry.path, depth + 1))
                yield entry


def _replace(path: Path, notice: Path) -> None:
    """Put a notice in the place of a link or special file, or beside it where the name is another's."""
    mode = path.lstat().st_mode
    kind = next((kind for test, kind in KINDS.items() if test(mode)), "a special file")
    if S_ISLNK(mode):
        kind = f"a link to {safe_name(os.readlink(path), TARGET_LIMIT)}, which was not followed"
    handle, written = tempfile.mkstemp(dir=path.parent, prefix=".notice-")
    with open(handle, "w", encoding="utf-8") as file:
        file.write(f"{NOTICE}{kind}.\nOnly files of a submission's own are taken: hand in the file itself.\n")
    os.chmod(written, 0o644)
    os.replace(written, path)
    if notice != path:
        path.rename(notice)


def _aside(path: Path) -> Path:
    """A free name beside the path."""
    names = itertools.chain([path.name], (f"{path.name}.{number}" for number in itertools.count(2)))
    free = (path.with_name(name + ASIDE) for name in names)
    return next(name for name in free if not os.path.lexists(name))


def _is_trap(path: Path, name: str) -> bool:
    """Whether a file would be run by nbgrader, or stop it."""
    if CONFIG.fullmatch(path.name):
        return True
    if name != TIMESTAMP:
        return False
    try:
        if text := path.read_bytes()[:NOTICE_LIMIT].decode().strip():
            read(text)
    except ZoneUnknownError:
        return False  # it is one in the zone of the course, perhaps
    except ValueError:
        return True
    return False
