"""What the instructor sees: a bar that moves, a line at once for what needs someone, and a summary.

In a terminal the bar is tqdm's; elsewhere a plain line now and then. Nothing here has colours.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Mapping

from tqdm import tqdm

from autograder.course.next_step import LOOK
from autograder.course.people import with_name
from autograder.record import Status
from autograder.terminal import one_line, quantity

from .messages import GradedSubmission, Points, Survey

PLAIN_EVERY = 30.0  # seconds between two lines where there is no terminal
BAR = "{n_fmt} of {total_fmt} |{bar}|{rate_noinv_fmt}, about {remaining} left"
MANY = 8  # names in a row
ORDER = (Status.GRADED, Status.REPAIRED, Status.UNREADABLE, Status.NOT_GRADED)  # in the summary


class Progress:
    """Shows how far a run is: `advance` after each submission. A context manager.

    names: the students' full ones, as far as they are known.
    """

    def __init__(self, total: int, names: Mapping[str, str] | None = None) -> None:
        self._names = names or {}
        self._total, self._count, self._start = total, 0, time.monotonic()
        self._said, self._plain = self._start, not sys.stderr.isatty()
        look = {"bar_format": BAR, "unit": "", "dynamic_ncols": True, "miniters": 1, "leave": False}
        self._bar = tqdm(total=total, disable=self._plain, **look)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *exception: object) -> None:
        self._bar.close()

    def advance(self, outcome: GradedSubmission) -> None:
        """One more is done; says at once what someone should know of it."""
        named = with_name(outcome.student, self._names)
        for line in outcome.lines:
            line = named + line.removeprefix(outcome.student) if line.startswith(outcome.student) else line
            self._bar.write(one_line(line), file=sys.stdout)
        sys.stdout.flush()
        self._count += 1
        self._bar.update()
        if self._plain and time.monotonic() - self._said >= PLAIN_EVERY:
            self._said = time.monotonic()
            print(self._line(), file=sys.stderr, flush=True)

    def _line(self) -> str:
        rate = self._count / (time.monotonic() - self._start)
        left = (self._total - self._count) / rate
        return f"{self._count} of {self._total}, {rate:.1f} a second, about {duration(left)} left"


def starting() -> None:
    """Show that something is going on while the workers are made."""
    if sys.stderr.isatty():
        print("Starting ...", end="\r", file=sys.stderr, flush=True)


def opening(assignment: str, survey: Survey, jobs: int, regrade: str, force: bool) -> str:
    """What is there and what is going to happen. regrade: the command that grades done ones again."""
    total, todo = len(survey.statuses) + len(survey.todo), len(survey.todo)
    text = f"{assignment}: {total} {noun(total)}" + (f", {len(survey.statuses)} done already" if not force else "")
    if survey.before:
        text += f", {survey.before} {'graded before' if force else 'changed since graded'}"
    text += f"; grading {todo} with {quantity(jobs, 'worker')}." if todo else "; nothing to grade."
    lines = [text, *([survey.sandbox] if survey.sandbox else [])]
    if survey.redrawn:
        now = "have marks by `watch`; they are graded once more, by the inputs that are the same for everyone."
        lines.append(f"{survey.redrawn} of these {now}")
    if survey.outdated:
        lines.append(
            f"{survey.outdated} of the done were graded by an earlier version of the assignment (its notebook,"
            f" exercises, reference or seed): `{regrade}` grades them again."
        )
    if survey.gone:
        lines.append(f"Their submissions are gone, their marks stay as they are: {listed(survey.gone, survey.names)}.")
    return "\n".join(lines)


def summary(statuses: dict[str, Status], points: Points | None, count: int, seconds: float) -> str:
    """Statuses and points of all the chosen submissions, and the time of the `count` that this run graded."""
    counts = Counter(statuses.values())
    lines = [", ".join(f"{counts[status]} {status}" for status in ORDER if counts[status])]
    if points:
        most, mean, median = (f"{value:.4g}" for value in points[1:])
        lines.append(f"Points of the {points.graded} with marks: mean {mean}, median {median}, of {most}.")
    if count:
        lines.append(f"{count} {noun(count)} in {duration(seconds)}, {seconds / count:.2f} s each.")
    return "\n".join(lines)


def still_by_hand(lines: list[str]) -> str:
    """Whose points a person set before the last grading, and what to do about it; of many only the first."""
    more = [f"and {len(lines) - MANY} more: `marks` names them all."] if len(lines) > MANY else []
    told = [f"  {one_line(line)}" for line in [*lines[:MANY], *more]]
    return "\n".join(["Points that were set by hand before the last grading still count:", *told, f"  {LOOK}"])


def next_steps(
    marks: str,
    feedback: str,
    statuses: dict[str, Status],
    carried: list[str] | None = None,
    names: Mapping[str, str] | None = None,
) -> str:
    """What to do now, with these two commands. carried: whose marks rest on earlier mistakes put right."""
    without = [student for student, status in statuses.items() if not status.has_marks]
    lines = [f"Without marks, and before a human: {listed(without, names)}."] if without else []
    lines += [f"Some marks rest on earlier mistakes put right: {listed(carried, names)}."] if carried else []
    lines.append("Next:")
    width = max(len(marks), len(feedback))
    for command, what in ((marks, "everyone's marks and notes"), (feedback, "the students' pages")):
        lines.append(f"  {command:<{width}}   {what}")
    return "\n".join(lines)


def stopped(count: int, left: int, force: bool) -> str:
    """What a run that was stopped says."""
    text = f"Stopped: {count} {noun(count)} done, {left} left."
    if force:
        return f"{text} They keep what they had; name them with --student, or run the same command again for all."
    return f"{text} Nothing is lost: the same command goes on with them."


def noun(count: int) -> str:
    """The word for this many."""
    return "submission" if count == 1 else "submissions"


def listed(students: list[str], names: Mapping[str, str] | None = None) -> str:
    """The students in a row, with their names where these are known; of many only the first."""
    more = f" and {len(students) - MANY} more" if len(students) > MANY else ""
    return ", ".join(one_line(with_name(student, names or {})) for student in students[:MANY]) + more


def duration(seconds: float) -> str:
    """A time as people say it."""
    if seconds < 60:
        return f"{seconds:.3g} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{seconds / 3600:.1f} h"
