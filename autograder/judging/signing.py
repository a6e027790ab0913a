"""Make the signatures of wrong answers that nothing explains, so that a teacher can tell all of their authors at once.

They rest on calls of their own, with inputs that are the same in every grading, whatever draws the hidden ones: these
calls are made when all is judged, on the code as it is written, and only where there is something to compare. Right
answers, and those whose mistake has a name, cost nothing. No mark rests on a signature.
"""

from __future__ import annotations

import hashlib
import logging
import math
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.errors import AutograderError
from autograder.record import Check
from autograder.sandbox.messages import Fate, Reply
from autograder.selfcheck.causes import OF_VALUES
from autograder.selfcheck.causes import Kind as Cause
from autograder.selfcheck.snippet import Reason
from autograder.signature import Kind, Signature, Trace, is_telling
from autograder.spec import Arrays, Case, Exercise

from .carried import Fairness
from .diagnosis import explained, unsteady
from .judge import Judge, Judgement, Verdict
from .standing import QUARTER, Heard, Student
from .stops import form_of_stop

log = logging.getLogger(__name__)
SEED = 17890714  # of the inputs: never a course's own, so that signatures of different years can be compared
SUMS = 3
ENTRIES = 1 << 16  # of an array that count; no exercise has as many
NEAR = 1e-5  # relative: what single precision leaves of a few hundred sums
DIGITS = 9
NOTHING = 1e-12  # of the right array's norm: what rounding leaves of zeros
ENDED = (Fate.DONE, Fate.RAISED)
AGAIN = 3  # calls that are made a second time
OPEN = {Cause.SHAPE, Cause.NOT_FINITE, *OF_VALUES} - {Cause.ZEROS}  # what a check's sentence does not explain


class Signing:
    """Makes the signatures of the submissions of one assignment.

    reference: the right functions, by name. fairness: knows which functions an exercise depends on.
    """

    def __init__(self, reference: Mapping[str, Any], fairness: Fairness) -> None:
        self._judge, self._fairness = Judge(reference, SEED), fairness

    def inputs(self, exercise: Exercise, case: Case) -> Arrays:
        """The inputs of a case, which are the same in every grading."""
        return self._judge.inputs(exercise, case)

    def signatures(
        self, heard: Mapping[str, Heard], judgements: Mapping[str, Judgement], student: Student
    ) -> dict[str, Signature]:
        """By exercise, the signatures of one submission. judgements: on these exercises, all made and explained."""
        found: dict[str, Signature] = {}
        for name, each in heard.items():
            outputs = unexplained(judgements[name])
            if not outputs or self._has_wrong_layers(each, heard):
                continue
            try:
                signature = self._signature(each, outputs, student)
            except AutograderError:
                raise
            except Exception:  # a defect of ours costs a place in a group, never a grading
                log.debug("the signature of %s failed", name, exc_info=True)
            else:
                found |= {name: signature} if is_telling(signature) else {}
        return found

    def _has_wrong_layers(self, heard: Heard, all_heard: Mapping[str, Heard]) -> bool:
        """Whether its numbers as written are wrong for another exercise's mistake, too."""
        judged = {name: each.judgement for name, each in all_heard.items() if each is not heard}
        return any(name in judged for name in self._fairness.suspects(heard.exercise, judged))

    def _signature(self, heard: Heard, outputs: frozenset[str], student: Student) -> Signature:
        exercise, cases = heard.exercise, heard.exercise.cases
        calls = [
            replace(call, inputs=self.inputs(exercise, case)) for call, case in zip(heard.calls, cases, strict=True)
        ]
        replies = student.again(calls)
        if any(reply.fate not in ENDED for reply in replies):
            return ()  # on another machine it might come out otherwise
        with np.errstate(all="ignore"):  # a submission may give any numbers
            traces = tuple(self.traces(exercise, replies, outputs))
        wrong = {trace.case for trace in traces}
        chosen = [number for number, case in enumerate(cases) if case.name in wrong][:AGAIN]
        seconds = student.again([replace(calls[each], seed=calls[each].seed + 1) for each in chosen], QUARTER)
        steady = all(
            _is_steady(exercise, cases[number], replies[number], second)
            for number, second in zip(chosen, seconds, strict=True)
        )
        return traces if steady else ()

    def traces(self, exercise: Exercise, replies: list[Reply], outputs: frozenset[str]) -> Iterator[Trace]:
        """The wrong checks of some outputs. replies: to calls with the inputs of signatures, in the cases' order."""
        verdicts = {(each.case, each.output): each for each in self._judge.verdicts(exercise, replies)}
        for case, reply in zip(exercise.cases, replies, strict=True):
            if reply.fate is Fate.RAISED:
                known = reply.reason is not Reason.RAISED
                form = str(reply.reason and reply.reason.name) if known else form_of_stop(reply)
                yield Trace(case.name, "", Kind.KNOWN if known else Kind.STOPPED, form)
                continue
            for output in exercise.outputs:
                verdict = verdicts[case.name, output]
                if output not in outputs or verdict.status is Check.RIGHT:
                    continue
                right = np.asarray(self._judge.expected(exercise, case)[output], np.float64)
                near = max(NEAR, exercise.limit(case, output))
                if not _is_open(verdict):
                    yield Trace(case.name, output, Kind.KNOWN, verdict.kind or "nothing")
                else:
                    yield trace_of(case.name, output, reply.outputs[output], right, near)


def unexplained(judgement: Judgement) -> frozenset[str]:
    """The outputs that are wrong for no reason that feedback gives: none where it is another exercise's mistake."""
    wrong = frozenset(verdict.output for verdict in judgement.verdicts if _is_open(verdict))
    in_time = all(verdict.fate in ENDED for verdict in judgement.verdicts)
    if not judgement.written or judgement.carried or not in_time:
        return frozenset()
    return wrong - explained(judgement.advice, wrong)


def _is_open(verdict: Verdict) -> bool:
    """Whether a check is wrong, and its own sentence does not say why."""
    return verdict.status is Check.UNCHECKED or (not verdict.right and verdict.kind in OPEN)


def trace_of(case: str, output: str, value: np.ndarray, right: np.ndarray, near: float = NEAR) -> Trace:
    """What a wrong array is known by. right: the exact one, by which zeros are told. near: see `Trace`."""
    shape, entries = " ".join(map(str, value.shape)), np.asarray(value, np.float64).ravel()[:ENTRIES]
    finite = np.isfinite(entries)
    filled = np.where(finite, entries, 0.0)
    largest = float(np.abs(filled).max(initial=0.0))
    if not finite.any() or not largest:
        return Trace(case, output, Kind.KNOWN, "zeros" if finite.all() else "not finite")
    scaled = filled / largest  # a norm of very large numbers has no end
    length = float(np.linalg.norm(scaled))
    size = math.log(largest) + math.log(length)
    exact = float(np.linalg.norm(right))
    if exact and math.isfinite(exact) and size < math.log(exact) + math.log(NOTHING):
        return Trace(case, output, Kind.KNOWN, "zeros")
    sums = _weights(case, output, len(entries)) @ (scaled / length)
    form = shape if finite.all() else f"{shape}, {_pattern(entries)}"
    return Trace(case, output, Kind.NUMBERS, form, _short(size), near, tuple(map(_short, sums)))


def _weights(case: str, output: str, length: int) -> np.ndarray:
    rng = np.random.default_rng([SEED, zlib.crc32(f"{case} {output}".encode())])
    return rng.standard_normal((SUMS, length))


def _pattern(entries: np.ndarray) -> str:
    """Where numbers are not finite, and in which way."""
    ways = np.isnan(entries) + 2 * np.isposinf(entries) + 3 * np.isneginf(entries)
    return hashlib.sha256(ways.astype(np.uint8).tobytes()).hexdigest()[:12]


def _short(value: float) -> float:
    return round(float(value), DIGITS)


def _is_steady(exercise: Exercise, case: Case, first: Reply, second: Reply) -> bool:
    if first.fate is Fate.RAISED:
        return second.fate is Fate.RAISED and form_of_stop(first) == form_of_stop(second)
    return second.fate is Fate.DONE and not unsteady(exercise, case, first, second)
