"""The top of the page: the class in a few sentences, how points are spread, and what waits for the lecturer."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import Any

from markupsafe import Markup

from autograder.terminal import quantity

from ..charts import histogram
from ..contents import WAITING, Report
from ..phrases import code, number
from . import again, understood

QUARTERS = 8  # students from whom on it is said between which points the middle half lies


def build(report: Report, _: Path) -> dict[str, Any]:
    """The sentences, the histogram, and the statuses that somebody has."""
    points = report.points
    waiting = {name for name, _ in WAITING}
    there = [status for status in report.statuses if status[1]]
    return {
        "marks": _marks(report),
        "sentences": [*understood.sentences(report), *_mistake(report), *again.sentences(report)],
        "histogram": histogram(points, report.most, statistics.fmean(points), statistics.median(points))
        if len(points) > 1
        else "",
        "waiting": [status for status in there if status[0] in waiting],
        "others": [status for status in there if status[0] not in waiting],
    }


def _marks(report: Report) -> list[Markup]:
    points, total, most = report.points, len(report.submissions), number(report.most)
    if not points:
        who = f"None of {total} submissions has marks" if total > 1 else "The only submission has no marks"
        return [Markup("{}: what to do stands below.").format(who)]
    who = f"{len(points)} of {quantity(total, 'submission')}" if len(points) < total else f"All {total} submissions"
    if total == 1:
        who = "The only submission"
    found = [Markup("{} {} marks.").format(who, "has" if len(points) == 1 else "have")]
    if len(points) == 1:
        found.append(Markup("It is <b>{}</b> of {} points.").format(number(points[0]), most))
    elif min(points) == max(points):
        found.append(Markup("Everyone has <b>{}</b> of {} points.").format(number(points[0]), most))
    else:
        found.append(_spread(points, most))
    if report.by_hand and (waits := sum(each.row.manual for each in report.marked)):
        text = "For written answers there are {} points; in {} they wait for you, so that marks may rise."
        found.append(Markup(text).format(number(report.by_hand), quantity(waits, "submission")))
    return found


def _spread(points: list[float], most: str) -> Markup:
    mean, median = number(statistics.fmean(points)), number(statistics.median(points))
    start = Markup("The mean is <b>{}</b>, the median <b>{}</b> of {} points").format(mean, median, most)
    if len(points) < QUARTERS:
        return start + f"; they go from {number(min(points))} to {number(max(points))}."
    low, _, high = statistics.quantiles(points, method="inclusive")
    return start + f"; the middle half of the class lies between {number(low)} and {number(high)}."


def _mistake(report: Report) -> list[Markup]:
    if not report.mistakes or len(report.mistakes[0].students) < 2:
        return []
    first = report.mistakes[0]
    text = "The most common mistake, of {}: <a href='#mistakes'>{}</a> in {}."
    who = quantity(len(first.students), "student")
    return [Markup(text).format(who, first.mistake.replace("_", " "), code(first.exercise))]
