"""A worker process: answers the main process's requests with a Grader, and ends when the main process does."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import recv_handle
from pathlib import Path
from typing import Any, NoReturn

from autograder.errors import AutograderError

from .grader import Grader
from .messages import LOG_NAME, Failure

UNWINDING = 2.0  # seconds to end the sandbox's processes and to remove their folders


def main(connection: Connection, root: Path, assignment: str, made: Callable[[Path, str], Grader] = Grader) -> None:
    """Serve `connection`: the log's descriptor comes first, then pairs of a Grader's method and its arguments.

    Each request is answered, with a Failure where it cannot be done. A SIGTERM ends the worker in good order. made: the
    kind of grader.
    """
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):  # the main process is gone, or wants us to go
        _on_our_own()
        _redirect_output(recv_handle(connection))
        grader = _answer(made, root, assignment)
        try:
            while True:
                method, arguments = connection.recv()
                failed = isinstance(grader, Failure)
                connection.send(grader if failed else _answer(getattr(grader, method), *arguments))
        finally:
            if isinstance(grader, Grader):
                grader.close()


def _on_our_own() -> None:
    """The terminal's Ctrl-C is for the main process alone; its end, however it comes, is ours too."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what is ignored would stay so in the sandbox's processes
    signal.signal(signal.SIGTERM, _interrupt)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _answer(function: Any, *arguments: Any) -> Any:
    """The function's result, or a Failure where it raises."""
    try:
        return function(*arguments)
    except AutograderError as problem:
        return Failure(str(problem))
    except Exception as problem:
        traceback.print_exc()
        return Failure(f"{type(problem).__name__}: {problem} ({LOG_NAME} in the course folder has the details)")


def _redirect_output(log: int) -> None:
    """What this process and its libraries print goes to the log, rather than into the progress bar."""
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)


def _interrupt(number: int, _frame: object) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)  # once is enough
    raise KeyboardInterrupt


def _end_with_parent() -> None:
    """End this process as soon as the main process has ended, by whatever it ended."""
    parent = parent_process()
    assert parent, "a worker is started by another process"
    wait([parent.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(UNWINDING)
    os._exit(1)
