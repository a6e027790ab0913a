"""What whoever watches sees: a line for each submission that came in, and one when something begins or ends."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable

from autograder.selfcheck.language import columns, padded
from autograder.terminal import one_line, quantity, say

from ..screen import listed, noun
from .messages import Attended, Place

WIDTH = 20  # columns of a name, if it is no longer
MOMENT = "%H:%M:%S"
AGAIN = re.compile(r",? and run this command again")  # a step that it takes by itself


def started(place: Place, workers: int, release: bool) -> str:
    """The first lines."""
    where = place.inbound or f"{place.before}NAME{place.after}"
    limit = f"gradings of a student in a day ({place.zone}): {place.limit}" if place.limit else "no daily limit"
    pages = "pages are released at once" if release else "no pages are released (--release does)"
    return (
        f"{place.assignment}: watching {where} with {quantity(workers, 'worker')}; {limit}; {pages}.\n"
        f"{place.sandbox}\nCtrl-C ends it."
    )


def moment(seconds: float) -> str:
    """A time of day, by this machine's clock."""
    return time.strftime(MOMENT, time.localtime(seconds))


def of_submission(at: float, done: Attended, seconds: float) -> str:
    """The line of one submission, and under it what someone should know. seconds: from its arrival."""
    graded = done.graded
    points = "-" if done.points is None else f"{done.points:g} of {done.most:g}"
    head = f"{_head(at, graded.student)}  {points:>14}  {graded.status:<10}  {seconds:5.1f} s"
    return "\n".join([head, *_below(graded.lines), *_below([done.problem] if done.problem else [])])


def about(at: float, student: str, what: str) -> str:
    """A line on a student's submission that was not graded just now."""
    return f"{_head(at, student)}  {one_line(what)}"


def stopped(count: int, waiting: Iterable[str], grade: str) -> str:
    """The last lines. waiting: whose latest submission waits for another day. grade: the command that grades them."""
    names = sorted(waiting)
    kept = [f"These wait for another day, and `{grade}` grades them at once: {listed(names)}."] if names else []
    text = f"Stopped: {count} {noun(count)} graded. The same command goes on."
    final = f"`{grade}` gives the marks that count, by inputs of which nobody has read."
    return "\n".join([text, *kept, final])


class Once:
    """Says what keeps something from going on, once, and that it is over."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._said = clock, ""

    def tell(self, trouble: str) -> None:
        """Say it if it is new; "" where all is well."""
        if trouble == self._said:
            return
        over = "It goes on again." if not trouble else f"{AGAIN.sub('', trouble)}. Waiting; nothing is lost."
        say(f"{moment(self._clock())}  {one_line(over)}")
        self._said = trouble


def _head(at: float, student: str) -> str:
    name = one_line(student)
    return f"{moment(at)}  {padded(name, max(WIDTH, columns(name)))}"


def _below(lines: Iterable[str]) -> list[str]:
    return [f"          {one_line(line)}" for line in lines]
