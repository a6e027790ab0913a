"""Hold a submission's outputs against the reference and say what is wrong. Runs in the grader's process only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cs231n.compare import TINY, Finding, compare
from cs231n.snippet import Stop, run_snippet

from .sandbox.session import Reply
from .spec import Arrays, Case, Exercise, Mistake

LOST = {  # what a reply's fate says to the student
    "timeout": "It did not finish in time: look for a loop that never ends.",
    "dead": "The Python process ended during this call (exit, a crash, or too much memory, disk or threads).",
    "stopped": "Not run: the time for this exercise or this submission was used up before.",
}


@dataclass(frozen=True)
class Verdict:
    """One check: an output in one case. `status` is "right", "wrong" or "unchecked" (it gave no value)."""

    case: str
    title: str
    output: str
    status: str
    weight: float
    limit: float
    error: float | None = None
    sentence: str = ""

    @property
    def right(self) -> bool:
        """Whether the check earns its share."""
        return self.status == "right"


@dataclass(frozen=True)
class Advice:
    """A known mistake that gives exactly the submission's values, and what to do about it."""

    mistake: str
    text: str


@dataclass(frozen=True)
class Judgement:
    """All verdicts on one exercise; `basis` says in a sentence on what, where that is not the code as written."""

    exercise: str
    verdicts: tuple[Verdict, ...]
    advice: tuple[Advice, ...] = ()
    basis: str = ""

    @property
    def fraction(self) -> float:
        """The share of the exercise's points: the right checks' weights; exactly 1.0 when all are right."""
        if all(verdict.right for verdict in self.verdicts):
            return 1.0
        total = sum(verdict.weight for verdict in self.verdicts)
        return round(sum(verdict.weight for verdict in self.verdicts if verdict.right) / total, 6)

    def points(self, most: float) -> float:
        """The points earned out of `most`."""
        return round(self.fraction * most, 4)


@dataclass(frozen=True)
class Outcome:
    """What trusted functions give on one case: outputs, or what stopped them."""

    outputs: Mapping[str, Any]
    stop: Stop | None = None


def run_here(exercise: Exercise, inputs: Arrays, namespace: Mapping[str, Any]) -> Outcome:
    """Run the exercise's call with trusted functions (the reference, a mistake of the bank) in this process."""
    scope = {**namespace, **{name: array.copy() for name, array in inputs.items()}}
    with np.errstate(all="ignore"):
        stop = run_snippet(exercise.call, scope, namespace)
    return Outcome({} if stop else {name: scope[name] for name in exercise.outputs}, stop)


class Judge:
    """Judges with one reference and one seed; remembers the expected values of the cases it has seen."""

    def __init__(self, reference: Mapping[str, Any], seed: int) -> None:
        self._reference, self._seed = dict(reference), seed
        self._expected: dict[tuple[str, str], Outcome] = {}

    def inputs(self, exercise: Exercise, case: Case) -> Arrays:
        """The inputs of a case under this judge's seed, as fresh arrays."""
        return exercise.draw(case, self._seed)

    def expected(self, exercise: Exercise, case: Case) -> Mapping[str, Any]:
        """The reference's outputs; raises RuntimeError where the reference itself fails."""
        key = exercise.name, case.name
        if key not in self._expected:
            self._expected[key] = run_here(exercise, self.inputs(exercise, case), self._reference)
        outcome = self._expected[key]
        if outcome.stop:
            raise RuntimeError(f"the reference fails on {exercise.name}, {case.title}: {outcome.stop.sentence}")
        return outcome.outputs

    @property
    def reference(self) -> Mapping[str, Any]:
        """The reference's functions, by name."""
        return self._reference

    def judge(self, exercise: Exercise, replies: list[Reply]) -> Judgement:
        """Verdicts on the replies to the exercise's cases, in their order, and advice where a mistake is known."""
        pairs = list(zip(exercise.cases, replies, strict=True))
        verdicts = self.verdicts(exercise, replies)
        return Judgement(exercise.name, tuple(verdicts), tuple(self._advice(exercise, pairs, verdicts)))

    def verdicts(
        self, exercise: Exercise, replies: list[Reply], expected: Mapping[str, Mapping[str, Any]] | None = None
    ) -> list[Verdict]:
        """Verdicts on the replies to the exercise's cases, in their order.

        expected: other right outputs than the reference's, by case; of a case that is not in it, they are the
        reference's.
        """
        return [
            self._verdict(exercise, case, reply, output, (expected or {}).get(case.name))
            for case, reply in zip(exercise.cases, replies, strict=True)
            for output in exercise.outputs
        ]

    def _verdict(
        self, exercise: Exercise, case: Case, reply: Reply, output: str, expected: Mapping[str, Any] | None
    ) -> Verdict:
        limit = exercise.limit(case, output)
        place = (case.name, case.title, output)
        if reply.fate != "done":
            sentence = reply.sentence or LOST.get(reply.fate, "")
            return Verdict(*place, "unchecked", exercise.weight(case), limit, None, sentence)
        if output not in reply.outputs:
            sentence = reply.problems.get(output, f"{output} did not arrive as an array.")
            return Verdict(*place, "wrong", exercise.weight(case), limit, None, sentence)
        right = (self.expected(exercise, case) if expected is None else expected)[output]
        finding = compare(output, reply.outputs[output], right, limit)
        if case.limit is not None and finding.error is not None:
            error = _coarse_error(reply.outputs[output], right)
            finding = Finding(error <= limit, error, finding.sentence if error > limit else "")
        status = "right" if finding.right else "wrong"
        return Verdict(*place, status, exercise.weight(case), limit, finding.error, finding.sentence)

    def _advice(self, exercise: Exercise, pairs: list[tuple[Case, Reply]], verdicts: list[Verdict]) -> list[Advice]:
        """The known mistakes that explain the wrong outputs, without those that explain a part of what another does."""
        wrong = {verdict.output for verdict in verdicts if not verdict.right}
        candidates = exercise.mistakes if wrong else ()
        explained = [(mistake, self._explained(exercise, mistake, pairs, wrong)) for mistake in candidates]
        return [
            Advice(mistake.name, mistake.advice)
            for mistake, outputs in explained
            if outputs and not any(outputs < others for _, others in explained)
        ]

    def _explained(
        self, exercise: Exercise, mistake: Mistake, pairs: list[tuple[Case, Reply]], wrong: set[str]
    ) -> set[str]:
        """The wrong outputs that the mistake gives too, in every case; none where it spoils one that is right."""
        namespace = mistake.plant(self._reference, exercise.function)
        same = set(exercise.outputs)
        for case, reply in pairs:
            outcome = run_here(exercise, self.inputs(exercise, case), namespace)
            same = {output for output in same if _same(outcome, reply, output, exercise.limits[output], case.limit)}
            if not same & wrong or same | wrong != set(exercise.outputs):
                return set()
        return same & wrong


def _coarse_error(value: np.ndarray, expected: np.ndarray) -> float:
    """The largest difference of two arrays of one shape, relative to the largest expected entry."""
    largest = max(TINY, float(np.abs(expected).max(initial=0.0)))
    return float(np.abs(value - np.asarray(expected, np.float64)).max(initial=0.0)) / largest


def _same(outcome: Outcome, reply: Reply, output: str, limit: float, coarse: float | None) -> bool:
    """Whether the reply holds what a mistake gave: the same exception with its message, or the same numbers."""
    if outcome.stop or reply.fate != "done":
        return reply.fate == "raised" and outcome.stop is not None and _message(outcome.stop) == _message(reply)
    if output not in reply.outputs:
        return outcome.outputs[output] is None
    mine, theirs = np.asarray(outcome.outputs[output]), reply.outputs[output]
    if mine.shape != theirs.shape or mine.dtype.kind not in "biuf":
        return False
    if coarse is not None and np.isfinite(mine).all():
        return _coarse_error(theirs, mine) <= coarse
    return np.allclose(mine, theirs, rtol=limit, atol=1e-12, equal_nan=True)


def _message(stop: Stop | Reply) -> tuple[str, str]:
    """What stopped a call, wherever in the code it happened."""
    return stop.kind, stop.sentence.removeprefix(stop.place)
