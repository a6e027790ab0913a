"""Name the mistakes that give exactly a submission's values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..run import run_here
from ..spec import Exercise, Mistake
from .advice import Advice
from .trial import Trial, limits, same


class Diagnosis:
    """Diagnoses with one reference.

    reference: the right functions by name, which the known mistakes take the place of.
    """

    def __init__(self, reference: Mapping[str, Any]) -> None:
        self._reference = dict(reference)

    def diagnose(self, exercise: Exercise, trials: list[Trial]) -> tuple[Advice, ...]:
        """The known mistakes that explain the wrong outputs, without those that explain a part of what another does."""
        wrong = {output for trial in trials for output in trial.wrong}
        candidates = exercise.mistakes if wrong else ()
        explained = [(mistake, self._explained(exercise, mistake, trials, wrong)) for mistake in candidates]
        return tuple(
            Advice(mistake.name, mistake.advice)
            for mistake, outputs in explained
            if outputs and not any(outputs < others for _, others in explained)
        )

    def _explained(self, exercise: Exercise, mistake: Mistake, trials: list[Trial], wrong: set[str]) -> set[str]:
        """The wrong outputs that the mistake gives too, in every case; none where it spoils one that is right."""
        namespace = mistake.plant(self._reference, exercise.function)
        agreed = set(exercise.outputs)
        for trial in trials:
            outcome = run_here(exercise, trial.inputs, namespace)
            agreed = {out for out in agreed if same(outcome, trial.reply, out, *limits(exercise, trial, out))}
            if not agreed & wrong or agreed | wrong != set(exercise.outputs):
                return set()
        return agreed & wrong
