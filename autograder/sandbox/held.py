"""What a zygote's children hold of the machine beside memory, which no limit of the kernel's bounds for every user."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable

BLOCK = 512  # bytes
PROPORTIONAL = "Pss:"  # a process's own memory and its share of what it has in common with others, in kB


def held(pids: Iterable[int], folder: str) -> dict[str, int]:
    """The threads of these processes, the bytes of memory that they use together, the bytes of files that they hold
    open after removing them, and the files on the folder's file system where that is the children's own.

    The memory of a single process is bounded by the kernel and not looked at.
    """
    pids = list(pids)
    return {
        "threads": sum(map(_threads, pids)),
        "memory": sum(map(_memory, pids)) if len(pids) > 1 else 0,
        "unlisted": _unlisted(pids),
        "files": _files(folder),
    }


def _threads(pid: int) -> int:
    try:
        return max(1, os.stat(f"/proc/{pid}/task").st_nlink - 2)  # one that has ended and waits to be seen counts, too
    except OSError:  # it has ended
        return 0


def _memory(pid: int) -> int:
    with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
        for line in file:
            if line.startswith(PROPORTIONAL):
                return int(line.split()[1]) << 10
    return 0


def _unlisted(pids: Iterable[int]) -> int:
    found = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            for descriptor in os.scandir(f"/proc/{pid}/fd"):
                with contextlib.suppress(OSError):
                    file = os.stat(descriptor.path)
                    if stat.S_ISREG(file.st_mode) and not file.st_nlink:
                        found[file.st_dev, file.st_ino] = file.st_blocks * BLOCK
    return sum(found.values())


def _files(folder: str) -> int:
    if not os.path.ismount(folder):
        return 0
    used = os.statvfs(folder)
    return used.f_files - used.f_ffree
