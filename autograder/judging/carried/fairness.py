"""Carry errors forward: judge an exercise again with its dependencies put right; the better judgement counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.sandbox.messages import Arrays, Call, Fate, Reply
from autograder.selfcheck.snippet import Reason
from autograder.spec import Exercise

from ..judge import LOST, Judge, Judgement
from . import derivative
from .cache_reading import Gradients, Page, Reading, read
from .dependencies import CACHE, Dependencies, Line, forward_line
from .put_right import put_right

Again = Callable[[list[Call]], list[Reply]]


class Fairness:
    """Decides which judgement of an exercise counts.

    judge: has the reference, the inputs and the expected values. exercises: of the assignment, in its order.
    """

    def __init__(self, judge: Judge, exercises: Sequence[Exercise]) -> None:
        self._judge, self._dependencies = judge, Dependencies(exercises, judge.reference)

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
        if written.fraction == 1.0 or _says_nothing(exercise, replies):
            return written
        suspects = self._suspects(exercise, judged)
        if not suspects:
            return written
        best = written
        with np.errstate(all="ignore"):  # a submission may give any numbers
            for judgement, how in self._attempts(exercise, calls, replies, run, suspects):
                if _rank(judgement) > _rank(best):
                    because = tuple(name for name in suspects if name in judged)
                    best = replace(judgement, basis=_basis(written, because, how), because=because)
                if best.fraction == 1.0:
                    break
        return best

    def _suspects(self, exercise: Exercise, judged: Mapping[str, Judgement]) -> list[str]:
        """The functions that may make a right exercise look wrong: its dependencies that are not known to be right.

        The exercise's own function is among them where an earlier exercise asks for it and found it wrong, as long as
        some of its checks are right or its mistake is known.
        """
        needed = [name for name in self._dependencies.needs(exercise) if not _is_right(judged.get(name))]
        own = judged.get(exercise.function)
        if own and not _is_right(own) and (own.fraction or own.advice):
            needed.append(exercise.function)
        return needed

    def _attempts(
        self, exercise: Exercise, calls: list[Call], replies: list[Reply], run: Again, suspects: list[str]
    ) -> Iterator[tuple[Judgement, str]]:
        forward = forward_line(exercise)
        for again in put_right(exercise, calls, self._dependencies):
            answers = run(again)
            yield self._judge.judge(exercise, answers), "So this was graded again with that put right."
            if any(reply.fate in LOST for reply in answers) or _says_nothing(exercise, answers):
                return  # the exercise's own code takes too long, or is not there: so it would be the next times
        if not any(reply.fate is Fate.DONE for reply in replies):
            return  # what follows judges what the code gives as it is written
        if forward and forward.function in suspects:
            how = f"So this was judged by what your own {forward.function} keeps in its cache."
            yield from ((judgement, how) for judgement in self._by_cache(exercise, forward, calls, run))
            how = f"So this was judged as the derivative of your own {forward.function}."
            yield from ((judgement, how) for judgement in self._by_derivative(exercise, forward, replies, run))
        if exercise.function in suspects:
            how = f"So this was judged against your own {exercise.function}, called afresh at every step."
            yield from ((judgement, how) for judgement in self._by_replay(exercise, replies, run))

    def _by_cache(self, exercise: Exercise, forward: Line, calls: list[Call], run: Again) -> Iterator[Judgement]:
        replies = run([replace(call, look_into=CACHE) for call in calls])
        pages = [self._page(exercise, forward, call, reply) for call, reply in zip(calls, replies, strict=True)]
        whole = [page for page in pages if page and page.wanted]
        reading = read(whole[0]) if whole and isinstance(whole[0].cache, tuple) else None
        if reading is not None:
            expected = self._by_reading(exercise, pages, reading)
            yield Judgement(exercise.name, tuple(self._judge.verdicts(exercise, replies, expected)))

    def _by_reading(self, exercise: Exercise, pages: list[Page | None], reading: Reading) -> Mapping[str, Gradients]:
        """The gradients that are right for what the student's caches hold, by case."""
        pairs = [(case.name, page) for case, page in zip(exercise.cases, pages, strict=True) if page]
        expected = {case: page.gradients(reading) for case, page in pairs}
        return {case: gradients for case, gradients in expected.items() if gradients}

    def _page(self, exercise: Exercise, forward: Line, call: Call, reply: Reply) -> Page | None:
        if reply.fate is not Fate.DONE:
            return None
        reference = self._judge.reference
        results = reference[forward.function](*(call.inputs[name].copy() for name in forward.arguments))
        cache = results[forward.results.index(CACHE)]
        backward = self._dependencies.layers[exercise.name].line

        def gradients(values: Sequence[Any]) -> Gradients:
            given = {name: call.inputs[name].copy() for name in backward.arguments if name != CACHE}
            result = reference[backward.function](
                *({CACHE: tuple(values), **given}[name] for name in backward.arguments)
            )
            return dict(zip(backward.results, result if len(backward.results) > 1 else [result], strict=True))

        return Page(cache, call.inputs, reply.leaves, reply.outputs, gradients)

    def _by_derivative(
        self, exercise: Exercise, forward: Line, replies: list[Reply], run: Again
    ) -> Iterator[Judgement]:
        inputs = {case.name: self._judge.inputs(exercise, case) for case in exercise.cases}
        looks = derivative.directions(exercise, forward, inputs, seed=len(exercise.cases))
        given = {case.name: reply.outputs for case, reply in zip(exercise.cases, replies, strict=True)}
        written, typical = self._judge.verdicts(exercise, replies), exercise.cases[0].name
        first = [each for each in written if each.case == typical]
        first = derivative.excused(first, given, forward, looks, run)
        # with sizes of 1, almost any number is the derivative of something: the typical case must agree, too
        agreeing = {each.output for each in first if each.right}
        others = [each for each in written if each.case != typical and each.output in agreeing]
        others = derivative.excused(others, given, forward, looks, run)
        found = {(each.case, each.output): each for each in (*first, *others)}
        yield Judgement(exercise.name, tuple(found.get((each.case, each.output), each) for each in written))

    def _by_replay(self, exercise: Exercise, replies: list[Reply], run: Again) -> Iterator[Judgement]:
        def make(snippet: str, inputs: Arrays, outputs: Sequence[str]) -> Mapping[str, np.ndarray]:
            return run([Call(snippet, inputs, tuple(outputs))])[0].outputs

        for replay in exercise.replays:
            expected = {}
            for case in exercise.cases:
                exact = self._judge.expected(exercise, case)
                found = replay(self._judge.inputs(exercise, case), exact, make)
                if found is None:
                    return
                expected[case.name] = found
            yield Judgement(exercise.name, tuple(self._judge.verdicts(exercise, replies, expected)))


def _rank(judgement: Judgement) -> tuple[float, bool]:
    return judgement.fraction, bool(judgement.advice)


def _is_right(judgement: Judgement | None) -> bool:
    return judgement is not None and judgement.fraction == 1.0


def _basis(written: Judgement, because: tuple[str, ...], how: str) -> str:
    """A sentence for the student: what the judgement rests on, and why."""
    right, total = sum(verdict.right for verdict in written.verdicts), len(written.verdicts)
    *others, last = because or ["the layers of another notebook"]
    why = f"{', '.join(others)} and {last}" if others else last
    cause = f"because of a mistake in {why}, which costs its own points"
    return f"As written, only {right} of {total} checks are right, {cause}. {how}"


def _says_nothing(exercise: Exercise, replies: list[Reply]) -> bool:
    """Whether the exercise's own function is missing or not written."""
    reasons = (Reason.NOT_WRITTEN, Reason.NOT_DEFINED)
    return all(reply.reason in reasons and reply.sentence.startswith(exercise.function) for reply in replies)
