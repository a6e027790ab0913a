"""What a second look at an exercise has to work with, whichever way it goes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import numpy as np

from autograder.sandbox.messages import Arrays, Call, Reply
from autograder.selfcheck.compare import compare
from autograder.spec import Exercise

from ..judge import Judge, Judgement
from .dependencies import CACHE, Dependencies, Line

Again = Callable[[list[Call]], list[Reply]]
Attempt = tuple[Judgement, list[Reply]]  # a judgement, and the replies that it is on


@dataclass(frozen=True)
class SecondLook:
    """An exercise that is not right as written, and something that it depends on that is not right either.

    calls, replies: as written, one for each case. run: makes further calls in the student's process. judged: the
    judgements on earlier exercises, by name. exercises: of the assignment, by name.
    """

    exercise: Exercise
    calls: Sequence[Call]
    replies: Sequence[Reply]
    run: Again
    judged: Mapping[str, Judgement]
    judge: Judge
    dependencies: Dependencies
    exercises: Mapping[str, Exercise]

    def with_mistake(self, functions: Collection[str]) -> dict[str, Any] | None:
        """The reference with the known mistake of one of these functions in it; None where there is not exactly one."""
        advice = {name: judgement.advice for name, judgement in self.judged.items() if name in functions}
        sources = {name: said[0].source for name, said in advice.items() if len(said) == 1 and said[0].source}
        if len(sources) != 1:
            return None
        ((name, mistake),) = sources.items()
        right = self.judge.reference
        planted = mistake.plant(right, self.exercises[name].function)
        own = {name: each for name, each in right.items() if isinstance(each, FunctionType) and planted[name] is each}
        for name, each in own.items():  # so that they call what is planted
            planted[name] = FunctionType(each.__code__, planted, name, each.__defaults__, each.__closure__)
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
