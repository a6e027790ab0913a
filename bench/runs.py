"""Which commands are measured, in which order, and that each did its work."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.assignment import Assignment
from bench import courses, measure

from .courses import Classroom
from .measure import PINNED, BenchError
from .memory import MemoryWatch
from .students import enrol, plain, repeat

GRADERS = ("stock", "autograde", "batch")  # nbgrader's own, ours through nbgrader, ours through the batch command
ALONE = ("floor", "sandboxed")  # without nbgrader: bare forks, our engine
SOME = "s*0"  # every tenth student: enough for the memory of stock, whose kernels are all alike


@dataclass(frozen=True)
class Plan:
    """The sizes of a bench: submissions, those of the large class (0: none), rounds, workers, the class's seed.

    hasty: sample the memory while the time is taken, which costs some of it, and not in runs of its own.
    """

    submissions: int = 60
    large: int = 600
    rounds: int = 3
    jobs: int = 2
    seed: int = 1
    hasty: bool = False

    @property
    def sampling(self) -> float:
        """Seconds between two looks at the memory."""
        return 0.1 if self.hasty else 0.02

    def steps(self) -> list[Step]:
        """All runs in order. Each round has every command once, so that a slow moment hits them alike."""
        steps = []
        for number in range(self.rounds):
            steps += [Step(what, self.submissions, number, sampled=self.hasty) for what in (*ALONE, *GRADERS)]
            if self.large:
                steps.append(Step("batch", self.jobs, number))
            if self.large and number == self.rounds // 2:
                steps.append(Step("batch", self.large, number, sampled=self.hasty))
        if self.hasty:
            return steps
        steps += [Step(what, self.submissions, timed=False, sampled=True) for what in (*ALONE, *GRADERS)]
        return steps + ([Step("batch", self.large, timed=False, sampled=True)] if self.large else [])


@dataclass(frozen=True)
class Step:
    """One command on a class of so many submissions: for its time, for its memory or for both."""

    what: str
    submissions: int
    round: int = 0
    timed: bool = True
    sampled: bool = False

    @property
    def students(self) -> str:
        """The students whose submissions are graded, as a pattern."""
        return "*" if self.timed or self.what != "stock" else SOME

    def __str__(self) -> str:
        return f"{self.what}, {self.submissions} submissions" + ("" if self.timed else ", memory")


@dataclass(frozen=True)
class Run:
    """What one step took in all: a timed run has seconds, a sampled one peaks of memory in MB (10**6 bytes).

    worker_mb: the worker's peak on each submission. total_mb: the peak of all processes.
    """

    what: str
    submissions: int
    round: int
    seconds: float | None = None
    cpu_seconds: float | None = None
    worker_mb: list[float] | None = None
    total_mb: float | None = None


class Bench:
    """The classes of a plan in a folder, and the commands on them."""

    def __init__(self, plan: Plan, assignment: Assignment, folder: Path) -> None:
        self._plan, self._assignment = plan, assignment
        self._marks: dict[int, dict[str, float]] = {}  # of each class as our grader gave them
        self._environment = courses.environment(assignment)
        students = enrol(assignment, plan.submissions, plan.seed)
        classes = {plan.submissions: students}
        if plan.large:
            classes |= {plan.jobs: plain(students, plan.jobs), plan.large: repeat(students, plan.large)}
        stock = courses.stock(assignment, folder / "stock")
        ours = {size: courses.ours(assignment, folder / f"ours_{size}") for size in classes}
        with ThreadPoolExecutor() as pool:  # each waits for a command of nbgrader's
            opened = {size: pool.submit(courses.opened, ours[size], some) for size, some in classes.items()}
            self._stock = courses.opened(stock, students)
        self._ours = {size: room.result() for size, room in opened.items()}

    def run(self, step: Step, progress: Callable[[int], None]) -> Run:
        """Measure one step; `progress` hears how many submissions are done. Raises BenchError where it failed."""
        room = self._stock if step.what == "stock" else self._ours[step.submissions]
        room.reset()
        memory = MemoryWatch(step.what)
        watch = memory if step.sampled else lambda: progress(room.done())
        environment = self._environment | (PINNED if step.what in ALONE else {})
        every = self._plan.sampling if step.sampled else 1.0
        spent = measure.run(self._command(step, room), room.root, environment, watch, every)
        if step.what in GRADERS:
            self._verify(step, room)
        run = Run(step.what, step.submissions, step.round)
        if step.timed:
            took = json.loads(spent.output.splitlines()[-1]) if step.what in ALONE else vars(spent)
            run = replace(run, seconds=took["seconds"], cpu_seconds=took["cpu_seconds"])
        if step.sampled:
            if not memory.peaks:
                raise BenchError(
                    f"{step}: no student's process was seen. Does bench/memory.py know what it looks like?"
                )
            peaks = [peak / 1e6 for peak in memory.peaks.values()]
            run = replace(run, worker_mb=peaks, total_mb=memory.total / 1e6)
        return run

    def _command(self, step: Step, room: Classroom) -> list[str]:
        python, assignment = [sys.executable, "-m"], self._assignment.name
        notebooks = [str(path) for path in room.submissions(step.students)]
        if step.what == "floor":
            return [*python, "bench.floor", str(self._assignment.source), *notebooks]
        if step.what == "sandboxed":
            return [*python, "bench.sandboxed", *notebooks]
        if step.what == "batch":
            return [*python, "autograder", "grade", assignment, "--course", ".", "--jobs", str(self._plan.jobs)]
        return [*python, "nbgrader", "autograde", assignment, f"--student={step.students}"]

    def _verify(self, step: Step, room: Classroom) -> None:
        """Raise BenchError unless every submission was graded, and ours gave the same marks each time."""
        marks, wanted = room.marks(), len(room.submissions(step.students))
        if len(marks) != wanted:
            raise BenchError(f"{step}: {len(marks)} of {wanted} submissions were graded, so its times mean nothing.")
        if step.what != "stock":
            known = self._marks.setdefault(step.submissions, marks)
            if any(known.setdefault(student, points) != points for student, points in marks.items()):
                raise BenchError(f"{step}: other marks than in an earlier run, so its times mean nothing.")
