"""The command `watch`: grade what comes in until it is told to stop."""

from __future__ import annotations

import contextlib
import functools
import signal
from multiprocessing.connection import Connection
from pathlib import Path

from autograder.options import processors
from autograder.terminal import say

from .. import log as logs
from ..command import FINE, INTERRUPTED, Options, course_folder
from ..messages import LOG_NAME
from ..pool import LocalPool
from ..screen import starting
from ..stop import Stop
from . import lines
from .attendance import Attendance
from .book import Book

CHANGED = (
    "The assignment or the configuration has changed, and decides from now on. What is graded keeps its marks:"
    " `{regrade}` grades it again."
)


def watch(options: Options, release: bool, limit: int | None = None) -> int:
    """Grade what comes in; returns the exit code. Raises UserError where nothing can be done.

    release: give pages back at once. limit: gradings of a student in a day, where it is not the configuration's.
    """
    root = course_folder(options.course)
    jobs = options.jobs or processors()
    starting()
    work = functools.partial(serve, root, options.assignment)
    try:
        with contextlib.ExitStack() as stack:
            log = stack.enter_context(logs.opened(root / LOG_NAME))
            book = stack.enter_context(contextlib.closing(Book(root, options.assignment)))
            stop = stack.enter_context(Stop(signal.SIGINT, signal.SIGTERM))
            count, changed = 0, True
            while changed and not stop.asked:
                with LocalPool(work, jobs, log) as pool:
                    place = pool.call("place")
                    pool.warm("sandbox")
                    place = place if limit is None else place._replace(limit=limit)
                    say(lines.started(place, jobs, release))
                    attendance = Attendance(place, pool, book, release, log)
                    changed = attendance.run(stop)
                    count += attendance.count
                if changed:
                    say(CHANGED.format(regrade=options.command("grade", "--force")))
            say(lines.stopped(count, [entry.student for entry in book.deferred], options.command("grade")))
            return FINE
    except KeyboardInterrupt:
        say("Stopped. Nothing is lost: the same command goes on.")
        return INTERRUPTED


def serve(root: Path, assignment: str, connection: Connection) -> None:
    """The worker's side; what it imports is not for the main process."""
    from ..worker import main
    from .clerk import Clerk

    main(connection, root, assignment, Clerk)
