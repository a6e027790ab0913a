"""The errors of right code over many seeds: how far below the limits does rounding stay?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import CodeType
from typing import Any

from autograder.assignment import Assignment
from autograder.judging.judge import Judge
from autograder.spec import Arrays, Case, Exercise

from .errors import Errors
from .parallel import spread
from .rewrite import rounding
from .sources import Sources
from .trial import given, quietly, reply_of

CHUNK = 5  # seeds that a process takes at a time
Names = Mapping[str, Any]


class LeanJudge(Judge):
    """A judge that runs the reference without the precautions for student code, and compiles each call only once."""

    def __init__(self, reference: Names, seed: int) -> None:
        super().__init__(reference, seed)
        self._known: dict[tuple[str, str], Names] = {}

    def expected(self, exercise: Exercise, case: Case) -> Names:
        """The reference's outputs."""
        key = exercise.name, case.name
        if key not in self._known:
            self._known[key] = run_right(exercise, self.inputs(exercise, case), self.reference)
        return self._known[key]


def run_right(exercise: Exercise, inputs: Arrays, namespace: Names) -> Names:
    """The outputs of right functions; nothing limits them, and whatever they raise passes through."""
    scope = {**namespace, **inputs}
    exec(_compiled(exercise.call), scope)
    return {name: scope[name] for name in exercise.outputs}


@cache
def _compiled(call: str) -> CodeType:
    return compile(call, "<check>", "exec")


def measure_seed(exercises: Sequence[Exercise], seed: int, reference: Names, variants: Sequence[Names]) -> Errors:
    """The errors of variants, given as functions by name, in every exercise and case under one seed.

    In slow exercises only one of the variants is measured, another one under the next seed.
    """
    judge, found = LeanJudge(reference, seed), Errors()
    in_turn = variants[seed % len(variants)]
    with quietly():
        for exercise in exercises:
            for names in [in_turn] if exercise.slow else variants:
                replies = [
                    reply_of(run_right(exercise, given(case, judge.inputs(exercise, case)), names))
                    for case in exercise.cases
                ]
                found.note(exercise, judge.verdicts(exercise, replies))
    return found


def measure(
    assignment: Assignment, seeds: Sequence[int], processes: int, step: Callable[[int], object] = lambda count: None
) -> Errors:
    """The errors of the variants that round differently. step: called with the number of seeds just done."""
    found = Errors()
    for _, chunk, part in spread(_measure_chunk, (assignment,), seeds, CHUNK, processes):
        found.add(part)
        step(len(chunk))
    return found


def _measure_chunk(assignment: Assignment, seeds: list[int]) -> Errors:
    reference, variants = _functions(assignment)
    found = Errors()
    for seed in seeds:
        found.add(measure_seed(assignment.exercises, seed, reference, variants))
    return found


@cache
def _functions(assignment: Assignment) -> tuple[Names, list[Names]]:
    """The reference and the variants, made once in each process."""
    sources = Sources.of(assignment)
    return sources.namespace(), [sources.namespace(variant.code) for variant in rounding(sources, assignment.proof)]
