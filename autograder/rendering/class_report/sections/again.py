"""How marks moved where a class was graded more than once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from markupsafe import Markup

from ..charts import course_of
from ..contents import Report
from ..history import Run, moves
from ..phrases import number

SHOWN = 10  # runs in the table, the last ones
MOVED = 0.05  # of the class: by so much more or less has all points of an exercise


def build(report: Report, _: Path) -> dict[str, Any] | None:
    """The runs, whose marks moved since the one before, and the exercises that moved with them."""
    if len(report.runs) < 2:
        return None
    before, last = report.runs[-2:]
    return {
        "chart": course_of(report.runs),
        "runs": list(reversed(report.runs[-SHOWN:])),
        "earlier": max(len(report.runs) - SHOWN, 0),
        "before": before,
        "moves": moves(before, last),
        "exercises": _exercises(before, last),
    }


def sentences(report: Report) -> list[Markup]:
    """What moved, for the top of the page."""
    if len(report.runs) < 2:
        return []
    before, last = report.runs[-2:]
    if before.mean is None or last.mean is None:
        return []
    text = "Since the report of {} the mean went from {} to {}: <a href='#again'>whose marks moved</a>."
    return [Markup(text).format(before.when[:16], number(before.mean), number(last.mean))]


def _exercises(before: Run, last: Run) -> list[tuple[str, float, float]]:
    """The exercises that moved: name, the share of the class that had all points, the share that has; most first."""
    both = [(name, before.shares[name], share) for name, share in last.shares.items() if name in before.shares]
    moved = [each for each in both if abs(each[2] - each[1]) >= MOVED]
    return sorted(moved, key=lambda each: -abs(each[2] - each[1]))
