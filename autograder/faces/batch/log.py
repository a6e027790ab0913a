"""The log of a run in the course folder, which is its lock, too: two runs would undo each other's work."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import UserError
from autograder.terminal import one_line

from .messages import GradedSubmission

TURN = 8.0  # seconds to wait for an earlier run that is just ending


@contextlib.contextmanager
def opened(path: Path) -> Iterator[int]:
    """Open the log. It is locked while the run or one of its workers lives."""
    try:
        log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    except OSError as problem:
        raise UserError(f"{path} cannot be written ({problem.strerror}), and grading writes beside it") from None
    try:
        _lock(log, path)
        yield log
    finally:
        os.close(log)


def write(log: int, outcome: GradedSubmission) -> None:
    """Write down what came of a submission."""
    now = time.strftime("%Y-%m-%d %H:%M:%S")
    head = f"{now} {one_line(outcome.student)}: {outcome.status}, {outcome.seconds:.1f} s"
    text = "\n  ".join([head, *map(one_line, outcome.log.splitlines())])
    os.write(log, f"{text}\n".encode(errors="backslashreplace"))


def _lock(log: int, path: Path) -> None:
    end = time.monotonic() + TURN
    while True:
        try:
            return fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise UserError(
                    f"another run is grading {path.parent}: wait until it has ended, or end it if it is `watch`"
                ) from None
            time.sleep(0.1)
