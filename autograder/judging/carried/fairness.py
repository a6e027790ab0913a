"""Carry errors forward: judge an exercise again with its dependencies put right; the better judgement counts.

Whatever way it goes, a judgement rests on the reference's values, or on those of a known mistake in the reference. What
the student's process says of its own functions decides what it is asked next, and never that something is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from autograder.sandbox.messages import Call, Fate, Reply
from autograder.selfcheck.language import Text, counted, listed, pair
from autograder.selfcheck.snippet import Reason
from autograder.spec import Exercise

from ..judge import LOST, Judge, Judgement
from .by_cache import by_cache
from .by_mistake import by_mistake
from .by_replay import by_replay
from .dependencies import Dependencies, forward_line
from .discretion import discreet
from .put_right import put_right
from .second_look import Again, Attempt, Derivatives, SecondLook

PUT_RIGHT = "So this was graded again with that put right."
CACHE_PUT_RIGHT = "So this was graded again with what your own {function} keeps in its cache put right."
DERIVATIVE = "So this was judged as the derivative of your own {function}, whose mistake is known."
AS_WRITTEN = pair(
    "As written, only {right} of {count} check is right, because of a mistake in {why}, which costs its own points."
    " {how}",
    "As written, only {right} of {count} checks are right, because of a mistake in {why}, which costs its own points."
    " {how}",
)
REPLAYED = "So this was judged against your own {function}, called afresh at every step."


class Fairness:
    """Decides which judgement of an exercise counts.

    judge: has the reference, the inputs and the expected values. exercises: of the assignment, in its order.
    """

    def __init__(self, judge: Judge, exercises: Sequence[Exercise]) -> None:
        self._judge, self._dependencies = judge, Dependencies(exercises, judge.reference)
        self._exercises = {exercise.name: exercise for exercise in exercises}
        self._derivatives: Derivatives = {}

    def better(
        self,
        exercise: Exercise,
        written: Judgement,
        calls: list[Call],
        replies: list[Reply],
        run: Again,
        judged: Mapping[str, Judgement],
    ) -> Judgement:
        """The best judgement of an exercise: on the code as written, or with its dependencies put right.

        written: the judgement on `replies` to `calls`. run: makes further calls in the student's process. judged: the
        judgements on earlier exercises, by name.
        """
        if written.fraction == 1.0 or says_nothing(exercise, replies):
            return written
        suspects = self.suspects(exercise, judged)
        if not suspects:
            return written
        best = written
        known = self._judge, self._dependencies, self._exercises, self._derivatives
        look = SecondLook(exercise, calls, replies, run, judged, *known)
        with np.errstate(all="ignore"):  # a submission may give any numbers
            for (attempt, answers), how in _attempts(look, suspects):
                judgement = discreet(self._judge, exercise, attempt, answers)
                if _rank(judgement) > _rank(best):
                    because = tuple(name for name in suspects if name in judged)
                    best = replace(judgement, basis=_basis(written, because, how), because=because, carried=True)
                if best.fraction == 1.0:
                    break
        return best

    @property
    def functions(self) -> frozenset[str]:
        """The functions that exercises ask for."""
        return frozenset(exercise.function for exercise in self._exercises.values())

    def aided(self, exercise: Exercise, calls: list[Call]) -> list[Call]:
        """The calls with what the exercise depends on put right, in the simplest way."""
        return next(put_right(exercise, calls, self._dependencies), calls)

    def suspects(self, exercise: Exercise, judged: Mapping[str, Judgement]) -> list[str]:
        """The functions that may make a right exercise look wrong: its dependencies that are not known to be right.

        The exercise's own function is among them where an earlier exercise asks for it and found it wrong.
        """
        needed = [name for name in self._dependencies.needs(exercise) if not _is_right(judged.get(name))]
        own = judged.get(exercise.function)
        return [*needed, *([exercise.function] if own and not _is_right(own) else [])]


def _attempts(look: SecondLook, suspects: list[str]) -> Iterator[tuple[Attempt, str]]:
    exercise, forward = look.exercise, forward_line(look.exercise)
    stops = any(reply.fate is Fate.RAISED for reply in look.replies)
    for again in put_right(exercise, list(look.calls), look.dependencies, stops):
        answers = look.run(again)
        yield (look.judge.judge(exercise, answers), answers), Text(PUT_RIGHT)
        if any(reply.fate in LOST for reply in answers) or says_nothing(exercise, answers):
            return  # the exercise's own code takes too long, or is not there: so it would be the next times
    if not any(reply.fate is Fate.DONE for reply in look.replies):
        return  # what follows judges what the code gives as it is written
    if forward and look.dependencies.reached(forward.function) & set(suspects):
        yield from ((attempt, Text(CACHE_PUT_RIGHT, function=forward.function)) for attempt in by_cache(look, forward))
        yield from ((attempt, Text(DERIVATIVE, function=forward.function)) for attempt in by_mistake(look, forward))
    if exercise.function in suspects:
        yield from ((attempt, Text(REPLAYED, function=exercise.function)) for attempt in by_replay(look))


def _rank(judgement: Judgement) -> tuple[float, bool]:
    return judgement.fraction, bool(judgement.advice)


def _is_right(judgement: Judgement | None) -> bool:
    return judgement is not None and judgement.fraction == 1.0


def _basis(written: Judgement, because: tuple[str, ...], how: str) -> str:
    """A sentence for the student: what the judgement rests on, and why."""
    right, total = sum(verdict.right for verdict in written.verdicts), len(written.verdicts)
    why = listed(because) or Text("the layers of another notebook")
    return counted(*AS_WRITTEN, total, right=right, why=why, how=how)


def says_nothing(exercise: Exercise, replies: list[Reply]) -> bool:
    """Whether the exercise's own function is missing or not written."""
    reasons = (Reason.NOT_WRITTEN, Reason.NOT_DEFINED)
    return all(reply.reason in reasons and reply.sentence.startswith(exercise.function) for reply in replies)
