"""A student's folder copied while it is still the student's own: whatever it turns into meanwhile, no link is followed.

Who copies may read more than the student does. A link in the folder, or one that is put there between a look and the
copying, would bring files of the course into the submission, and from there onto a feedback page.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from .safe import safe_name

BLOCK = 1 << 20
COUNT_LIMIT = 20_000  # files and folders


class NotTakenError(Exception):
    """A folder that is not taken, for what its owner has made of it; the message says why."""


def take(source: Path, target: Path, most: int) -> list[str]:
    """Copy the regular files of a folder, with their times, into a new one; returns the names of what is none.

    most: bytes in all. Raises NotTakenError for more, for a link and for what must not be read, and OSError where the
    disk does not let it.
    """
    if not stat.S_ISDIR(os.lstat(source).st_mode):
        raise NotTakenError("it is no folder")
    left_out: list[str] = []
    count, left = 0, most
    for folder, inside, files, handle in os.fwalk(source, follow_symlinks=False, onerror=_raise):
        below = os.path.relpath(folder, source)
        (target / below).mkdir()
        count += len(inside) + len(files)
        if count > COUNT_LIMIT:
            raise NotTakenError(f"it holds more than {COUNT_LIMIT} files and folders")
        links = [name for name in inside if stat.S_ISLNK(os.lstat(name, dir_fd=handle).st_mode)]
        inside[:] = [name for name in inside if name not in links]
        left_out += [os.path.normpath(os.path.join(below, name)) for name in links]
        for name in files:
            size = _copy(name, handle, target / below / name, left)
            if size is None:
                left_out.append(os.path.normpath(os.path.join(below, name)))
            left -= size or 0
    return sorted(left_out)


def _copy(name: str, handle: int, target: Path, most: int) -> int | None:
    """Copy one file; returns its size, None where it is no regular file."""
    try:
        opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=handle)
    except OSError as problem:
        if stat.S_ISREG(os.lstat(name, dir_fd=handle).st_mode):
            _raise(problem)
        return None  # a link, or a socket
    with open(opened, "rb") as file:
        about = os.fstat(opened)
        if not stat.S_ISREG(about.st_mode):
            return None
        size = 0
        with open(target, "xb") as written:
            while block := file.read(BLOCK):
                size += written.write(block)
                if size > most:
                    raise NotTakenError("it is larger than c.CourseDirectory.max_dir_size allows")
    os.chmod(target, 0o644)
    os.utime(target, ns=(about.st_atime_ns, about.st_mtime_ns))
    return size


def _raise(problem: OSError) -> None:
    if problem.errno in (errno.EACCES, errno.EPERM):
        raise NotTakenError(f"{safe_name(str(problem.filename))} cannot be read") from None
    raise problem
