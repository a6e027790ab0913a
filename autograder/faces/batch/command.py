"""The command `grade`: survey the course folder, grade what is left, tell, and return an exit code."""

from __future__ import annotations

import contextlib
import functools
import shlex
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.errors import UserError
from autograder.options import processors
from autograder.terminal import say

from . import log as logs
from .forking import is_course_folder
from .messages import LOG_NAME, Survey
from .pool import LocalPool, Pool, serve
from .screen import Progress, next_steps, opening, starting, still_by_hand, stopped, summary
from .stop import Stop

FINE, ATTENTION, INTERRUPTED = 0, 1, 130  # exit codes; 2, nothing could be done, is UserError's
EARLY = 4  # workers at most that get ready before it is known whether there is work


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
    root = course_folder(options.course)
    jobs = options.jobs or processors()
    starting()
    work = functools.partial(serve, root, options.assignment)
    early = 1 if options.scheduler else min(EARLY, len(set(options.students)) or EARLY)
    try:
        with (
            logs.opened(root / LOG_NAME) as log,
            LocalPool(work, jobs, log, early) as local,
            _workers(options, local) as pool,
        ):
            survey = pool.call("survey", options.students, options.force)
            regrade, workers = options.command("grade", "--force"), min(pool.size, len(survey.todo))
            say(opening(options.assignment, survey, workers, regrade, options.force))
            return _grade(options, pool, survey, log)
    except KeyboardInterrupt:
        say("Stopped. Nothing is lost: the same command goes on.")
        return INTERRUPTED


def course_folder(course: Path) -> Path:
    """The whole path of a course folder; raises UserError where it is none."""
    root = course.resolve()
    if not is_course_folder(root):
        raise UserError(f"{root} is no course folder (it has no nbgrader_config.py): name yours with --course")
    return root


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
    with contextlib.suppress(KeyboardInterrupt), Stop() as stop, Progress(len(survey.todo), survey.names) as progress:
        for outcome in pool.results(stop.until_asked(survey.todo), survey.patience):
            count += 1
            statuses[outcome.student] = outcome.status
            carried += [outcome.student] if outcome.carried else []
            logs.write(log, outcome)
            progress.advance(outcome)
    if left := len(survey.todo) - count:
        say(stopped(count, left, options.force))
        return INTERRUPTED
    marked = {student for student, status in statuses.items() if status.has_marks}
    say(summary(statuses, pool.call("points", marked), count, time.monotonic() - start))
    if lines := pool.call("held", marked):
        say(still_by_hand(lines))
    commands = options.command("marks"), options.nbgrader("generate_feedback")
    say(next_steps(*commands, statuses, sorted(carried), survey.names))
    return FINE if len(marked) == len(statuses) else ATTENTION
