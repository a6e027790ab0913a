"""A wrong function that the submission may contain: its values, and which of the submission's values it explains."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from autograder.sandbox.messages import Fate
from autograder.spec import Exercise, Mistake

from ..trusted import TrustedRun, run_here
from .advice import Advice
from .trial import Trial, limits, same, same_numbers


@dataclass
class Candidate:
    """A mistake planted into the reference; its values are remembered, as the hidden inputs stay the same.

    advise: makes the advice from the outputs that the mistake explains. by_exception: whether the exception that it
    raises is enough to recognise it.
    """

    exercise: Exercise
    mistake: Mistake
    reference: Mapping[str, Any]
    advise: Callable[[Sequence[str]], Advice]
    by_exception: bool = True
    _planted: Mapping[str, Any] | None = None
    _outcomes: dict[str, TrustedRun] = field(default_factory=dict)

    def outcome(self, trial: Trial) -> TrustedRun:
        """Its outputs in one case, or what stopped it."""
        name = trial.case.name
        if name not in self._outcomes:
            if self._planted is None:
                self._planted = self.mistake.plant(dict(self.reference), self.exercise.function)
            self._outcomes[name] = run_here(self.exercise, trial.inputs, self._planted)
        return self._outcomes[name]

    def gives(self, trial: Trial, output: str) -> bool:
        """Whether it gives the submission's output in one case."""
        return same(self.outcome(trial), trial.reply, output, *limits(self.exercise, trial, output))

    def spoils(self, trials: Sequence[Trial]) -> set[str]:
        """The outputs that it gets wrong in at least one case."""
        return {output for trial in trials for output in self.exercise.outputs if not self.is_exact(trial, output)}

    def is_exact(self, trial: Trial, output: str) -> bool:
        """Whether it gives the right value in one case."""
        outcome, expected = self.outcome(trial), np.asarray(trial.expected[output])
        return not outcome.stop and same_numbers(
            outcome.outputs[output], expected, *limits(self.exercise, trial, output)
        )


@dataclass(frozen=True)
class Match:
    """The wrong outputs that a candidate explains: it gives the submission's numbers in every case that has some.

    whole: whether these are all the outputs that it gets wrong. missed: in how many cases the submission raised an
    exception and the candidate did not.
    """

    candidate: Candidate
    outputs: frozenset[str]
    whole: bool
    missed: int

    @property
    def advice(self) -> Advice:
        """What to tell the student."""
        advice = self.candidate.advise([output for output in self.candidate.exercise.outputs if output in self.outputs])
        return replace(advice, source=self.candidate.mistake if self.whole and not self.missed else None)


def match(candidate: Candidate, trials: Sequence[Trial], left: set[str]) -> Match | None:
    """Which outputs in `left` the candidate explains; None where none, or where it gets right outputs wrong.

    trials: the cases that gave values or raised, in the order that rules out wrong candidates fastest.
    """
    wrong = {output for trial in trials for output in trial.wrong}
    by_numbers = any(trial.reply.fate is Fate.DONE and trial.wrong & left for trial in trials)
    agreed, missed = set(left), 0
    proven: set[str] = set()
    for trial in trials:
        if trial.reply.fate is Fate.RAISED and not candidate.outcome(trial).stop and by_numbers:
            missed += 1
            continue
        differ = {output for output in candidate.exercise.outputs if not candidate.gives(trial, output)}
        agreed -= differ
        if not agreed or differ - wrong:
            return None
        proven |= trial.wrong if trial.reply.fate is Fate.DONE or candidate.by_exception else set()
    if not agreed & proven or not _is_supported(candidate, trials, agreed & proven):
        return None
    return Match(candidate, frozenset(agreed & proven), candidate.spoils(trials) <= agreed, missed)


def _is_supported(candidate: Candidate, trials: Sequence[Trial], outputs: set[str]) -> bool:
    """Whether most of the cases in which the candidate is wrong bear it out, of the ordinary ones where there are some.

    Where a size is 1, different mistakes give the same values; so what an exception has left says nothing by itself.
    """
    telling = [trial for trial in trials if not all(candidate.is_exact(trial, output) for output in outputs)]
    ordinary = [trial for trial in telling if candidate.exercise.is_ordinary(trial.case)] or telling
    missed = sum(trial.reply.fate is Fate.RAISED and not candidate.outcome(trial).stop for trial in ordinary)
    return 2 * missed < len(ordinary)


def fewest(matches: Sequence[Match], left: set[str]) -> list[Match]:
    """A few matches that together explain as much of `left` as all of them do, in their order."""
    taken: list[Match] = []
    for found in sorted(matches, key=lambda found: (found.missed, -len(found.outputs))):
        if found.outputs & left:
            taken.append(found)
            left = left - found.outputs
    return [found for found in matches if found in taken]
