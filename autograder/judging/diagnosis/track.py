"""One wrong output over all cases, for the causes that can be measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.sandbox.messages import Fate
from autograder.spec import Case, Exercise

from .trial import Trial, limits, same_numbers


@dataclass(frozen=True)
class Step:
    """The output in one case: the submission's value, the exact one, and how closely values must agree."""

    trial: Trial
    value: np.ndarray
    exact: np.ndarray
    wrong: bool
    limit: float
    coarse: float | None

    @property
    def case(self) -> Case:
        """The case itself."""
        return self.trial.case

    def is_value(self, array: np.ndarray) -> bool:
        """Whether an array is what the submission gave."""
        return same_numbers(array, self.value, self.limit, self.coarse)

    def is_exact(self, array: np.ndarray) -> bool:
        """Whether an array is right."""
        return same_numbers(array, self.exact, self.limit, self.coarse)


Make = Callable[[Step], np.ndarray | None]
Cause = tuple[str, str]  # a name and a sentence


@dataclass(frozen=True)
class Track:
    """One output in all cases that gave a value. axes: its axes' letters. called: see `Exercise.axes`."""

    output: str
    axes: tuple[str, ...]
    called: Mapping[str, tuple[str, str]]
    steps: tuple[Step, ...]

    @property
    def wrong(self) -> list[Step]:
        """The steps where it is wrong."""
        return [step for step in self.steps if step.wrong]

    @property
    def right(self) -> list[Step]:
        """The steps where it is right."""
        return [step for step in self.steps if not step.wrong]

    @property
    def shaped(self) -> bool:
        """Whether it has the right shape in every case."""
        return all(step.value.shape == step.exact.shape for step in self.steps)

    @property
    def evidence(self) -> int:
        """How many nonzero numbers the exact values hold in the cases where the submission is wrong."""
        return sum(int(np.count_nonzero(step.exact)) for step in self.wrong)

    def fits(self, make: Make) -> bool:
        """Whether `make` gives the submission's value in every case, the wrong ones and the right ones."""
        made = ((step, make(step)) for step in (*self.wrong, *self.right))
        return all(array is not None and step.is_value(array) for step, array in made)

    def letters(self) -> list[str]:
        """The axes whose sizes differ between the cases."""
        return [letter for letter in self.steps[0].case.sizes if len({s.case.sizes[letter] for s in self.steps}) > 1]


def tracks(exercise: Exercise, trials: Sequence[Trial], outputs: set[str]) -> Iterator[Track]:
    """The wrong outputs that have numbers in every case that gave any values."""
    order = [case.name for case in exercise.cases]
    done = sorted((t for t in trials if t.reply.fate is Fate.DONE), key=lambda trial: order.index(trial.case.name))
    for output in exercise.outputs:
        if output in outputs and done and all(_has_numbers(trial, output) for trial in done):
            steps = tuple(_step(exercise, trial, output) for trial in done)
            if any(step.wrong for step in steps):
                yield Track(output, exercise.outputs[output], exercise.axes, steps)


def _has_numbers(trial: Trial, output: str) -> bool:
    value, exact = trial.reply.outputs.get(output), np.asarray(trial.expected[output])
    return value is not None and value.size > 0 and exact.dtype.kind in "biuf"


def _step(exercise: Exercise, trial: Trial, output: str) -> Step:
    value, exact = trial.reply.outputs[output], np.asarray(trial.expected[output])
    numbers = value.astype(np.float64), exact.astype(np.float64)
    return Step(trial, *numbers, output in trial.wrong, *limits(exercise, trial, output))
