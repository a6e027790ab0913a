"""What Gradescope reads: results.json, with a test for each exercise; nothing that was not graded has a score."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from autograder.assignment import Assignment
from autograder.bonus import bonuses, names
from autograder.judging.diagnosis import FULL
from autograder.rendering.taught import taught, taught_html
from autograder.rendering.verdicts import verdicts_html
from autograder.selfcheck.language import ENGLISH, Language, Text, counted, pair, sentences

from .grading import GradedNotebook
from .settings import PackageSettings

LATER = {
    "visible": Text("The results of the exercises are below."),
    "after_due_date": Text("The results of the exercises are shown after the due date."),
    "after_published": Text("The results of the exercises are shown when grades are published."),
    "hidden": Text("The results of the exercises are not shown here."),
}
NOT_GRADED = Text("This is not a mark: someone has to look at it, or you hand it in again.")
BY_HAND = pair(
    "The written questions ({count:g} point) are not in these results: they are marked by hand.",
    "The written questions ({count:g} points) are not in these results: they are marked by hand.",
)


def results(
    assignment: Assignment, settings: PackageSettings, graded: Sequence[GradedNotebook], seconds: float
) -> dict[str, Any]:
    """The content of results.json."""
    tests = [test for number, each in enumerate(graded, 1) for test in _tests(assignment, settings, number, each)]
    told = _told(assignment, settings, graded)
    return {"output": told, "execution_time": round(seconds, 1), "stdout_visibility": "hidden", "tests": tests}


def failure(told: str, language: Language = ENGLISH) -> dict[str, Any]:
    """The content of results.json where nothing was graded, with a sentence for the student; without any score."""
    tell, name = language.tell, language.tell(Text("Grading"))
    no_mark = tell(Text("{said} This is not a mark.", said=told))
    test = {"name": name, "status": "failed", "output": no_mark, "visibility": "visible"}
    open_yet = tell(Text("{said} No marks are given until someone has looked at it.", said=told))
    return {"output": open_yet, "stdout_visibility": "hidden", "tests": [test]}


def write(content: dict[str, Any], path: Path) -> None:
    """Put the results in their place as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(".part")
    written.write_text(json.dumps(content, indent=1), encoding="utf-8")
    os.replace(written, path)


def scores(
    assignment: Assignment, each: GradedNotebook, advice: str = FULL
) -> Iterator[tuple[str, float, float, dict[str, str]]]:
    """Of each exercise and ordinary test of a graded notebook its name, points, most points, and what to show."""
    assert each.graded, "there are scores of what was graded"
    points, tests = assignment.points(each.notebook), assignment.test_points(each.notebook)
    said = taught(assignment, each.graded)
    for name, judgement in each.graded.judgements.items():
        output = taught_html(said.get(name, "")) + verdicts_html(judgement, advice, assignment.tongue)
        yield name, judgement.points(points[name]), points[name], {"output": output, "output_format": "html"}
    for name, test in each.graded.tests.items():
        output = "\n\n".join(filter(None, [said.get(name), test.error]))
        yield name, round(test.fraction * tests[name], 4), tests[name], {"output": output, "output_format": "text"}


def _tests(
    assignment: Assignment, settings: PackageSettings, number: int, each: GradedNotebook
) -> list[dict[str, Any]]:
    if each.graded is None:
        told = assignment.tongue.tell(sentences([each.told, NOT_GRADED]))
        name = assignment.tongue.tell(Text("{notebook} was not graded", notebook=f"{each.notebook}.ipynb"))
        return [{"number": str(number), "name": name, "status": "failed", "output": told, "visibility": "visible"}]
    bonus = names(bonuses(assignment.cells(each.notebook)))
    return [
        {
            "number": f"{number}.{place}",
            "name": name,
            "score": score,
            "max_score": 0.0 if name in bonus else most,
            "status": "passed" if score == most else "failed",
            **shown,
            "visibility": settings.visibility,
        }
        for place, (name, score, most, shown) in enumerate(scores(assignment, each, settings.grading.advice), 1)
    ]


def _told(assignment: Assignment, settings: PackageSettings, graded: Sequence[GradedNotebook]) -> str:
    """What students see at once: what was read, and what will be marked by hand."""
    lines: list[str] = []
    for each in graded:
        read = Text("{notebook}: read and graded.", notebook=f"{each.notebook}.ipynb")
        if each.graded is None:
            read = Text("{notebook}: not graded. {more}", notebook=f"{each.notebook}.ipynb", more=NOT_GRADED)
        lines.append(sentences(filter(None, [read, each.told])))
    notebooks = [each.notebook for each in graded if each.graded]
    if notebooks:
        lines.append(LATER[settings.visibility])
    if by_hand := sum(map(assignment.points_by_hand, notebooks)):
        lines.append(counted(*BY_HAND, by_hand))
    return "\n".join(map(assignment.tongue.tell, lines))
