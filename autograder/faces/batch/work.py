"""What workers are asked to do, of whatever kind they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple


class Task(NamedTuple):
    """What a worker is asked to do about a student: a method of its grader, and what this takes beside the name."""

    student: str
    method: str = "grade"
    arguments: tuple[Any, ...] = ()


class Work:
    """What a pool is doing: tasks to come, those that a worker has died of, and how often each student's has.

    following: asked for the next one when a worker is free; None where there is none just now. patience: seconds after
    which a worker is stuck.
    """

    def __init__(self, following: Callable[[], Task | None], patience: float) -> None:
        self.patience, self.deaths, self._following = patience, Counter[str](), following
        self._again: list[Task] = []

    def next(self) -> Task | None:
        """What to do next; None where there is nothing just now."""
        return self._again.pop() if self._again else self._following()

    def again(self, task: Task) -> None:
        """Do this once more, before anything else."""
        self._again.append(task)
