"""What a command costs: wall seconds, and the CPU seconds of all processes it started."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

ADOPT_ORPHANS = 36  # Linux's PR_SET_CHILD_SUBREAPER
PATIENCE = 20.0  # seconds that a command's processes have to end after it
PINNED = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # the sandbox has this too
TAIL = 3000  # characters of a failed command's output


class BenchError(Exception):
    """A measurement that would mean nothing; the message says why."""


def environment(root: Path) -> dict[str, str]:
    """That of commands that are measured: this Python's programs first, and one thread of linear algebra each.

    root: of the clone, whose modules they import.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {**os.environ, **PINNED, "PATH": path, "PYTHONPATH": str(root)}


def completed(command: Sequence[str], folder: Path, root: Path, fine: tuple[int, ...] = (0,)) -> str:
    """What a command prints, whatever else runs; raises BenchError where it fails. fine: its exit codes that do not."""
    own = environment(root)
    done = subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, errors="replace")
    if done.returncode not in fine:
        said = (done.stdout + done.stderr)[-TAIL:]
        raise BenchError(f"{' '.join(command)[:200]} failed in {folder}: {said}")
    return done.stdout


@dataclass(frozen=True)
class Spent:
    """What one command took, and what it printed."""

    seconds: float
    cpu_seconds: float
    output: str


def run(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    watch: Callable[[], None] = lambda: None,
    every: float = 1.0,
) -> Spent:
    """Run a command in `folder` and measure it; `watch` is called every so many seconds meanwhile.

    The seconds end with the command. The CPU seconds are those of all its descendants: each is counted when its
    parent waits for it, and one that outlives its parent becomes our child and is waited for here. Needs Linux, and
    no other child processes meanwhile. Raises BenchError where the command fails or leaves processes behind.
    """
    ctypes.CDLL(None).prctl(ADOPT_ORPHANS, 1, 0, 0, 0)
    with tempfile.TemporaryFile("w+", errors="replace") as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
        with _called(watch, every):
            cpu = _wait(process)
            seconds = time.perf_counter() - started
        cpu += _wait_for_orphans()
        said.seek(0)
        output = said.read()
    if process.returncode:
        raise BenchError(f"{' '.join(command)} ended with exit code {process.returncode}: {output[-TAIL:]}")
    return Spent(seconds, cpu, output)


class _called:  # noqa: N801  used like a function
    """Call a function again and again in a thread while the block runs."""

    def __init__(self, function: Callable[[], None], every: float) -> None:
        self._function, self._every, self._over = function, every, threading.Event()
        self._thread = threading.Thread(target=self._loop, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        self._thread.join()

    def _loop(self) -> None:
        while not self._over.wait(self._every):
            self._function()


def _wait(process: subprocess.Popen) -> float:
    """Wait for the process, and count the CPU seconds of every child that ends until then."""
    total = 0.0
    try:
        while process.returncode is None:
            pid, status, usage = os.wait4(-1, 0)
            total += usage.ru_utime + usage.ru_stime
            if pid == process.pid:
                process.returncode = os.waitstatus_to_exitcode(status)
    finally:
        process.kill()  # where we were interrupted; nothing once it has ended
    return total


def _wait_for_orphans() -> float:
    total, deadline = 0.0, time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            pid, _, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return total
        total += usage.ru_utime + usage.ru_stime
        if not pid:
            time.sleep(0.01)
    raise BenchError(f"the command left processes behind: {[child.cmdline() for child in _descendants()]}")


def _descendants() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def cpu_seconds() -> float:
    """CPU seconds so far of this process, its living descendants and all that they have waited for."""
    total = 0.0
    for process in [psutil.Process(), *_descendants()]:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total
