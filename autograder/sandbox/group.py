"""A cgroup around a zygote, where this machine lets one be made: the kernel then counts its processes and threads.

It bounds them for root, too, for whom no resource limit does. Where none can be made, the zygote's own watch remains.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ENTER = 'echo $$ >"$0"; exec "$@"'  # where the kernel refuses, the program runs without
PROCESSES, LIMIT = "cgroup.procs", "pids.max"
TRIES, PAUSE = 100, 0.02  # seconds


class Group:
    """One cgroup; `close` ends what is left in it and removes it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def make(cls, most: int) -> Group | None:
        """A group of at most so many processes and threads together; None where none can be made."""
        if sys.platform != "linux":
            return None
        for parent in _own_groups():
            group = cls(parent / f"grading-{secrets.token_hex(8)}")
            try:
                group._folder.mkdir()
                _offer_limit(parent, group._folder)
                (group._folder / LIMIT).write_text(str(most), encoding="utf-8")
                if os.access(parent / PROCESSES, os.W_OK):
                    return group
            except OSError:
                pass
            group.close()
        return None

    def enter(self, command: Sequence[str]) -> list[str]:
        """The command line that runs `command` in this group."""
        return ["/bin/sh", "-c", ENTER, str(self._folder / PROCESSES), *command]

    def close(self) -> None:
        """Kill what is in the group, and remove it."""
        for _ in range(TRIES):
            with contextlib.suppress(OSError, ValueError):
                for pid in map(int, (self._folder / PROCESSES).read_text(encoding="utf-8").split()):
                    if pid:  # of a namespace that cannot be seen from here
                        os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(OSError):
                self._folder.rmdir()
            if not self._folder.exists():
                return
            time.sleep(PAUSE)


def _own_groups() -> Iterator[Path]:
    """The groups of this process beneath which one could be made: of the pids controller alone, and of the unified."""
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        memberships = Path("/proc/self/cgroup").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    own: dict[str, str] = {}  # the path of our group, by controller; "" is the unified hierarchy
    for line in memberships:
        _, controllers, path = line.split(":", 2)
        own |= dict.fromkeys(controllers.split(","), path)
    for line in mounts:
        place, _, kind = line.partition(" - ")
        root, target = place.split()[3:5]
        name, _, options = kind.split(" ", 2)
        controller = {"cgroup": "pids", "cgroup2": ""}.get(name)
        if controller is None or controller not in own or (controller and controller not in options.split(",")):
            continue
        yield Path(target, os.path.relpath(own[controller], root) if own[controller].startswith(root) else ".")


def _offer_limit(parent: Path, group: Path) -> None:
    """In the unified hierarchy a group has the limit only where its parent hands it on."""
    if not (group / LIMIT).exists():
        (parent / "cgroup.subtree_control").write_text("+pids", encoding="utf-8")
