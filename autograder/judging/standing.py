"""Judge the exercises of one submission, each as its functions stood at its own check cell.

What a student checks there, at home, is what counts: a name that is used again further down changes no mark. Where a
function has changed below its check cell, it is judged as of the end, too, and the better judgement counts.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from autograder.errors import AutograderError
from autograder.record import Note
from autograder.sandbox.messages import END, Call, Fate, Reply
from autograder.selfcheck.calls import called_functions
from autograder.selfcheck.language import Text, ors
from autograder.spec import Exercise

from .carried import Fairness, discreet, says_nothing
from .diagnosis import unsteady
from .judge import Judge, Judgement
from .notes import on_failure, on_fates, on_second_look

log = logging.getLogger(__name__)
WHOLE, QUARTER = 1.0, 0.25  # of an exercise's time
REPEATED = 3  # wrong cases whose calls are made a second time
SPOILT = (
    "{names} was right at its own check cell and is not where this exercise is checked, because a name is used again in"
    " between. So this was graded with that put right."
)


class Student(Protocol):
    """The student's process, as far as judging needs it."""

    def again(self, calls: list[Call], share: float = ...) -> list[Reply]:
        """Make further calls for one exercise, in a share of its time."""

    def differ(self, one: str, other: str, functions: Sequence[str]) -> bool:
        """Whether anything that the functions use differs between the check cells of two exercises, or the END."""


@dataclass(frozen=True)
class Heard:
    """An exercise that has been judged, and the calls that the judgement rests on."""

    exercise: Exercise
    calls: list[Call]
    judgement: Judgement

    @property
    def as_of(self) -> str:
        """Where in the notebook its functions stood as judged."""
        return _as_of(self.calls)


class Standing:
    """The judgements of one submission, made in the order of the course.

    heard: by exercise, what has been judged. notes: on calls as of the end that came to a bad end, and on looks that
    got no time, or that failed.
    """

    def __init__(self, judge: Judge, fairness: Fairness, student: Student) -> None:
        self._judge, self._fairness, self._student = judge, fairness, student
        self.heard: dict[str, Heard] = {}
        self._elsewhere: dict[tuple[str, str], Judgement] = {}  # of exercises, as of another's check cell
        self._answered = False  # whether the process may have got right values, which students must not read
        self.notes: list[Note] = []

    def judge(self, exercise: Exercise, calls: list[Call], replies: list[Reply]) -> Judgement:
        """The judgement that counts. replies: to the calls, which are as of the exercise's own check cell."""
        fates = set[Fate]()
        best = self._look(exercise, calls, replies, fates)
        if best.fraction < 1.0 and self._student.differ(_as_of(calls), END, _functions(exercise)):
            at_end = [replace(call, as_of=END) for call in calls]
            answered, late = self._answered, self._student.again(at_end, WHOLE)
            known = on_fates(exercise.name, {reply.fate for reply in replies})
            self.notes += [each for each in on_fates(exercise.name, {r.fate for r in late}) if each not in known]
            last = self._look(exercise, at_end, late, fates)
            last = discreet(self._judge, exercise, last, late) if answered and not last.basis else last
            comes_late = says_nothing(exercise, replies) and not says_nothing(exercise, late)
            better = comes_late or last.fraction > best.fraction
            best, calls = (last, at_end) if better else (best, calls)
        if best.fraction < 1.0:
            self.notes += on_second_look(exercise.name, fates)
        self.heard[exercise.name] = Heard(exercise, calls, best)
        return best

    def _look(self, exercise: Exercise, calls: list[Call], replies: list[Reply], fates: set[Fate]) -> Judgement:
        """The judgement as of one place in the notebook. fates: gets those of further calls."""
        written = self._judge.judge(exercise, replies)
        if written.fraction == 1.0:
            return written
        judged = {name: self._judged(heard, _as_of(calls)) for name, heard in self.heard.items()}

        def carried(written: Judgement, shift: int = 0) -> Judgement:
            """The judgement with earlier mistakes put right. shift: for other random numbers than as written."""

            def again(further: list[Call]) -> list[Reply]:
                where = [replace(call, as_of=_as_of(calls), seed=call.seed + shift) for call in further]
                self._answered = True
                answers = self._student.again(where)
                fates.update(reply.fate for reply in answers)
                return answers

            try:
                return self._fairness.better(exercise, written, calls, replies, again, judged)
            except AutograderError:
                raise
            except Exception:  # a defect of ours, that some submission has found: it costs what it could have given
                log.debug("the second look at %s failed", exercise.name, exc_info=True)
                self.notes.append(on_failure(exercise.name))
                return written

        best = carried(written)
        if not (best.fraction == 1.0 or any(advice.source for advice in best.advice)):  # then it may be chance
            wrong = {verdict.case for verdict in written.verdicts if not verdict.right}
            if differing := self._differing(exercise, calls, replies, wrong):
                written = self._judge.judge(exercise, replies, differing)
                best = min(carried(written), carried(written, 1), key=lambda judgement: judgement.fraction)
        return self._explained(best, judged)

    def _differing(
        self, exercise: Exercise, calls: list[Call], replies: list[Reply], wrong: set[str]
    ) -> frozenset[str]:
        """The outputs that a second run of some of the calls in wrong cases, with other random numbers, changes."""
        done = [
            number
            for number, (case, reply) in enumerate(zip(exercise.cases, replies, strict=True))
            if case.name in wrong and reply.fate is Fate.DONE
        ][:REPEATED]
        if not done:
            return frozenset()
        seconds = self._student.again([replace(calls[each], seed=calls[each].seed + 1) for each in done], QUARTER)
        found = (
            unsteady(exercise, exercise.cases[number], replies[number], second)
            for number, second in zip(done, seconds, strict=True)
        )
        return frozenset().union(*found)

    def _judged(self, heard: Heard, as_of: str) -> Judgement:
        """An earlier exercise as of another place: what was right at its own check cell may be spoilt there."""
        if heard.judgement.fraction < 1.0 or not self._student.differ(heard.as_of, as_of, _functions(heard.exercise)):
            return heard.judgement
        key = heard.exercise.name, as_of
        if key not in self._elsewhere:
            replies = self._student.again([replace(call, as_of=as_of) for call in heard.calls])
            found = self._judge.judge(heard.exercise, replies)
            self._elsewhere[key] = heard.judgement if found.fraction == 1.0 else found
        return self._elsewhere[key]

    def _explained(self, found: Judgement, judged: Mapping[str, Judgement]) -> Judgement:
        """What was spoilt in between has cost nothing elsewhere, so the words on carried errors do not fit it."""
        spoilt = [name for name in found.because if judged[name] is not self.heard[name].judgement]
        if not spoilt:
            return found
        because = tuple(name for name in found.because if name not in spoilt)
        said = Text(SPOILT, names=ors(spoilt))
        return replace(found, because=because, basis=said, carried=bool(because))


def _as_of(calls: list[Call]) -> str:
    return calls[0].as_of


def _functions(exercise: Exercise) -> list[str]:
    return [*called_functions(exercise.call), exercise.function]
