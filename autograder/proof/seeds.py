"""The errors of right code over many seeds: how far from the limits does rounding stay?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import CodeType
from typing import Any

from ..course import Course
from ..exercises import IN_ORDER
from ..judge import Judge
from ..spec import Arrays, Case, Exercise
from .errors import Errors
from .parallel import spread
from .rewrite import rounding
from .sources import Sources
from .trial import given, quietly, reply_of

CHUNK = 5  # seeds that a process takes at a time
Names = Mapping[str, Any]


class LeanJudge(Judge):
    """A judge whose reference runs without the care that student code needs: its snippets are compiled once."""

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
    """The outputs of right functions, which nothing stops; whatever they raise passes through."""
    scope = {**namespace, **inputs}
    exec(_compiled(exercise.call), scope)
    return {name: scope[name] for name in exercise.outputs}


@cache
def _compiled(call: str) -> CodeType:
    return compile(call, "<check>", "exec")


def measure_seed(seed: int, reference: Names, variants: Sequence[Names]) -> Errors:
    """The verdicts on variants, as names of functions, in every exercise and case under one seed.

    Exercises of the captioning model cost most of the time: of them, each seed has one variant in turn.
    """
    judge, found = LeanJudge(reference, seed), Errors()
    in_turn = variants[seed % len(variants)]
    with quietly():
        for exercise in IN_ORDER:
            for names in [in_turn] if exercise.name.startswith("captioning") else variants:
                replies = [
                    reply_of(run_right(exercise, given(case, judge.inputs(exercise, case)), names))
                    for case in exercise.cases
                ]
                found.note(exercise.name, judge.verdicts(exercise, replies))
    return found


def measure(
    course: Course, seeds: Sequence[int], processes: int, step: Callable[[int], object] = lambda count: None
) -> Errors:
    """What the variants that round otherwise give under all these seeds. step: called with the seeds just done."""
    found = Errors()
    for _, chunk, part in spread(_measure_chunk, (course,), seeds, CHUNK, processes):
        found.add(part)
        step(len(chunk))
    return found


def _measure_chunk(course: Course, seeds: list[int]) -> Errors:
    reference, variants = _functions(course)
    found = Errors()
    for seed in seeds:
        found.add(measure_seed(seed, reference, variants))
    return found


@cache
def _functions(course: Course) -> tuple[Names, list[Names]]:
    """The reference and the variants, made once in each process."""
    sources = Sources.of(course)
    return sources.namespace(), [sources.namespace(variant.code) for variant in rounding(sources)]
