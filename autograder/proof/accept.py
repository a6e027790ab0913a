"""Judge every correct variant: all must earn everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ..course import Course
from ..exercises import EXERCISES, IN_ORDER
from ..judge import Judge
from ..spec import Exercise
from .rewrite import Variant
from .sources import Sources
from .trial import judged, quietly

CELLS = "# %%\n"  # between the cells of a design
PAST_PYTHON = ("prints",)  # designs that print past Python's streams, which only a process of their own can catch


@dataclass
class Accepted:
    """How many correct variants there are, and sentences on those that lost marks."""

    made: int = 0
    designs: int = 0
    checks: int = 0
    failures: list[str] = field(default_factory=list)


def accept(
    sources: Sources,
    judge: Judge,
    made: Iterable[Variant],
    designs: Iterable[Design],
    step: Callable[[], object] = lambda: None,
) -> Accepted:
    """Judge the variants in every exercise. step: called after each."""
    found = Accepted()
    for variant in made:
        found.made += 1
        _judge_one(found, judge, variant.name, sources.namespace(variant.code), IN_ORDER)
        step()
    for design in designs:
        found.designs += 1
        with quietly():
            namespace = _run_cells(sources, design.code)
        _judge_one(found, judge, design.name, namespace, design.exercises)
        step()
    return found


@dataclass(frozen=True)
class Design:
    """Correct code written by hand, cell by cell, for the exercises of one notebook."""

    name: str
    code: str
    exercises: tuple[Exercise, ...]


def designs(course: Course) -> list[Design]:
    """The designs that the tests grade in the sandbox; none where the tests are not at hand."""
    paths = sorted((course.root / "tests" / "designs").glob("**/*.py"))
    asked = {path.stem: tuple(EXERCISES[name] for name in course.points(path.stem)) for path in course.notebooks}
    first = next(iter(asked.values()))
    return [
        Design(path.stem, path.read_text(), asked.get(path.parent.name, first))
        for path in paths
        if path.stem not in ("conftest", *PAST_PYTHON)
    ]


def _run_cells(sources: Sources, code: str) -> dict[str, Any]:
    """The names after the reference and the cells of a design; each cell is compiled by itself."""
    namespace = sources.namespace()
    for cell in code.split(CELLS):
        exec(compile(cell, "<design>", "exec"), namespace)
    return namespace


def _judge_one(
    found: Accepted, judge: Judge, name: str, namespace: dict[str, Any], exercises: Iterable[Exercise]
) -> None:
    for exercise in exercises:
        judgement = judged(judge, exercise, namespace)
        found.checks += len(judgement.verdicts)
        wrong = [verdict for verdict in judgement.verdicts if not verdict.right]
        if wrong:
            first = wrong[0]
            found.failures.append(f"{name}, {exercise.name}, {first.title}: {first.sentence or 'no value'}")
