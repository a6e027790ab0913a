"""A pool of clerks that only act as if they graded, at once and in this process: what they answer is up to a test."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from autograder.faces.batch.messages import Failure, GradedSubmission
from autograder.faces.batch.watch.messages import Attended, Received
from autograder.faces.batch.work import Task, Work
from autograder.record import Status


@dataclass
class FakeWorker:
    """A worker that has a task, until when."""

    task: Task
    deadline: float


@dataclass
class FakeClerks:
    """Answers each task in the next turn, but for those of students who are stuck.

    digests: what each student has handed in. done: the digest that was graded last. asked: all tasks. answers: other
    answers than the usual ones, by student and method; asked for each time.
    """

    size: int = 2
    digests: dict[str, str] = field(default_factory=dict)
    done: dict[str, str] = field(default_factory=dict)
    asked: list[Task] = field(default_factory=list)
    answers: dict[tuple[str, str], Callable[[], Any]] = field(default_factory=dict)
    stuck: set[str] = field(default_factory=set)
    busy: list[FakeWorker] = field(default_factory=list)
    sizes: set[int] = field(default_factory=set)

    def resize(self, jobs: int) -> None:
        self.size = jobs
        self.sizes.add(jobs)

    def hand_out(self, work: Work) -> None:
        while len(self.busy) < self.size and (task := work.next()):
            self.asked.append(task)
            self.busy.append(FakeWorker(task, time.monotonic() + work.patience))

    def turn(self, work: Work, seconds: float) -> Iterator[tuple[Task, Any]]:
        for worker in [each for each in self.busy if each.task.student not in self.stuck]:
            self.busy.remove(worker)
            self.hand_out(work)
            yield worker.task, self._answer(worker.task)

    def _answer(self, task: Task) -> Any:
        special = self.answers.get((task.student, task.method))
        if special and (answer := special()) is not None:
            return answer
        if task.method == "receive":
            digest = self.digests.get(task.student, "")
            return Received(digest, Status.GRADED if self.done.get(task.student) == digest else None)
        if task.method == "attend":
            self.done[task.student] = task.arguments[0]
            return Attended(GradedSubmission(task.student, Status.GRADED, seconds=0.1), 54.0, 60.0)
        return "" if task.method == "defer" else Failure("no such method")

    def of(self, method: str) -> list[Task]:
        return [task for task in self.asked if task.method == method]
