"""`nbgrader autograde` on several processors: forks of its process grade, each the next submission, with one log.

nbgrader's own loop over submissions runs in each of them, for one at a time, so that what becomes of a submission, and
what is said of it, is what nbgrader makes of it. `python -m autograder grade` has more: it goes on where it stopped.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import re
import shutil
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NoReturn

from nbgrader.converters import Autograde, NbGraderException

from autograder.assignment import load
from autograder.course.engines import Engines
from autograder.course.gradebook import patient
from autograder.course.settings import Settings
from autograder.options import LOOKS_EVERY, processors
from autograder.terminal import one_line, quantity

Convert = Callable[[Autograde], None]  # nbgrader's loop over a converter's submissions

FEW = 4  # submissions for which a process of their own, with its sandbox, is not worth its start
MOST = 8  # processes that nobody has asked for: each takes memory, and all write to one gradebook
UNWINDING = 5.0  # seconds that a process has to put its submission in order when it is stopped
IN_ALL = re.compile(r"There was an error processing assignment '|Please see the ")  # what nbgrader says at its end
NO_MORE = "No process can be made to grade in ({problem}): end what else runs, or set c.GradeSubmission.jobs = 1."
ENDED = "The process that graded %s has ended by itself (exit code %s), perhaps for want of memory; it is not graded."


def convert_side_by_side(converter: Autograde, convert: Convert) -> None:
    """Grade all of a converter's submissions, in as many processes as it is worth; raises NbGraderException at the end
    where some failed, and at once where nothing can be graded.
    """
    worth = len(converter.assignments) // FEW
    count = min(worth, _jobs(converter)) if worth > 1 and _may_fork() else 1
    if count > 1:
        _Crew(converter, convert, count).grade()
    else:
        convert(converter)


def _jobs(converter: Autograde) -> int:
    coursedir = converter.coursedir
    assignment = load(Path(coursedir.root), coursedir.assignment_id)
    return Settings.of(converter.config, assignment).jobs or min(MOST, processors())


def _may_fork() -> bool:
    """Whether a fork of this process is as good as it: not of a server, whose threads it would lack."""
    return sys.platform.startswith("linux") and threading.active_count() == 1


class _Crew:
    """The processes, and what each of them has to do."""

    def __init__(self, converter: Autograde, convert: Convert, count: int) -> None:
        self._converter, self._convert, self._count = converter, convert, count
        self._submissions = dict(sorted(converter.assignments.items()))
        self._waiting = deque(self._submissions)
        self._doing: dict[Connection, str] = {}  # the submission's folder, by the connection of who grades it
        self._processes: dict[Connection, BaseProcess] = {}
        self._failed: list[str] = []

    def grade(self) -> None:
        """Grade them all; see convert_side_by_side."""
        gc.freeze()  # a look for garbage in what is there now would write to memory that all can share
        try:
            while self._waiting or self._doing:
                self._hand_out()
                for connection in wait(list(self._doing)):
                    assert isinstance(connection, Connection)
                    self._take(connection)
        finally:
            self._end()
            gc.unfreeze()
        if self._failed:
            for folder in sorted(self._failed):
                self._converter.log.error("There was an error processing %s", one_line(folder))
            failed = quantity(len(self._failed), "submission")
            self._refuse(f"{failed} could not be graded; what is said above of each tells why.")

    def _refuse(self, sentence: str) -> NoReturn:
        """End the command with a sentence; nbgrader's own says nothing of what ends it."""
        self._converter.log.error("%s", sentence)
        raise NbGraderException(sentence) from None

    def _hand_out(self) -> None:
        while self._waiting and len(self._doing) < self._count:
            free = next((each for each in self._processes if each not in self._doing), None)
            try:
                free = free or self._start()
            except OSError as problem:  # no room for one more: those that are there do it all
                if not self._processes:
                    self._refuse(NO_MORE.format(problem=problem))
                self._count = len(self._processes)
                return
            folder = self._waiting.popleft()
            self._doing[free] = folder
            with suppress(OSError):  # that it is dead is found out when its answer is read
                free.send((folder, self._submissions[folder]))

    def _start(self) -> Connection:
        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe()
        with theirs:
            others = [*self._processes, ours]
            process = context.Process(target=_serve, args=(self._converter, self._convert, theirs, others))
            process.start()
        self._processes[ours] = process
        return ours

    def _take(self, connection: Connection) -> None:
        """Hear what became of a submission; raises NbGraderException where nothing can be graded."""
        folder = self._doing.pop(connection)
        try:
            failure: str | None = connection.recv()
        except (EOFError, OSError):
            self._bury(connection, folder)
        else:
            if failure and not IN_ALL.match(failure):
                raise NbGraderException(failure)
            self._failed += [folder] if failure else []

    def _bury(self, connection: Connection, folder: str) -> None:
        """What is there of a submission whose process has ended is no graded one."""
        process = self._processes.pop(connection)
        connection.close()
        process.join()
        self._failed.append(folder)
        self._converter.log.error(ENDED, one_line(folder), process.exitcode)
        pattern = self._converter._format_source("(?P<assignment>.*)", "(?P<student>.*)", escape=True)
        if found := re.match(pattern, folder):
            shutil.rmtree(self._converter._format_dest(found["assignment"], found["student"]), ignore_errors=True)

    def _end(self) -> None:
        """Have all processes end, those too that are in the middle of a submission."""
        for connection in self._processes:
            connection.close()
        for connection, process in self._processes.items():
            process.join(UNWINDING if connection in self._doing else None)
            if process.is_alive():
                process.terminate()
                process.join(UNWINDING)
            process.kill()
            process.join()


def _serve(converter: Autograde, convert: Convert, connection: Connection, others: list[Connection]) -> None:
    """Grade what the first process sends, until it hangs up or is gone."""
    for other in others:
        other.close()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # then nbgrader puts its submission in order
    converter.coursedir.db_url = patient(converter.coursedir.db_url)
    gc.set_threshold(LOOKS_EVERY)
    log = converter.log
    (log.logger if isinstance(log, logging.LoggerAdapter) else log).addFilter(_is_of_one)
    try:
        while True:
            folder, notebooks = connection.recv()
            connection.send(_failure(converter, convert, folder, notebooks))
    except (EOFError, OSError, KeyboardInterrupt):
        pass
    finally:
        Engines.close(converter)


def _failure(converter: Autograde, convert: Convert, folder: str, notebooks: list[str]) -> str:
    """Grade one submission; returns what nbgrader says at its end where this failed."""
    converter.assignments = {folder: notebooks}
    try:
        convert(converter)
    except NbGraderException as problem:
        return str(problem) or type(problem).__name__
    return ""


def _is_of_one(record: logging.LogRecord) -> bool:
    """Whether a line of nbgrader's log is about one submission; what it says of all is the first process's to say."""
    return not IN_ALL.match(record.getMessage())
