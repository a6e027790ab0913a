"""How workers are made: on Linux forked from a server that has imported once what they all need.

Imports next to nothing, so that a command can start the server first, and import what it needs itself meanwhile.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")  # a worker a core is enough


def start_in(course: Path) -> None:
    """Start the server for a command on a course folder; not where the command will be refused."""
    if is_course_folder(course):
        context()


def is_course_folder(course: Path) -> bool:
    """Whether a folder has nbgrader's configuration."""
    return any(course.glob("nbgrader_config.*"))


def context() -> Any:
    """What makes workers; starts the server, which is not waited for, unless it runs."""
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    if not sys.platform.startswith("linux"):
        return multiprocessing.get_context("spawn")
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["autograder.faces.batch.warm"])
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is not for the server
    forkserver.ensure_running()
    signal.signal(signal.SIGINT, before)
    return made
