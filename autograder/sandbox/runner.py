"""Run one submission's cells and calls: a dead child costs what killed it and nothing else."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from .session import Call, CellResult, Reply, Session, Zygote

RESTARTS = 30  # fresh children that one submission may use up; its time is the real bound
DEATHS = 2  # of children that one exercise may cause before its other calls are given up


@dataclass(frozen=True)
class Limits:
    """Seconds of wall time: for one cell, for one call, for all calls of an exercise, for the whole submission."""

    cell: float = 10.0
    call: float = 4.0
    exercise: float = 8.0
    submission: float = 90.0


class Runner:
    """The child of one submission, replaced by a fresh one (its good cells run again) when it dies."""

    def __init__(self, zygote: Zygote, folder: Path, limits: Limits) -> None:
        self._zygote, self._folder, self._limits = zygote, folder, limits
        self._good: list[str] = []  # the cells to run again in a fresh child
        self._restarts = 0
        self._deadline = time.monotonic() + limits.submission
        self._session: Session | None = None

    def __enter__(self) -> Runner:
        self._session = self._zygote.session(self._folder)
        return self

    def __exit__(self, *exception: object) -> None:
        if self._session:
            self._session.close()

    def run_cell(self, source: str, count: int) -> CellResult:
        """Run the next cell; a fate of "stopped" says that the submission has no time or children left."""
        if not self._ready():
            return CellResult("stopped")
        result = self._session.run_cell(source, count, self._left(self._limits.cell))
        if result.fate == "done":
            self._good.append(source)
        return result

    def run_calls(self, calls: list[Call]) -> list[Reply]:
        """Run one exercise's calls; what comes after its time is used up is "stopped"."""
        end = time.monotonic() + self._limits.exercise
        replies: list[Reply] = []
        for call in calls:
            given_up = sum(reply.fate == "dead" for reply in replies) >= DEATHS
            replies.append(Reply("stopped") if given_up else self._run_call(call, end))
        return replies

    def _run_call(self, call: Call, end: float) -> Reply:
        if time.monotonic() >= end or not self._ready():
            return Reply("stopped")
        return self._session.call(call, self._left(min(self._limits.call, end - time.monotonic())))

    def _left(self, limit: float) -> float:
        return max(0.1, min(limit, self._deadline - time.monotonic()))

    def _ready(self) -> bool:
        """Whether there is time and a living child; makes a fresh child where the last one died."""
        if time.monotonic() >= self._deadline:
            return False
        while not self._session.alive:
            if self._restarts >= RESTARTS or time.monotonic() >= self._deadline:
                return False
            self._restarts += 1
            self._session = self._zygote.session(self._folder)
            for count, source in enumerate(self._good, 1):
                if self._session.run_cell(source, count, self._left(self._limits.cell)).fate == "dead":
                    break
        return True
