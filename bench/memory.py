"""Peak memory of the workers that grade, and of all processes of a command, sampled while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import psutil

MARKS = {"stock": "ipykernel", "floor": "bench.floor"}  # in the command line of a student's process
SANDBOX = "autograder.sandbox.zygote"  # the same for ours, and for the processes between it and the worker
NAMESPACES = "bwrap"  # the name of the process that only holds a sandbox's namespaces


@dataclass(frozen=True)
class Process:
    """One process at one moment; memory in bytes."""

    parent: int
    name: str
    command: str
    memory: int


@dataclass
class MemoryWatch:
    """Keeps the largest memory seen, in bytes; call it often while the command `what` runs.

    Memory is the proportional set size: what a process has of its own, and its part of what it shares. A worker is the
    process that started a sandbox, with all its descendants; elsewhere the whole command. peaks: the worker's largest
    memory for each student's process, by its id. total: of all processes of the command at once.
    """

    what: str
    peaks: dict[int, int] = field(default_factory=dict)
    total: int = 0

    def __call__(self) -> None:
        """Take a sample."""
        processes = snapshot()
        self.total = max(self.total, sum(process.memory for process in processes.values()))
        for pid, process in processes.items():
            if self._is_students(process, processes):
                memory = self._worker(pid, processes)
                self.peaks[pid] = max(self.peaks.get(pid, 0), memory)

    def _is_students(self, process: Process, processes: Mapping[int, Process]) -> bool:
        """Whether a submission runs in this process; in ours and the floor it is a fork of one that looks the same."""
        mark, parent = MARKS.get(self.what, SANDBOX), processes.get(process.parent)
        if self.what == "stock":
            return mark in process.command
        return mark in process.command and parent is not None and _is_warm(parent, mark)

    def _worker(self, pid: int, processes: Mapping[int, Process]) -> int:
        top = pid
        while processes[top].parent in processes and (self.what in MARKS or SANDBOX in processes[top].command):
            top = processes[top].parent
        return sum(process.memory for pid, process in processes.items() if _is_under(pid, top, processes))


def snapshot() -> dict[int, Process]:
    """All descendants of this process, by their id."""
    found = {}
    for process in psutil.Process().children(recursive=True):
        try:
            with process.oneshot():
                parent, name, command = process.ppid(), process.name(), " ".join(process.cmdline())
            found[process.pid] = Process(parent, name, command, _memory(process))
        except psutil.NoSuchProcess:
            continue
    return found


def _is_warm(process: Process, mark: str) -> bool:
    return mark in process.command and process.name != NAMESPACES


def _is_under(pid: int, ancestor: int, processes: Mapping[int, Process]) -> bool:
    while pid != ancestor and pid in processes:
        pid = processes[pid].parent
    return pid == ancestor


def _memory(process: psutil.Process) -> int:
    try:
        return process.memory_full_info().pss
    except psutil.AccessDenied:  # a process in another user's namespace: all that it uses, shared or not
        return process.memory_info().rss
