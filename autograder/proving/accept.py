"""Judge correct code, rewritten and written by hand: all of it must earn full marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from autograder.assignment import Assignment
from autograder.judging.judge import Judge
from autograder.spec import Exercise

from .rewrite import Variant
from .sources import Sources
from .trial import judged, quietly

CELLS = "# %%\n"  # between the cells of a design
DESIGNS = "designs"  # in exercises/NAME; designs for another notebook than the first lie in a folder of its name
SANDBOX_ONLY = "# sandbox only"  # the first words of a design that cannot run here, as it prints past Python, say


@dataclass
class Accepted:
    """How many variants and designs were judged, by how many checks, and a sentence on each that lost marks."""

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
    """Judge variants in every exercise, and designs in those of their notebook. step: called after each."""
    found = Accepted()
    for variant in made:
        found.made += 1
        _judge_one(found, judge, variant.name, sources.namespace(variant.code), sources.exercises)
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


def designs(assignment: Assignment) -> list[Design]:
    """The assignment's designs, but for those that need a sandboxed process."""
    notebooks = [path.stem for path in assignment.notebooks]
    asked = {name: tuple(assignment.by_name[each] for each in assignment.points(name)) for name in notebooks}
    codes = {
        path: path.read_text(encoding="utf-8") for path in sorted((assignment.declared_in / DESIGNS).glob("**/*.py"))
    }
    return [
        Design(path.stem, code, asked.get(path.parent.name, asked[notebooks[0]]))
        for path, code in codes.items()
        if not code.startswith(SANDBOX_ONLY)
    ]


def _run_cells(sources: Sources, code: str) -> dict[str, Any]:
    """The names that the reference and then a design's cells define; each cell is compiled by itself."""
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
