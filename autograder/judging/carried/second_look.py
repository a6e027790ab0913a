"""What a second look at an exercise has to work with, whichever way it goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.sandbox.messages import Arrays, Call, Reply
from autograder.selfcheck.compare import compare
from autograder.spec import Exercise

from ..judge import Judge, Judgement
from .dependencies import CACHE, Dependencies, Line
from .discretion import discreet

Again = Callable[[list[Call]], list[Reply]]


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

    def discreetly(self, replies: list[Reply]) -> Judgement:
        """The judgement on further replies, which students may not read in full."""
        return discreet(self.judge, self.exercise, self.judge.judge(self.exercise, replies), replies)

    def with_mistake_of(self, exercise: str) -> Mapping[str, Any] | None:
        """The reference with an earlier exercise's mistake in it; None where that is not one that is known."""
        advice = self.judged[exercise].advice if exercise in self.judged else ()
        mistake = advice[0].source if len(advice) == 1 else None
        return mistake.plant(self.judge.reference, self.exercises[exercise].function) if mistake else None

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
