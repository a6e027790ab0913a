"""Which submissions have come or changed, and have come to rest: seen by the names, sizes and times of files alone.

Folders are looked at again and again, which works on a network's disks too. One that is still being written is left
until it is the same in looks that are `STILL` seconds apart; what changes later is seen as a change.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from stat import S_ISDIR
from typing import NamedTuple

from .messages import Place

STILL = 0.8  # seconds
COMPLETE = "submission_secret.txt"  # what `nbgrader submit` writes last
MOST = 2000  # files and folders of a submission that are looked at
LEFT_OUT = ("datasets", "__pycache__", ".ipynb_checkpoints")  # which do not count as changes, as in a fingerprint

State = tuple[tuple[str, int, int, int], ...]  # of the files in a folder: path, size, and times of change in ns


class Arrival(NamedTuple):
    """Whose files have come to rest, whether they are still to be collected from the exchange, and when that was."""

    student: str
    collect: bool
    since: float


class Moving(NamedTuple):
    """A folder that has changed: how it was when this was seen, and when."""

    state: State
    since: float


class Arrivals:
    """Looks at the exchange and at `submitted/`. trouble: why one of them cannot be looked at, "" where both can."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._seen: set[str] = set()  # names in the exchange that have come to rest
        self._known: dict[str, State] = {}  # submissions in the course folder at rest, by path
        self._moving: dict[str, Moving] = {}  # by path, in both
        self.trouble = ""

    def look(self, now: float) -> list[Arrival]:
        """Who has something new that has come to rest. now: seconds by a clock that only goes forward."""
        self.trouble = ""
        return [*self._of_exchange(now), *self._of_course(now)]

    @property
    def moving(self) -> bool:
        """Whether something is being written just now."""
        return bool(self._moving)

    def _of_exchange(self, now: float) -> Iterator[Arrival]:
        if not self._place.inbound:
            return
        names = self._listed(self._place.inbound)
        if names is None:
            return
        self._seen.intersection_update(names)
        there = {os.path.join(self._place.inbound, name) for name in names}
        for path in [path for path in self._moving if path.startswith(self._place.inbound) and path not in there]:
            del self._moving[path]  # it was removed before it came to rest
        waiting: dict[str, bool] = {}  # by student, whether all that is new is at rest
        fresh: dict[str, list[str]] = {}
        for name in sorted(set(names) - self._seen):
            parts = name.rsplit("+", 3)
            if len(parts) < 3 or parts[1] != self._place.assignment or not self._is_taken(parts[0]):
                self._seen.add(name)
                continue
            path = os.path.join(self._place.inbound, name)
            rests = self._rests(path, now)
            waiting[parts[0]] = waiting.get(parts[0], True) and rests
            fresh.setdefault(parts[0], []).append(name)
        for student, rests in waiting.items():
            if rests:
                self._seen.update(fresh[student])
                paths = [os.path.join(self._place.inbound, name) for name in fresh[student]]
                since = [moving.since for path in paths if (moving := self._moving.pop(path, None))]
                yield Arrival(student, True, max(since, default=now))

    def _of_course(self, now: float) -> Iterator[Arrival]:
        folder = self._place.before
        names = self._listed(folder) if os.path.isdir(folder) else []
        if names is None:
            return
        paths = {f"{folder}{name}{self._place.after}": name for name in names if self._is_taken(name)}
        for path in self._known.keys() - paths.keys():
            del self._known[path]
        for path, name in paths.items():
            state = state_of(path)
            if state is None or state == self._known.get(path):
                self._moving.pop(path, None)
                if state is None:
                    self._known.pop(path, None)
            elif self._rests(path, now, state):
                self._known[path] = state
                yield Arrival(name, False, self._moving.pop(path).since)

    def _is_taken(self, student: str) -> bool:
        return bool(student) and not student.startswith(".") and student not in self._place.excluded

    def _listed(self, folder: str) -> list[str] | None:
        """The names in a folder; None where it cannot be read just now, which is noted."""
        try:
            return os.listdir(folder)
        except OSError as problem:
            self.trouble = f"{folder} cannot be read ({problem.strerror})"
            return None

    def _rests(self, path: str, now: float, state: State | None = None) -> bool:
        """Whether a folder has not changed for long enough."""
        state = state_of(path) if state is None else state
        if state is None:
            return True  # no folder, or gone: whoever takes it will see
        before = self._moving.get(path)
        if before is None or before.state != state:
            self._moving[path] = Moving(state, now)
            return False
        complete = any(entry[0] == COMPLETE for entry in state)
        return complete or now - before.since >= STILL


def state_of(path: str | Path) -> State | None:
    """How a folder's files, or one file, are now; None where there is nothing."""
    try:
        own = os.lstat(path)
    except OSError:
        return None
    if not S_ISDIR(own.st_mode):
        return (("", own.st_size, own.st_mtime_ns, own.st_ctime_ns),)
    return tuple(sorted(islice(_states(str(path)), MOST)))


def _states(folder: str) -> Iterator[tuple[str, int, int, int]]:
    waiting = [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.name in LEFT_OUT:
                        continue
                    about = entry.stat(follow_symlinks=False)
                    name = os.path.relpath(entry.path, folder)
                    if S_ISDIR(about.st_mode):
                        waiting.append(entry.path)
                        yield name, -1, 0, 0
                    else:
                        yield name, about.st_size, about.st_mtime_ns, about.st_ctime_ns
        except OSError:  # gone meanwhile, or not to be read: nobody reads it for grading either
            continue
