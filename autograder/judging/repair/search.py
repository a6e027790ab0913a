"""Try edits of a student's function in the student's process, and keep those after which every case is right.

Most edits are given up after one case, of which the process returns a few numbers that the judge chose; the rest are
tried in all cases in the same way, and at last as ordinary calls, under two seeds. Everything that the process says is
a claim; all that it can gain is a wrong line in its own feedback.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Any, Protocol

import numpy as np

from autograder.judging.edits.edits import STAGES, Edit, edits
from autograder.judging.edits.function import Function
from autograder.judging.edits.scope import Surroundings
from autograder.sandbox.messages import MEASURES, OVERTIMES, Arrays, Call, Fate, Measured, Reply
from autograder.spec import Case, Exercise

from ..judge import Judge
from .progress import Progress

MOST = 4000  # edits that a search tries
MOST_SECOND = 3000  # second edits, on top of first ones that made something right
BASES = 2  # first edits that are built on
BATCH = 250  # in one request
BATCH_LIMIT = 4.0  # seconds
OF_A_LINE = 4  # edits of one line that are tried as ordinary calls
CLOSE = 1e-6  # relative error of a sum that may be right


class Student(Protocol):
    """The student's process, as far as a search needs it."""

    def again(self, calls: list[Call], share: float = ...) -> list[Reply]:
        """Make further calls for one exercise."""

    def versions(self, call: Call, sources: Sequence[str], weights: Arrays, limit: float) -> Measured:
        """Try versions of a function in one call."""


class NoTimeError(Exception):
    """The search has had its time."""


@dataclass(frozen=True)
class Bench:
    """What an exercise's edits are tried with.

    judges: with the grading's seed and with another one. calls: the exercise's calls under a judge's seed, with what it
    depends on put right. others: for exercises that use the function and are right, their calls.
    """

    exercise: Exercise
    judges: tuple[Judge, Judge]
    calls: Callable[[Judge], list[Call]]
    student: Student
    deadline: float
    others: Sequence[tuple[Exercise, list[Call]]] = field(default=())
    progress: Progress = field(default_factory=Progress)

    @cached_property
    def _as_written(self) -> list[Reply]:
        """The replies without an edit."""
        return self.replies(self.calls(self.judges[0]))

    def replies(self, calls: list[Call]) -> list[Reply]:
        """The replies to some calls, within the time of the search."""
        if time.monotonic() > self.deadline:
            raise NoTimeError
        replies = self.student.again(calls)
        if any(reply.fate in (Fate.TIMEOUT, Fate.DEAD, Fate.STOPPED) for reply in replies):
            raise NoTimeError
        return replies

    def wrong(self, calls: list[Call], replies: list[Reply]) -> list[tuple[Case, Call]]:
        """The cases that are wrong without an edit, with their calls; the best to begin with comes first."""
        verdicts = self.judges[0].verdicts(self.exercise, replies)
        wrong = {verdict.case for verdict in verdicts if not verdict.right}
        pairs = [(case, call) for case, call in zip(self.exercise.cases, calls, strict=True) if case.name in wrong]
        return sorted(pairs, key=lambda pair: _patience(pair[0]))

    def repairs(self, functions: Sequence[Function], around: Surroundings) -> list[Edit]:
        """The edits of these functions that make every case right; the stages after the first success are not tried."""
        wrong, changed = self.wrong(self.calls(self.judges[0]), self._as_written), _changed(self._as_written)
        if not wrong or not self._is_steady(functions[0], wrong[0]):
            return []
        return self._search(functions, around, wrong[0], changed, MOST)

    def second_repairs(self, function: Function, around: Surroundings) -> list[tuple[Edit, Edit]]:
        """Pairs of edits of a function that make every case right together, where none does so alone.

        The first of a pair is one that has made something right, and the second is searched for on top of it.
        """
        changed, pairs = _changed(self._as_written), []
        for base in self.progress.bases(function)[:BASES]:
            calls = [with_edit(call, base) for call in self.calls(self.judges[0])]
            wrong = self.wrong(calls, self.replies(calls))
            on_top = replace(base.function, text=base.source)
            second = self._search([on_top], around, wrong[0], changed, MOST_SECOND // BASES) if wrong else []
            pairs += [(base, edit) for edit in second]
        return pairs

    def _search(
        self,
        functions: Sequence[Function],
        around: Surroundings,
        wrong: tuple[Case, Call],
        changed: set[str],
        most: int,
    ) -> list[Edit]:
        tried = 0
        for stage in range(len(STAGES)):
            every = (edit for function in functions for edit in edits(function, stage, around))
            found = list(self._survivors(islice(every, most - tried), wrong))
            tried += sum(len(batch) for batch, _ in found)
            somewhere = [edit for _, kept in found for edit in kept]
            right = self._confirmed(self._everywhere(somewhere, wrong[0]), changed)
            if right or tried >= most:
                return right
            self.progress.add(somewhere, frozenset(self.exercise.outputs))
        return []

    def _is_steady(self, function: Function, wrong: tuple[Case, Call]) -> bool:
        """Whether the function as it was read gives the same wrong numbers with other random ones."""
        case, call = wrong
        sums = [self._sums(case, each, [function.text])[0] for each in (call, replace(call, seed=call.seed + 1))]
        same = [np.array_equal(one, two, equal_nan=True) for one, two in zip(*sums, strict=True)]
        return any(same) and not self._close(case, sums[0][None]).all()

    def _survivors(self, every: Iterator[Edit], wrong: tuple[Case, Call]) -> Iterator[tuple[list[Edit], list[Edit]]]:
        """Batch after batch, with the edits that may be right in one case."""
        while batch := list(islice(every, BATCH)):
            yield batch, self._kept(batch, *wrong)

    def _everywhere(self, kept: list[Edit], done: Case) -> list[Edit]:
        """The edits that may be right in all cases, under either seed."""
        for judge in self.judges:
            calls = zip(self.exercise.cases, self.calls(judge), strict=True)
            for case, call in calls:
                if kept and (case is not done or judge is not self.judges[0]):
                    kept = self._kept(kept, case, call, judge)
        return kept

    def _kept(self, batch: list[Edit], case: Case, call: Call, judge: Judge | None = None) -> list[Edit]:
        sums = self._sums(case, call, [batch[0].function.text, *(edit.source for edit in batch)], judge)
        before, *after = self._close(case, sums, judge)
        for edit, right in zip(batch, after, strict=True):
            if judge is None and not right.all() and (right >= before).all() and right.sum() > before.sum():
                self.progress.add([edit], frozenset(np.array(list(self.exercise.outputs))[right]))
        return [edit for edit, right in zip(batch, after, strict=True) if right.all()]

    def _confirmed(self, kept: list[Edit], changed: set[str]) -> list[Edit]:
        """Those after which ordinary calls are right in all cases, and what uses the function stays right.

        changed: the inputs that the code changes as it is; an edit that makes it change others is none.
        """
        found: list[Edit] = []
        asked: dict[tuple[str, int], int] = {}
        for edit in kept:
            place = edit.function.name, edit.line
            done = any((each.function.name, each.line) == place for each in found)
            if not done and asked.get(place, 0) < OF_A_LINE:
                asked[place] = asked.get(place, 0) + 1
                found += [edit] if self._holds(edit, changed) else []
        return found

    def _holds(self, edit: Edit, changed: set[str]) -> bool:
        own = ((self.exercise, judge, self.calls(judge)) for judge in self.judges)
        others = ((exercise, self.judges[0], list(calls)) for exercise, calls in self.others)
        return all(self._is_right(*each, edit, changed) for each in (*own, *others))

    def _is_right(self, exercise: Exercise, judge: Judge, calls: list[Call], edit: Edit, changed: set[str]) -> bool:
        replies = self.replies([with_edit(call, edit) for call in calls])
        harmless = exercise is not self.exercise or _changed(replies) <= changed
        return harmless and all(verdict.right for verdict in judge.verdicts(exercise, replies))

    def _sums(self, case: Case, call: Call, sources: list[str], judge: Judge | None = None) -> np.ndarray:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise NoTimeError
        found = self.student.versions(call, sources, self._weights(case, judge), min(left, BATCH_LIMIT))
        if found.sums is None or found.late >= OVERTIMES:
            raise NoTimeError
        return found.sums

    def _weights(self, case: Case, judge: Judge | None) -> Arrays:
        expected = (judge or self.judges[0]).expected(self.exercise, case)
        random = np.random.default_rng(len(case.name))
        return {
            name: random.uniform(0.5, 1.5, (MEASURES, *np.shape(expected[name])))
            * random.choice([-1.0, 1.0], (MEASURES, *np.shape(expected[name])))
            for name in self.exercise.outputs
        }

    def _close(self, case: Case, sums: np.ndarray, judge: Judge | None = None) -> np.ndarray:
        """For each version and output whether its sums may be those of the right one."""
        expected, close = (judge or self.judges[0]).expected(self.exercise, case), max(CLOSE, 100 * (case.limit or 0))
        right = np.ones(sums.shape[:2], bool)
        for number, (name, weight) in enumerate(self._weights(case, judge).items()):
            exact = np.asarray(expected[name], np.float64)
            for which in range(MEASURES):
                limit = close * float(np.abs(weight[which] * exact).sum()) + close
                right[:, number] &= np.abs(sums[:, number, which] - float(np.vdot(weight[which], exact))) <= limit
        return right


def with_edit(call: Call, edit: Edit) -> Call:
    """The call with the edited function in its place."""
    return replace(call, instead={**call.instead, edit.function.name: edit.source})


def _changed(replies: list[Reply]) -> set[str]:
    return {name for reply in replies for name in reply.changed}


def _patience(case: Case) -> tuple[bool, bool, float]:
    """A sort key: ordinary numbers and sizes first, small ones before large ones."""
    sizes: Mapping[str, Any] = case.sizes
    return case.limit is not None, 1 in sizes.values(), float(np.prod(list(sizes.values())))
