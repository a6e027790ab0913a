"""Run one submission's cells and calls: a dead child costs what killed it and nothing else."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.selfcheck.limit import DEFAULT

from .messages import REPLIES, Arrays, Call, CellResult, Fate, Measured, Reply
from .session import Session
from .warm import Zygote

RESTARTS = 30  # fresh children that one submission may use up; its time is the real bound
DEATHS = 2  # of children that one exercise may cause before its other calls are given up


@dataclass(frozen=True)
class Step:
    """What a fresh child repeats: the cell that ran as the `count`-th, or the snapshot for the exercise `keep`."""

    source: str = ""
    count: int = 0
    keep: str = ""


@dataclass(frozen=True)
class Limits:
    """Seconds of wall time: for one cell, for one call, for all calls of an exercise, for the whole submission."""

    cell: float = 10.0
    call: float = DEFAULT.call  # as the check at home says it
    exercise: float = DEFAULT.exercise
    submission: float = 90.0


class Runner:
    """The child of one submission, replaced by a fresh one (its good cells run again) when it dies.

    files: the submission's files by relative name, each an array of bytes.
    """

    _session: Session  # once it is entered

    def __init__(self, zygote: Zygote, files: Mapping[str, np.ndarray], limits: Limits) -> None:
        self._zygote, self._files, self._limits = zygote, files, limits
        self._good: list[Step] = []
        self._calls: list[Call] = []
        self._restarts = self._received = 0
        self._deadline = time.monotonic() + limits.submission

    def __enter__(self) -> Runner:
        self._session = self._zygote.session(self._files)
        return self

    def __exit__(self, *exception: object) -> None:
        self._session.close()

    def run_cell(self, source: str, count: int) -> CellResult:
        """Run the next cell; a fate of STOPPED says that the submission has no time or children left."""
        if not self._ready():
            return CellResult(Fate.STOPPED)
        result = self._session.run_cell(source, count, self._left(self._limits.cell))
        if result.fate is Fate.DONE:
            self._good.append(Step(source, count))
        return result

    def keep(self, exercise: str) -> None:
        """Have the child remember names and folder as they are now, for calls `as_of` this exercise."""
        if self._ready():
            self._session.keep(exercise, self._left(self._limits.call))
            self._good.append(Step(keep=exercise))

    def differ(self, one: str, other: str, functions: Sequence[str]) -> bool:
        """Whether anything that the functions use differs between two exercises' snapshots; END is one, too.

        It is the child's word, and False where it gives none.
        """
        return self._ready() and self._session.differ(one, other, functions, self._left(self._limits.call))

    def run_calls(self, exercises: Mapping[str, list[Call]]) -> dict[str, list[Reply]]:
        """Make every exercise's calls after all cells have run: all inputs go out together, answers come one by one.

        What comes after an exercise's time is used up is STOPPED.
        """
        self._take([call for calls in exercises.values() for call in calls])
        replies, first = {}, 0
        for name, calls in exercises.items():
            replies[name] = self._run_exercise(range(first, first + len(calls)), self._limits.exercise)
            first += len(calls)
        return replies

    def again(self, calls: list[Call], share: float = 0.5) -> list[Reply]:
        """Make further calls for one exercise, in this share of its time."""
        self._take(calls)
        return self._run_exercise(range(len(calls)), self._limits.exercise * share)

    def versions(self, call: Call, sources: Sequence[str], weights: Arrays, limit: float) -> Measured:
        """Try versions of a function in one call, see `Session.versions`."""
        self._take([call])
        if not self._ready():
            return Measured(Fate.STOPPED)
        return self._session.versions(0, sources, weights, self._left(limit), call.answer)

    @property
    def left(self) -> float:
        """Seconds that the submission has left."""
        return self._deadline - time.monotonic()

    def _take(self, calls: list[Call]) -> None:
        self._calls = calls
        if self._session.alive:
            self._load()

    def _run_exercise(self, numbers: range, limit: float) -> list[Reply]:
        end = time.monotonic() + limit
        replies: list[Reply] = []
        while left := numbers[len(replies) :]:
            given_up = sum(reply.fate is Fate.DEAD for reply in replies) >= DEATHS
            if given_up or not self._seconds(end) or not self._ready():
                return [*replies, *[Reply(Fate.STOPPED)] * len(left)]
            replies += self._run_first(left, end)
        return replies

    def _run_first(self, numbers: range, end: float) -> list[Reply]:
        """Make the first of these calls, and in one go with it those that follow, where they have no questions."""
        first = self._calls[numbers[0]]
        if first.answer:
            limit = self._left(min(self._limits.call, end - time.monotonic()))
            return [self._session.call(numbers[0], first.outputs, limit, first.answer)]
        together = itertools.takewhile(lambda number: not self._calls[number].answer, numbers)
        outputs = {number: self._calls[number].outputs for number in together}
        return self._session.calls(outputs, lambda: self._seconds(end))

    def _seconds(self, end: float) -> float:
        """What the next call may take of an exercise's time, which has an end; 0 where it must not be made."""
        now = time.monotonic()
        if now >= min(end, self._deadline) or self._received + self._session.received > REPLIES:
            return 0.0
        return self._left(min(self._limits.call, end - now))

    def _left(self, limit: float) -> float:
        return max(0.1, min(limit, self.left))

    def _load(self) -> None:
        self._session.load(self._calls, self._left(self._limits.exercise))

    def _repeat(self, step: Step) -> None:
        if step.keep:
            self._session.keep(step.keep, self._left(self._limits.call))
        else:
            self._session.run_cell(step.source, step.count, self._left(self._limits.cell))

    def _ready(self) -> bool:
        """Whether there is time and a living child; makes a fresh child where the last one died."""
        if time.monotonic() >= self._deadline or self._received + self._session.received > REPLIES:
            return False
        while not self._session.alive:
            if self._restarts >= RESTARTS or time.monotonic() >= self._deadline:
                return False
            self._restarts += 1
            self._received += self._session.received
            self._session = self._zygote.session(self._files)
            for step in self._good:
                self._repeat(step)
                if not self._session.alive:
                    break
            if self._calls and self._session.alive:
                self._load()
        return True
