"""What a Dask worker runs, one thing at a time: a process with one thread, for which nbgrader is made.

The thread keeps a Grader, with a sandbox of its own, as long as a run lasts. A run is known by its mark, a file that
the client made in the course folder.
"""

from __future__ import annotations

import functools
import gc
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.errors import UserError

from .messages import GradedSubmission, Identity

if TYPE_CHECKING:
    from .grader import Grader


def identify(mark: str, root: str, assignment: str) -> Identity:
    """What this worker would grade with. Raises UserError where it cannot."""
    release()
    if not Path(root, mark).exists():
        raise UserError(f"{root} is not the course folder there: mount that at the same path on all machines")
    if not os.access(root, os.W_OK):
        raise UserError(f"it may not write in {root}: run it as a user who may")
    grader = _grader(mark, root, assignment)
    if grader.sandbox() == "process":
        raise UserError(
            "its sandbox would let student code reach the cluster: `python -m autograder sandbox` says what is missing"
        )
    return grader.identity()


def grade(mark: str, root: str, assignment: str, student: str, seconds: float) -> GradedSubmission:
    """Grade one submission. Where that takes longer, it must be stuck: the process ends itself."""
    guard = threading.Timer(seconds, os._exit, [1])
    guard.daemon = True
    guard.start()
    try:
        return _grader(mark, root, assignment).grade(student)
    finally:
        guard.cancel()


def release(*_job: str) -> None:
    """End the sandbox of the last run."""
    _grader.cache_clear()
    gc.collect()


TASKS: dict[str, Callable[..., Any]] = {"identify": identify, "grade": grade}


@functools.lru_cache(maxsize=1)
def _grader(mark: str, root: str, assignment: str) -> Grader:
    """The Grader of a run, kept by the worker's one thread."""
    from .grader import Grader  # which imports what the client does without

    return Grader(Path(root), assignment)
