"""The command `grade`: survey the course folder, grade what is left, tell, and return an exit code."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import itertools
import os
import shlex
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.errors import UserError
from autograder.options import processors
from autograder.terminal import one_line, say

from .messages import LOG_NAME, GradedSubmission, Survey
from .pool import LocalPool, Pool, serve
from .screen import Progress, next_steps, opening, starting, stopped, summary

FINE, ATTENTION, INTERRUPTED = 0, 1, 130  # exit codes; 2, nothing could be done, is UserError's
STOPPING = b"\nStopping when what is under way is graded; Ctrl-C again stops at once.\n"
TURN = 8.0  # seconds to wait for an earlier run that is just ending


@dataclass(frozen=True)
class Options:
    """What the command was asked: the course folder, the assignment, students (none for all), and how to grade."""

    course: Path
    assignment: str
    students: list[str] = field(default_factory=list)
    force: bool = False
    jobs: int = 0  # 0 for as many as there are processors
    scheduler: str = ""  # of the Dask cluster that grades; "" for this machine alone

    def command(self, name: str, *more: str) -> str:
        """One of this program's commands on the same course, to be shown."""
        return shlex.join(["python", "-m", "autograder", name, self.assignment, *self._elsewhere("--course"), *more])

    def nbgrader(self, name: str) -> str:
        """One of nbgrader's commands on the same course, to be shown."""
        return shlex.join(["nbgrader", name, self.assignment, *self._elsewhere("--course-dir")])

    def _elsewhere(self, option: str) -> list[str]:
        return [] if self.course.resolve() == Path.cwd() else [option, str(self.course)]


def grade(options: Options) -> int:
    """Grade a course folder's submissions; returns the exit code. Raises UserError where nothing can be done."""
    root = options.course.resolve()
    if not any(root.glob("nbgrader_config.*")):
        raise UserError(f"{root} is no course folder (it has no nbgrader_config.py): name yours with --course")
    jobs = options.jobs or processors()
    starting()
    work = functools.partial(serve, root, options.assignment)
    try:
        with _log(root / LOG_NAME) as log, LocalPool(work, jobs, log) as local, _workers(options, local) as pool:
            survey = pool.call("survey", options.students, options.force)
            regrade, workers = options.command("grade", "--force"), min(pool.size, len(survey.todo))
            say(opening(options.assignment, survey, workers, regrade, options.force))
            return _grade(options, pool, survey, log)
    except KeyboardInterrupt:
        say("Stopped. Nothing is lost: the same command goes on.")
        return INTERRUPTED


def _workers(options: Options, local: LocalPool) -> contextlib.AbstractContextManager[Pool[Any]]:
    """Who grades: the scheduler's workers, or this machine's."""
    if not options.scheduler:
        return contextlib.nullcontext(local)
    try:
        from .cluster import DaskPool
    except ModuleNotFoundError as problem:
        raise UserError(f'--scheduler needs {problem.name}: run `pip install ".[cluster]"` in the clone') from None
    return DaskPool(options.scheduler, options.course.resolve(), options.assignment, local)


def _grade(options: Options, pool: Pool[Any], survey: Survey, log: int) -> int:
    """Grade what the survey found, and say how it went."""
    start, count, statuses, carried = time.monotonic(), 0, dict(survey.statuses), list[str]()
    with contextlib.suppress(KeyboardInterrupt), _Stop() as stop, Progress(len(survey.todo), survey.names) as progress:
        for outcome in pool.results(stop.until_asked(survey.todo), survey.patience):
            count += 1
            statuses[outcome.student] = outcome.status
            carried += [outcome.student] if outcome.carried else []
            _write(log, outcome)
            progress.advance(outcome)
    if left := len(survey.todo) - count:
        say(stopped(count, left, options.force))
        return INTERRUPTED
    marked = {student for student, status in statuses.items() if status.has_marks}
    say(summary(statuses, pool.call("points", marked), count, time.monotonic() - start))
    commands = options.command("marks"), options.nbgrader("generate_feedback")
    say(next_steps(*commands, statuses, sorted(carried), survey.names))
    return FINE if len(marked) == len(statuses) else ATTENTION


class _Stop:
    """The first Ctrl-C ends a run after what is under way, a second one at once. A context manager."""

    def __init__(self) -> None:
        self._asked = False

    def __enter__(self) -> _Stop:
        self._before = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(self, *exception: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def until_asked(self, names: list[str]) -> Iterator[str]:
        """The names, up to the moment when Ctrl-C was pressed."""
        return itertools.takewhile(lambda _: not self._asked, names)

    def _ask(self, *signal_and_frame: object) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True
        os.write(2, STOPPING)  # not print, which may be at work just now


@contextlib.contextmanager
def _log(path: Path) -> Iterator[int]:
    """Open the log. It is locked while the run or one of its workers lives: two runs would undo each other's work."""
    try:
        log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    except OSError as problem:
        raise UserError(f"{path} cannot be written ({problem.strerror}), and grading writes beside it") from None
    try:
        _lock(log, path)
        yield log
    finally:
        os.close(log)


def _lock(log: int, path: Path) -> None:
    end = time.monotonic() + TURN
    while True:
        try:
            return fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise UserError(f"another run is grading {path.parent}: wait until it has ended") from None
            time.sleep(0.1)


def _write(log: int, outcome: GradedSubmission) -> None:
    now = time.strftime("%Y-%m-%d %H:%M:%S")
    head = f"{now} {one_line(outcome.student)}: {outcome.status}, {outcome.seconds:.1f} s"
    text = "\n  ".join([head, *map(one_line, outcome.log.splitlines())])
    os.write(log, f"{text}\n".encode(errors="backslashreplace"))
