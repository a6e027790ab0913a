"""Name the mistakes that give exactly a submission's values, the most telling first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.sandbox.messages import Fate
from autograder.selfcheck.language import ands, counted
from autograder.spec import Exercise, Mistake

from .advice import Advice
from .candidate import Candidate, Match, fewest, match
from .causes_of_chance import on_unsteady
from .measured import absent, kept_from_earlier, located, measured, on_absent
from .trial import Trial
from .variants import variants

INPUTS_CHANGED = "inputs_changed"


class Diagnosis:
    """Finds mistakes with one reference and one seed; remembers the values that known wrong functions give.

    reference: the right functions, by name.
    """

    def __init__(self, reference: Mapping[str, Any]) -> None:
        self._reference = dict(reference)
        self._known: dict[tuple[str, str], Candidate] = {}
        self._variants: dict[str, list[Candidate]] = {}

    def diagnose(
        self, exercise: Exercise, trials: Sequence[Trial], unsteady: frozenset[str] = frozenset()
    ) -> tuple[Advice, ...]:
        """Advice on the wrong outputs, each output explained once if it can be.

        Known mistakes come first, then causes that can be measured, then parts left out of the reference: each explains
        what those before it do not. What is left may be known mistakes that only show in some of the outputs they get
        wrong; otherwise it is said in which cases an output is wrong, and that the code changes its inputs. Outputs
        that are `unsteady`, not the same when the same call is made twice, are explained by that or by an earlier call.
        """
        trials = sorted((trial for trial in trials if trial.reply.fate in (Fate.DONE, Fate.RAISED)), key=_patience)
        left = {output for trial in trials for output in trial.wrong}
        if not left:
            return ()
        with np.errstate(all="ignore"):
            said, steady = _by_chance(exercise, trials, left & unsteady), left - unsteady
            return tuple(said + (self._explain(exercise, trials, steady) if steady else []))

    def _explain(self, exercise: Exercise, trials: Sequence[Trial], left: set[str]) -> list[Advice]:
        lost = absent(exercise, trials)
        bank = [known for known in _matches(self._bank(exercise), trials, left) if _fits(known, lost)]
        said = [known.advice for known in fewest([known for known in bank if known.whole], left)]
        said += on_absent([output for output in lost if output not in _explained(said)])
        said += measured(exercise, trials, left - _explained(said))
        if rest := left - _explained(said):
            parts = [known for known in _matches(self._parts(exercise), trials, rest) if known.whole]
            said += [known.advice for known in fewest(parts, rest)]
        for known in fewest(bank, left - _explained(said)):
            said.append(known.advice)
            said += measured(exercise, _beside(known, trials), left - _explained(said))
        said += located(exercise, trials, left - _explained(said))
        return said + (_changed_inputs(exercise, trials) if left - _explained(said) else [])

    def _bank(self, exercise: Exercise) -> Iterable[Candidate]:
        for mistake in exercise.mistakes:
            key = exercise.name, mistake.name
            if key not in self._known:
                self._known[key] = Candidate(exercise, mistake, self._reference, _advice_of(mistake))
            yield self._known[key]

    def _parts(self, exercise: Exercise) -> list[Candidate]:
        if exercise.name not in self._variants:
            made = variants(exercise, self._reference)
            self._variants[exercise.name] = [
                Candidate(exercise, variant.mistake, self._reference, variant.advise, variant.kind == "wrong_transpose")
                for variant in made
            ]
        return self._variants[exercise.name]


def _advice_of(mistake: Mistake) -> Callable[[Sequence[str]], Advice]:
    return lambda outputs: Advice(mistake.name, mistake.advice, tuple(outputs))


def _matches(candidates: Iterable[Candidate], trials: Sequence[Trial], wrong: set[str]) -> list[Match]:
    found = (match(candidate, trials, wrong) for candidate in candidates)
    return [known for known in found if known]


def _fits(known: Match, lost: Sequence[str]) -> bool:
    """Whether a mistake is none of an output that is not there while others are not either: it would miss the point."""
    return len(lost) < 2 or set(lost) <= known.outputs or not known.outputs & set(lost)


def _explained(said: Iterable[Advice]) -> set[str]:
    return {output for advice in said for output in advice.outputs}


def _by_chance(exercise: Exercise, trials: Sequence[Trial], outputs: set[str]) -> list[Advice]:
    kept = kept_from_earlier(exercise, trials, outputs)
    return kept + on_unsteady([output for output in exercise.outputs if output in outputs - _explained(kept)])


def _changed_inputs(exercise: Exercise, trials: Sequence[Trial]) -> list[Advice]:
    """Say that inputs are changed in place, a possible cause. Upstream gradients may be: they are used only once."""
    changed = {name for trial in trials for name in trial.reply.changed if trial.wrong}
    names = [name for name in exercise.inputs if name in changed and not name.startswith("d")]
    if not names:
        return []
    one = "Your code changes {names} in place, and what uses it afterwards gets other numbers: work on a copy."
    several = "Your code changes {names} in place, and what uses them afterwards gets other numbers: work on a copy."
    return [Advice(INPUTS_CHANGED, counted(one, several, len(names), names=ands(names)), explains=False)]


def _beside(known: Match, trials: Sequence[Trial]) -> list[Trial]:
    """The trials with a mistake's values taken for right: what is still wrong has another cause."""
    outcomes = [(trial, known.candidate.outcome(trial)) for trial in trials]
    return [trial if outcome.stop else replace(trial, expected=outcome.outputs) for trial, outcome in outcomes]


def _patience(trial: Trial) -> tuple[bool, bool, float]:
    """A sort key: cases with wrong outputs first, of these the small ones, but those with all sizes equal last."""
    sizes = list(trial.case.sizes.values())
    return not trial.wrong, max(sizes) == min(sizes), float(np.prod(sizes))
