"""What the class understood and what not: each exercise in the order of the course, and where students fall behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from markupsafe import Markup

from autograder.terminal import quantity

from ..contents import Report
from ..figures import ExerciseFigures
from ..phrases import code, row, share

UNDERSTOOD, NOT_UNDERSTOOD = 0.8, 0.5  # the share of a class that has all points, at least and below
DROP, FEW = 0.1, 5  # a fall from one exercise to the next that is told, and the least class in which it is
NAMED = 5  # exercises in a sentence


@dataclass(frozen=True)
class Line:
    """An exercise in the table: its figures and what strikes about it, in words."""

    figures: ExerciseFigures
    remarks: Sequence[str]


def build(report: Report, _: Path) -> dict[str, Any] | None:
    """The exercises by notebook, each with its remarks."""
    if not report.marked or not report.exercises:
        return None
    steepest = falls_behind(report.exercises)
    lines = [Line(each, _remarks(each, steepest)) for each in report.exercises]
    groups = [(name, list(lines)) for name, lines in groupby(lines, key=lambda line: line.figures.notebook)]
    return {"groups": groups}


def untried(report: Report) -> int:
    """How many of those with marks have neither written nor earned anything."""
    names = [each.name for each in report.exercises]
    return sum(not any(each.written(name) for name in names) for each in report.marked)


def falls_behind(exercises: Sequence[ExerciseFigures]) -> tuple[ExerciseFigures, ExerciseFigures] | None:
    """The exercise before which most of the class is lost, after the one before it; None where no fall is clear."""
    pairs = [pair for pair in pairwise(exercises) if min(each.total for each in pair) >= FEW]
    before, here = max(pairs, key=lambda pair: pair[0].share - pair[1].share, default=(None, None))
    if before is None or here is None or before.share - here.share < DROP:
        return None
    return before, here


def sentences(report: Report) -> list[Markup]:
    """What a lecturer is told first."""
    exercises = [each for each in report.exercises if each.total]
    if not exercises:
        return []
    found = [*_understood(exercises)]
    if pair := falls_behind(exercises):
        before, here = pair
        found.append(
            Markup("The class falls behind at {}: {} have it, {} the one before it, {}.").format(
                code(here.name), share(here.share), share(before.share), code(before.name)
            )
        )
    return [*found, *_stopped(report)]


def _understood(exercises: Sequence[ExerciseFigures]) -> list[Markup]:
    good = [each for each in exercises if each.share >= UNDERSTOOD]
    bad = sorted((each for each in exercises if each.share < NOT_UNDERSTOOD), key=lambda each: each.share)
    found = []
    if len(good) == len(exercises):
        least = min(each.share for each in good)
        who = "everyone" if least == 1 else f"at least {share(least)} of the class"
        return [Markup("Understood: everything. Each exercise is all right for {}.").format(who)]
    if good:
        text = "Understood: {} of {} exercises, all right for at least {} of the class."
        found.append(Markup(text).format(len(good), len(exercises), share(UNDERSTOOD)))
    if bad:
        shown = [Markup("{} ({})").format(code(each.name), share(each.share)) for each in bad[:NAMED]]
        more = [f"{len(bad) - NAMED} more"] if len(bad) > NAMED else []
        text = "Not understood: {}; the brackets say who has all points."
        found.append(Markup(text).format(row([*shown, *more])))
    return found or [Markup("No exercise stands out: each is all right for half of the class or more.")]


def _stopped(report: Report) -> list[Markup]:
    """Where students stop; of a test it is known only that it earned nothing, not whether anything was written."""
    total, most = sum(each.stopped for each in report.exercises), _stopper(report.exercises)
    nothing = "have written nothing more" if report.judged else "have no more points"
    found = []
    if most and total == most.stopped:
        found.append(Markup("From {} on {} {}.").format(code(most.name), quantity(total, "student"), nothing))
    elif most and 2 * most.stopped > total:
        text = "{} stop on the way and {}, {} of them from {} on."
        found.append(Markup(text).format(quantity(total, "student"), nothing, most.stopped, code(most.name)))
    elif most:
        text = "{} stop on the way and {}, at different places: the table below says where."
        found.append(Markup(text).format(quantity(total, "student"), nothing))
    if count := untried(report):
        found.append(Markup("{} handed in nothing that earns points.").format(quantity(count, "student")))
    return [Markup(each.replace("1 student have", "1 student has")) for each in found]


def _stopper(exercises: Sequence[ExerciseFigures]) -> ExerciseFigures | None:
    most = max(exercises, key=lambda each: each.stopped, default=None)
    return most if most and most.stopped else None


def _remarks(each: ExerciseFigures, steepest: tuple[ExerciseFigures, ExerciseFigures] | None) -> list[str]:
    found = ["the class falls behind here"] if steepest and steepest[1] is each else []
    if each.stopped:
        right = f" ({each.after_right} right until here)" if each.after_right else ""
        found.append(f"{each.stopped} stop{'s' * (each.stopped == 1)} here{right}")
    if each.unwritten > each.stopped:
        found.append(f"{each.unwritten} not written")
    return found
