"""What a second look at an exercise has to work with, whichever way it goes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

import numpy as np

from autograder.sandbox.messages import Arrays, Call, Reply
from autograder.selfcheck.compare import compare
from autograder.spec import Exercise, Mistake

from ..judge import Judge, Judgement
from .dependencies import CACHE, Dependencies, Line

Again = Callable[[list[Call]], list[Reply]]
Derivatives = dict[tuple[str, str], Mapping[str, Mapping[str, np.ndarray]]]
Attempt = tuple[Judgement, list[Reply]]  # a judgement, and the replies that it is on


@dataclass(frozen=True)
class SecondLook:
    """An exercise that is not right as written, and something that it depends on that is not right either.

    calls, replies: as written, one for each case. run: makes further calls in the student's process. judged: the
    judgements on earlier exercises, by name. exercises: of the assignment, by name. derivatives: what is known for all
    submissions, by the exercise and the code of a known mistake: the gradients of a forward pass with it, by case.
    """

    exercise: Exercise
    calls: Sequence[Call]
    replies: Sequence[Reply]
    run: Again
    judged: Mapping[str, Judgement]
    judge: Judge
    dependencies: Dependencies
    exercises: Mapping[str, Exercise]
    derivatives: Derivatives = field(default_factory=dict)

    def mistake_in(self, functions: Collection[str]) -> tuple[str, Mistake] | None:
        """The one of these functions that has a known mistake, and this; None where there is not exactly one."""
        advice = {name: judgement.advice for name, judgement in self.judged.items() if name in functions}
        sources = {name: said[0].source for name, said in advice.items() if len(said) == 1 and said[0].source}
        return next(iter(sources.items())) if len(sources) == 1 else None

    def planted(self, name: str, mistake: Mistake) -> dict[str, Any]:
        """The reference with a known mistake in the function that an exercise of this name asks for."""
        right = self.judge.reference
        planted = mistake.plant(right, self.exercises[name].function)
        own = {
            each: value for each, value in right.items() if isinstance(value, FunctionType) and planted[each] is value
        }
        for each, value in own.items():  # so that they call what is planted
            planted[each] = FunctionType(value.__code__, planted, each, value.__defaults__, value.__closure__)
        return planted

    def against(self, expected: Mapping[str, Mapping[str, Any]]) -> Attempt:
        """The judgement on the replies as written against other right values, by case."""
        replies = list(self.replies)
        verdicts = self.judge.verdicts(self.exercise, replies, expected)
        return Judgement(self.exercise.name, tuple(verdicts)), replies

    def forward(self, line: Line, inputs: Arrays, functions: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The results of a forward pass, by name. functions: the reference's, unless others are given."""
        function = (functions or self.judge.reference)[line.function]
        results = function(*(inputs[name].copy() for name in line.arguments))
        return dict(zip(line.results, results if len(line.results) > 1 else [results], strict=True))

    def backward(self, inputs: Arrays, cache: Any) -> dict[str, np.ndarray]:
        """The gradients that the reference's backward pass makes of a cache, by name."""
        line = self.dependencies.layers[self.exercise.name].line
        given = {name: cache if name == CACHE else inputs[name].copy() for name in line.arguments}
        results = self.judge.reference[line.function](*given.values())
        return dict(zip(line.results, results if len(line.results) > 1 else [results], strict=True))

    def is_right(self, line: Line, given: Mapping[str, Any], exact: Mapping[str, Any]) -> bool:
        """Whether a forward pass gave what the reference gives: then only the reference counts for what follows."""
        limits = self.exercises[line.function].limits
        return all(compare(name, given.get(name), exact[name], limits[name]).right for name in line.arrays)
