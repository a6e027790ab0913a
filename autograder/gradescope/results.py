"""What Gradescope reads: results.json, with a test for each exercise; nothing that was not graded has a score."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..course import Course
from ..report import verdicts_html
from .grading import Outcome
from .settings import Settings

LATER = {
    "visible": "The results of the exercises are below.",
    "after_due_date": "The results of the exercises are shown after the due date.",
    "after_published": "The results of the exercises are shown when grades are published.",
    "hidden": "The results of the exercises are not shown here.",
}
NOT_GRADED = "This is not a mark: someone has to look at it, or you hand it in again."
BY_HAND = "The written questions ({points:g} points) are not in these results: they are marked by hand."


def results(course: Course, settings: Settings, outcomes: Sequence[Outcome], seconds: float) -> dict[str, Any]:
    """The content of results.json."""
    tests = [test for number, outcome in enumerate(outcomes, 1) for test in _tests(course, settings, number, outcome)]
    told = _told(course, settings, outcomes)
    return {"output": told, "execution_time": round(seconds, 1), "stdout_visibility": "hidden", "tests": tests}


def failure(told: str) -> dict[str, Any]:
    """The content of results.json where nothing was graded, with a sentence for the student; without any score."""
    test = {"name": "Grading", "status": "failed", "output": f"{told} This is not a mark.", "visibility": "visible"}
    told = f"{told} No marks are given until someone has looked at it."
    return {"output": told, "stdout_visibility": "hidden", "tests": [test]}


def write(content: dict[str, Any], path: Path) -> None:
    """Put the results in their place as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(".part")
    written.write_text(json.dumps(content, indent=1), encoding="utf-8")
    os.replace(written, path)


def _tests(course: Course, settings: Settings, number: int, outcome: Outcome) -> list[dict[str, Any]]:
    if outcome.graded is None:
        told = f"{' '.join(outcome.notes)} {NOT_GRADED}"
        name = f"{outcome.notebook}.ipynb was not graded"
        return [{"number": str(number), "name": name, "status": "failed", "output": told, "visibility": "visible"}]
    points = course.points(outcome.notebook)
    return [
        {
            "number": f"{number}.{place}",
            "name": exercise,
            "score": judgement.points(points[exercise]),
            "max_score": points[exercise],
            "status": "passed" if judgement.fraction == 1.0 else "failed",
            "output": verdicts_html(judgement, settings.advice),
            "output_format": "html",
            "visibility": settings.visibility,
        }
        for place, (exercise, judgement) in enumerate(outcome.graded.judgements.items(), 1)
    ]


def _told(course: Course, settings: Settings, outcomes: Sequence[Outcome]) -> str:
    """What students see at once: what was read, and what will be marked by hand."""
    lines = []
    for outcome in outcomes:
        fate = f"not graded. {NOT_GRADED}" if outcome.graded is None else "read and graded."
        lines.append(" ".join([f"{outcome.notebook}.ipynb:", fate, *outcome.notes]))
    graded = [outcome.notebook for outcome in outcomes if outcome.graded]
    if graded:
        lines.append(LATER[settings.visibility])
    if by_hand := sum(map(course.points_by_hand, graded)):
        lines.append(BY_HAND.format(points=by_hand))
    return "\n".join(lines)
