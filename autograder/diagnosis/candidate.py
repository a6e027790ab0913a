"""A wrong function that may be the submission's: what it gives, and which of the submission's values it explains."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..run import Outcome, run_here
from ..spec import Exercise, Mistake
from .advice import Advice
from .trial import Trial, limits, same, same_numbers


@dataclass
class Candidate:
    """A mistake planted into the reference. What it gives is remembered: the hidden inputs stay the same.

    advise: makes the advice from the outputs that it explains. by_exception: whether it may be known by the exception
    alone that it raises.
    """

    exercise: Exercise
    mistake: Mistake
    reference: Mapping[str, Any]
    advise: Callable[[Sequence[str]], Advice]
    by_exception: bool = True
    _planted: Mapping[str, Any] | None = None
    _outcomes: dict[str, Outcome] = field(default_factory=dict)

    def outcome(self, trial: Trial) -> Outcome:
        """What it gives in one case."""
        name = trial.case.name
        if name not in self._outcomes:
            if self._planted is None:
                self._planted = self.mistake.plant(dict(self.reference), self.exercise.function)
            self._outcomes[name] = run_here(self.exercise, trial.inputs, self._planted)
        return self._outcomes[name]

    def gives(self, trial: Trial, output: str) -> bool:
        """Whether the submission's output is this mistake's in one case."""
        return same(self.outcome(trial), trial.reply, output, *limits(self.exercise, trial, output))

    def spoils(self, trials: Sequence[Trial]) -> set[str]:
        """The outputs that it gets wrong in some case."""
        return {output for trial in trials for output in self.exercise.outputs if not self._exact(trial, output)}

    def _exact(self, trial: Trial, output: str) -> bool:
        outcome, expected = self.outcome(trial), np.asarray(trial.expected[output])
        return not outcome.stop and same_numbers(
            outcome.outputs[output], expected, *limits(self.exercise, trial, output)
        )


@dataclass(frozen=True)
class Match:
    """Which wrong outputs a candidate explains, each with the submission's numbers in every case that has some.

    whole: everything that it spoils is explained. missed: how many cases stopped with an exception that it lacks.
    """

    candidate: Candidate
    outputs: frozenset[str]
    whole: bool
    missed: int

    @property
    def advice(self) -> Advice:
        """What to tell the student."""
        return self.candidate.advise([output for output in self.candidate.exercise.outputs if output in self.outputs])


def match(candidate: Candidate, trials: Sequence[Trial], left: set[str]) -> Match | None:
    """What of the outputs in `left` the candidate explains; None where nothing, or where it spoils what is right.

    trials: those that gave values or raised, the quickest to tell first.
    """
    wrong = {output for trial in trials for output in trial.wrong}
    by_numbers = any(trial.reply.fate == "done" and trial.wrong & left for trial in trials)
    agreed, proven, missed = set(left), set(), 0
    for trial in trials:
        if trial.reply.fate == "raised" and not candidate.outcome(trial).stop and by_numbers:
            missed += 1
            continue
        differ = {output for output in candidate.exercise.outputs if not candidate.gives(trial, output)}
        agreed -= differ
        if not agreed or differ - wrong:
            return None
        proven |= trial.wrong if trial.reply.fate == "done" or candidate.by_exception else set()
    if not agreed & proven:
        return None
    return Match(candidate, frozenset(agreed & proven), candidate.spoils(trials) <= agreed, missed)


def fewest(matches: Sequence[Match], left: set[str]) -> list[Match]:
    """The few matches that explain as much of `left` as all do, in their order: no two for the same outputs."""
    taken: list[Match] = []
    for found in sorted(matches, key=lambda found: (found.missed, -len(found.outputs))):
        if found.outputs & left:
            taken.append(found)
            left = left - found.outputs
    return [found for found in matches if found in taken]
