"""A Dask scheduler and workers as an instructor starts them, and tasks that only act as if they graded."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from contextlib import AbstractContextManager, suppress
from importlib.util import find_spec
from pathlib import Path

import psutil

from autograder.faces.batch.messages import GradedSubmission, Identity
from autograder.record import Status
from tests.support.needs import lacking

PATIENCE = 90.0  # seconds until something must have happened
ZYGOTE = "autograder.sandbox.zygote"


class Cluster(AbstractContextManager):
    """A scheduler on a free port of the loopback device; its workers' own files go to `folder`."""

    def __init__(self, folder: Path) -> None:
        if not find_spec("distributed"):
            lacking('Dask is not installed: pip install ".[cluster]"')
        self._folder, self._processes = folder, []
        folder.mkdir()
        file = folder / "scheduler.json"
        self.scheduler = self._dask("scheduler", "--host=127.0.0.1", "--port=0", f"--scheduler-file={file}")
        until(lambda: file.exists() and file.read_text().endswith("}"))
        self.address = json.loads(file.read_text())["address"]

    def __exit__(self, *exception: object) -> None:
        for process in reversed(self._processes):  # the scheduler last
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)

    def add_workers(self, count: int = 1, *options: str) -> psutil.Process:
        """Start workers, and wait until they are there; returns the process that keeps them running."""
        options = options or ("--nthreads=1",)
        log = self._folder / f"worker-{len(self._processes)}.log"
        process = self._dask("worker", self.address, f"--nworkers={count}", *options, log=log)
        until(lambda: log.read_text().count("Registered to:") == count)
        return psutil.Process(process.pid)

    def _dask(self, *words: str, log: Path | None = None) -> subprocess.Popen:
        program = [sys.executable, "-m", "dask", *words, "--no-dashboard"]
        own = [f"--local-directory={self._folder}"] if words[0] == "worker" else []
        with open(log or self._folder / "log", "a") as file:
            process = subprocess.Popen(program + own, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
        self._processes.append(process)
        return process


def workers(keeper: psutil.Process) -> list[psutil.Process]:
    """The worker processes under the process that keeps them running."""
    return [child for child in keeper.children() if "multiprocessing.spawn" in _command(child)]


def zygotes(worker: psutil.Process) -> int:
    """How many processes there are in a worker's sandboxes: one when it waits, more when it grades."""
    with suppress(psutil.NoSuchProcess):
        return sum(_command(child).startswith(f"{sys.executable} -I -m {ZYGOTE}") for child in worker.children(True))
    return 0


def _command(process: psutil.Process) -> str:
    """The command line; "" of a process that has ended."""
    with suppress(psutil.NoSuchProcess):
        return " ".join(process.cmdline())
    return ""


def until(condition, process: subprocess.Popen | None = None) -> None:
    """Wait for the condition, and not any longer where the process that should bring it about has ended."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it never happened"
        assert process is None or process.poll() is None, process.communicate()
        time.sleep(0.02)


IDENTITY = Identity("program", "assignment", "gradebook", True, "machine")


def pretend_to_identify(mark: str, root: str, assignment: str) -> Identity:
    return IDENTITY


def pretend_to_grade(mark: str, root: str, assignment: str, student: str, seconds: float) -> GradedSubmission:
    """What happens depends on the student's name."""
    if student == "waits":
        until(Path(root, "go").exists)
    if student == "raises":
        raise MemoryError("no more of it\nat all")
    return GradedSubmission(student, Status.GRADED)


PRETENDED = {"identify": pretend_to_identify, "grade": pretend_to_grade}
