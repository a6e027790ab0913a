"""Runs of the batch command: what they made, compared, and how to interrupt them."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Callable, Sequence

import psutil

from tests.support.batch_command import gradebook, graded
from tests.support.course import CourseFolder

WAIT = 60.0  # seconds until something must have happened
PROGRESS = re.compile(r"^\d+ of \d+, [\d.]+ a second, about .+ left\n", re.MULTILINE)


def assert_same(folder: CourseFolder, whole: CourseFolder) -> None:
    assert gradebook(folder) == gradebook(whole)
    assert graded(folder) == graded(whole)


def assert_same_for(students: Sequence[str], folder: CourseFolder, whole: CourseFolder) -> None:
    """As above, where only these students are graded."""
    files = {name: file for name, file in graded(whole).items() if name.partition("/")[0] in students}
    assert graded(folder) == files
    rows, expected = gradebook(folder), gradebook(whole)
    for table in ("submitted_assignment", "submitted_notebook", "grade", "comment"):
        own = [row for row in expected[table] if any(f"student {name} " in row for name in students)]
        assert rows[table] == own != []


def complaints(err: str) -> str:
    """What a run said on stderr, but for how far it is, which it says where it takes long."""
    return PROGRESS.sub("", err)


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)


def family(process: subprocess.Popen) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def kill(process: subprocess.Popen) -> None:
    """End it as nothing can prepare for, without a wait for what it started."""
    process.kill()
    assert process.wait() == -signal.SIGKILL
    process.stdout.close()
    process.stderr.close()


def assert_all_end(processes: list[psutil.Process]) -> None:
    assert len(processes) > 3  # the server, workers and their zygotes
    _, alive = psutil.wait_procs(processes, timeout=5)
    assert alive == []


def begun(folder: CourseFolder) -> int:
    return len(list(folder.root.glob("autograded/*")))
