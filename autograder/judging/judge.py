"""Compare a submission's outputs with the reference's and say what is wrong. Runs only in the grader's process."""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.errors import ReferenceFailsError
from autograder.record import Check
from autograder.sandbox.messages import Fate, Reply
from autograder.selfcheck.compare import Finding, compare
from autograder.selfcheck.language import Text
from autograder.selfcheck.snippet import Reason
from autograder.signature import Signature
from autograder.spec import Arrays, Case, Exercise

from .brief import brief
from .diagnosis import Advice, Diagnosis, Trial, coarse_error
from .entries import Entries, wrong_entries
from .trusted import TrustedRun, run_here

if TYPE_CHECKING:
    from .repair import Line

log = logging.getLogger(__name__)
FEW = 3  # entries: of fewer, an exact error would tell the right value to who hands in a constant
LOST = {  # what a reply's fate says to the student
    Fate.TIMEOUT: Text("It did not finish in time: look for a loop that never ends."),
    Fate.DEAD: Text("The Python process ended during this call (exit, a crash, or too much memory, disk or threads)."),
    Fate.STOPPED: Text("Not run: the time for this exercise or this submission was used up before."),
}


@dataclass(frozen=True)
class Verdict:
    """One check: an output in one case, and how it came out.

    entries: which entries of the output are wrong, where that is known. kind: what is wrong, whatever the numbers in
    the sentence; "" where the sentence tells no more than its kind. fate: of the call.
    """

    case: str
    title: str
    output: str
    status: Check
    weight: float
    limit: float
    error: float | None = None
    sentence: str = ""
    entries: Entries | None = None
    kind: str = ""
    fate: Fate = Fate.DONE

    @property
    def right(self) -> bool:
        """Whether the check earns its share."""
        return self.status is Check.RIGHT


@dataclass(frozen=True)
class Judgement:
    """All verdicts on one exercise.

    basis: a sentence on what they rest on, where that is not the code as written. because: the exercises whose mistakes
    were carried forward. carried: whether it rests on an earlier mistake put right. written: whether there was code to
    judge. changed: the inputs that the code has changed in place, as the child says. line: the line that
    is proven wrong, where one is. signature: what the wrong answer is known by, where nothing explains it.
    """

    exercise: str
    verdicts: tuple[Verdict, ...]
    advice: tuple[Advice, ...] = ()
    basis: str = ""
    because: tuple[str, ...] = ()
    carried: bool = False
    written: bool = True
    changed: tuple[str, ...] = ()
    line: Line | None = None
    signature: Signature = ()

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


class Judge:
    """Judges submissions with one reference and one seed; remembers each case's inputs and right outputs."""

    def __init__(self, reference: Mapping[str, Any], seed: int) -> None:
        self._reference, self._seed = dict(reference), seed
        self._diagnosis = Diagnosis(self._reference)
        self._drawn: dict[tuple[str, str], Arrays] = {}
        self._expected: dict[tuple[str, str], TrustedRun] = {}

    def inputs(self, exercise: Exercise, case: Case) -> Arrays:
        """The inputs of a case under this judge's seed, as fresh arrays."""
        key = exercise.name, case.name
        if key not in self._drawn:
            self._drawn[key] = exercise.draw(case, self._seed)
        return {name: array.copy() for name, array in self._drawn[key].items()}

    def expected(self, exercise: Exercise, case: Case) -> Mapping[str, Any]:
        """The reference's outputs; raises ReferenceFailsError where the reference itself fails."""
        key = exercise.name, case.name
        if key not in self._expected:
            self._expected[key] = run_here(exercise, self.inputs(exercise, case), self._reference)
        outcome = self._expected[key]
        if outcome.stop:
            raise ReferenceFailsError(f"the reference fails on {exercise.name}, {case.title}: {outcome.stop.sentence}")
        return outcome.outputs

    @property
    def reference(self) -> Mapping[str, Any]:
        """The reference's functions, by name."""
        return self._reference

    def judge(self, exercise: Exercise, replies: list[Reply], unsteady: frozenset[str] = frozenset()) -> Judgement:
        """Verdicts on the replies to the exercise's cases, in their order, and advice where a mistake is known.

        unsteady: the outputs that are not the same when the same call is made twice.
        """
        pairs = list(zip(exercise.cases, replies, strict=True))
        verdicts = self.verdicts(exercise, replies)
        written = any(reply.reason is not Reason.NOT_WRITTEN for reply in replies)
        said = {name for reply in replies for name in reply.changed}
        return Judgement(
            exercise.name,
            tuple(verdicts),
            self._advice(exercise, pairs, verdicts, unsteady),
            written=written,
            changed=tuple(name for name in exercise.inputs if name in said),
        )

    def verdicts(
        self, exercise: Exercise, replies: list[Reply], expected: Mapping[str, Mapping[str, Any]] | None = None
    ) -> list[Verdict]:
        """Verdicts on the replies to the exercise's cases, in their order.

        expected: right outputs by case, where they are not the reference's; other cases keep the reference's.
        """
        return [
            verdict
            for case, reply in zip(exercise.cases, replies, strict=True)
            for verdict in (
                [
                    self._verdict(exercise, case, reply, each, (expected or {}).get(case.name))
                    for each in exercise.outputs
                ]
                if reply.fate is Fate.DONE
                else _unchecked(exercise, case, reply)
            )
        ]

    def _verdict(
        self, exercise: Exercise, case: Case, reply: Reply, output: str, expected: Mapping[str, Any] | None
    ) -> Verdict:
        limit = exercise.limit(case, output)
        place = (case.name, case.title, output)
        if output not in reply.outputs:
            sentence = brief(reply.problems.get(output) or Text("{output} did not arrive as an array.", output=output))
            return Verdict(*place, Check.WRONG, exercise.weight(case), limit, None, sentence)
        right = (self.expected(exercise, case) if expected is None else expected)[output]
        value, entries = reply.outputs[output], None
        finding = compare(output, value, right, limit)
        if case.limit is not None and finding.error is not None:
            error = coarse_error(value, right)
            finding = Finding(error <= limit, error, finding.causes if error > limit else ())
        elif not finding.right:
            entries = wrong_entries(value, np.asarray(right), limit)
        status = Check.RIGHT if finding.right else Check.WRONG
        shown = finding.error if finding.right or value.size >= FEW else _power_of_ten(finding.error)
        return Verdict(*place, status, exercise.weight(case), limit, shown, finding.sentence, entries, finding.kind)

    def _advice(
        self, exercise: Exercise, pairs: list[tuple[Case, Reply]], verdicts: list[Verdict], unsteady: frozenset[str]
    ) -> tuple[Advice, ...]:
        """Advice on the mistakes, as far as the values show them; none where all is right."""
        if all(verdict.right for verdict in verdicts):
            return ()
        wrong = {(verdict.case, verdict.output) for verdict in verdicts if not verdict.right}
        trials = [
            Trial(
                case,
                functools.partial(self.inputs, exercise, case),
                self.expected(exercise, case),
                reply,
                frozenset(output for output in exercise.outputs if (case.name, output) in wrong),
            )
            for case, reply in pairs
        ]
        try:
            return self._diagnosis.diagnose(exercise, trials, unsteady)
        except Exception:  # no advice is a loss, but no mark depends on it
            log.debug("the diagnosis of %s failed", exercise.name, exc_info=True)
            return ()


def _unchecked(exercise: Exercise, case: Case, reply: Reply) -> list[Verdict]:
    """Verdicts on a call that gave nothing: the same sentence for each output."""
    sentence = brief(reply.sentence, reply.place) or LOST.get(reply.fate, "")
    kind, weight = f"{reply.fate}, {reply.exception}: {reply.place}", exercise.weight(case)
    return [
        Verdict(
            *(case.name, case.title, output, Check.UNCHECKED, weight, exercise.limit(case, output), None, sentence),
            kind=kind,
            fate=reply.fate,
        )
        for output in exercise.outputs
    ]


def _power_of_ten(error: float | None) -> float | None:
    """The error, rounded up to a power of ten."""
    return float(10.0 ** np.ceil(np.log10(error))) if error else error
