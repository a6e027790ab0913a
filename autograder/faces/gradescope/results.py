"""What Gradescope reads: results.json, with a test for each exercise; nothing that was not graded has a score."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from autograder.assignment import Assignment
from autograder.judging.diagnosis import FULL
from autograder.record import Event, Note
from autograder.rendering.verdicts import verdicts_html

from .grading import GradedNotebook
from .settings import PackageSettings

LATER = {
    "visible": "The results of the exercises are below.",
    "after_due_date": "The results of the exercises are shown after the due date.",
    "after_published": "The results of the exercises are shown when grades are published.",
    "hidden": "The results of the exercises are not shown here.",
}
NOT_GRADED = "This is not a mark: someone has to look at it, or you hand it in again."
BY_HAND = "The written questions ({points:g} points) are not in these results: they are marked by hand."


def results(
    assignment: Assignment, settings: PackageSettings, graded: Sequence[GradedNotebook], seconds: float
) -> dict[str, Any]:
    """The content of results.json."""
    tests = [test for number, each in enumerate(graded, 1) for test in _tests(assignment, settings, number, each)]
    told = _told(assignment, settings, graded)
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


def said(notes: Iterable[Note]) -> str:
    """Notes in a row, without the edits that make a function right: who reads this is not only the instructor."""
    return " ".join(note.text for note in notes if note.event is not Event.LINE)


def scores(
    assignment: Assignment, each: GradedNotebook, advice: str = FULL
) -> Iterator[tuple[str, float, float, dict[str, str]]]:
    """Of each exercise and ordinary test of a graded notebook its name, points, most points, and what to show."""
    assert each.graded, "there are scores of what was graded"
    points, tests = assignment.points(each.notebook), assignment.test_points(each.notebook)
    for name, judgement in each.graded.judgements.items():
        shown = {"output": verdicts_html(judgement, advice), "output_format": "html"}
        yield name, judgement.points(points[name]), points[name], shown
    for name, test in each.graded.tests.items():
        yield name, round(test.fraction * tests[name], 4), tests[name], {"output": test.error, "output_format": "text"}


def _tests(
    assignment: Assignment, settings: PackageSettings, number: int, each: GradedNotebook
) -> list[dict[str, Any]]:
    if each.graded is None:
        told = f"{said(each.notes)} {NOT_GRADED}"
        name = f"{each.notebook}.ipynb was not graded"
        return [{"number": str(number), "name": name, "status": "failed", "output": told, "visibility": "visible"}]
    return [
        {
            "number": f"{number}.{place}",
            "name": name,
            "score": score,
            "max_score": most,
            "status": "passed" if score == most else "failed",
            **shown,
            "visibility": settings.visibility,
        }
        for place, (name, score, most, shown) in enumerate(scores(assignment, each, settings.grading.advice), 1)
    ]


def _told(assignment: Assignment, settings: PackageSettings, graded: Sequence[GradedNotebook]) -> str:
    """What students see at once: what was read, and what will be marked by hand."""
    lines = []
    for each in graded:
        fate = f"not graded. {NOT_GRADED}" if each.graded is None else "read and graded."
        lines.append(f"{each.notebook}.ipynb: {fate} {said(each.notes)}".rstrip())
    notebooks = [each.notebook for each in graded if each.graded]
    if notebooks:
        lines.append(LATER[settings.visibility])
    if by_hand := sum(map(assignment.points_by_hand, notebooks)):
        lines.append(BY_HAND.format(points=by_hand))
    return "\n".join(lines)
