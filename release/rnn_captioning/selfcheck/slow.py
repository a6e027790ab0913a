"""What a check says of calls that take long: where one was stopped, and which are near the grader's limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .language import Text, counted
from .limit import Seconds, TookTooLong
from .snippet import Reason, Stop, student_line

NEAR = 0.5  # the share of a limit from which on it is told: the grader's machine may be slower, and its cases larger
LATE = (
    "{where}the call for {title} had not returned after {seconds:g} s. The grader stops a call after"
    " {limit:g} s, too: look for a loop that never ends, or that has far too many steps."
)
SLOW = (
    "The slowest call took {slowest:.1f} s, and all together {total:.1f} s. The grader stops a call after {call:g} s"
    " and an exercise after {exercise:g} s."
)


def too_slow(late: TookTooLong, title: str, limit: Seconds, namespace: Mapping[str, Any]) -> Stop:
    """The stop of a call that had not returned in time. title: of its case."""
    _, where = student_line(reversed(late.frames), namespace)
    said = Text(LATE, where=where, seconds=round(late.seconds, 1), title=title, limit=limit.call)
    return Stop(Reason.TOO_SLOW, said, where)


def slow_notes(seconds: Sequence[float], limit: Seconds) -> list[str]:
    """A note where calls that returned come near the grader's limits. seconds: of each call."""
    slowest, total = max(seconds, default=0.0), sum(seconds)
    if slowest < NEAR * limit.call and total < NEAR * limit.exercise:
        return []
    return [Text(SLOW, slowest=slowest, total=total, call=limit.call, exercise=limit.exercise)]


def untried_notes(count: int) -> list[str]:
    """A note on the cases that come after one that took too long."""
    said = counted("The case after it was not tried.", "The {count} cases after it were not tried.", count)
    return [said] if count else []
