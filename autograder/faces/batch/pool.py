"""Workers on this machine, driven by one loop in the main process: who is free gets the next submission."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import send_handle
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from autograder.errors import UserError

from .forking import context
from .messages import Failure, GradedSubmission, not_graded
from .work import Task, Work

DEATHS = 2  # of workers that one submission may cause
ENDING = 4.0  # seconds that workers have to end in good order
DIED = (
    "The grading process died {times} times on it, lastly with {how}: out of memory, killed from outside, or stuck."
    " The same command tries it again."
)


class AnyWorker(Protocol):
    """The main process's side of a worker, of whatever kind: a `student`, "" when it is free, until the `deadline`.

    task: what it was asked last.
    """

    student: str
    deadline: float
    task: Task

    def ask(self, method: str, *arguments: Any) -> None:
        """Send a request."""

    def answer(self) -> Any:
        """The answer to the last request; raises EOFError or OSError where there will be none."""

    def bury(self) -> str:
        """Make sure that nothing of the worker is left; says how it ended."""


Kind = TypeVar("Kind", bound=AnyWorker)


class Pool(ABC, Generic[Kind]):
    """Hands submissions out to workers, one each at a time, and tries again where a worker dies: of whatever kind."""

    def __init__(self, jobs: int = 0) -> None:
        self._jobs = jobs  # the most workers to start; none where they come by themselves
        self._workers: list[Kind] = []

    @property
    def size(self) -> int:
        """How many workers there may be."""
        return self._jobs

    def results(self, students: Iterable[str], patience: float) -> Iterator[GradedSubmission]:
        """Grade the students and yield what came out, as it comes.

        students: asked for the next one when a worker is free, and for no more once it ends. patience: seconds after
        which a worker is stuck. A worker that dies or is stuck costs its submission a second try.
        """
        tasks = map(Task, students)
        work = Work(lambda: next(tasks, None), patience)
        self.hand_out(work)
        while self.busy:
            for task, answer in self.turn(work):
                yield not_graded(task.student, answer.sentence) if isinstance(answer, Failure) else answer
            self.hand_out(work)

    @property
    def busy(self) -> list[Kind]:
        """The workers that have something to do."""
        return [worker for worker in self._workers if worker.student]

    def turn(self, work: Work, seconds: float = math.inf) -> Iterator[tuple[Task, Any]]:
        """Wait for answers, these seconds at most; yield each with what was asked, the next task handed out before.

        The answer is a Failure where the task cannot be done.
        """
        for worker in self._ready(self.busy, seconds):
            task = worker.task
            try:
                answer = worker.answer()
            except (EOFError, OSError):
                answer = Failure(DIED.format(how=self._bury(worker), times=DEATHS))
                work.deaths[task.student] += 1
                if work.deaths[task.student] < DEATHS:
                    work.again(task)
                    continue
            work.deaths.pop(task.student, None)
            self.hand_out(work)
            yield task, answer

    def hand_out(self, work: Work) -> None:
        """Give every free worker a submission, new workers too while there may be more."""
        free = [worker for worker in self._workers if not worker.student]
        while free or len(self._workers) < self._jobs:
            task = work.next()
            if task is None:
                return
            try:
                worker = free.pop() if free else self._start()
            except UserError:
                work.again(task)
                raise
            worker.student, worker.deadline, worker.task = task.student, time.monotonic() + work.patience, task
            worker.ask(task.method, task.student, *task.arguments)

    @abstractmethod
    def call(self, method: str, *arguments: Any) -> Any:
        """What one of Grader's methods returns; raises UserError where it cannot be done."""

    def _start(self) -> Kind:
        """Add one more worker to the list; raises UserError where it cannot be made."""
        raise NotImplementedError  # only asked for where jobs is given

    @abstractmethod
    def _ready(self, busy: list[Kind], seconds: float = math.inf) -> list[Kind]:
        """Wait for workers that have an answer or are dead, or for a new one; returns the former.

        seconds: to wait at most, where a pool has nothing else to look after.
        """

    def _bury(self, worker: Kind) -> str:
        """Take a worker off the list, whatever state it is in; says how it ended."""
        self._workers.remove(worker)
        return worker.bury()


class Worker:
    """The main process's side of one worker: its process, its pipe, and the submission that it has, until when."""

    def __init__(self, context: Any, serve: Callable[[Connection], None], log: int) -> None:
        self.student, self.deadline, self.task = "", math.inf, Task("")
        self.connection, theirs = context.Pipe()
        with theirs:
            self.process: BaseProcess = context.Process(target=serve, args=(theirs,), name="grader")
            self.process.start()
        assert self.process.pid is not None  # it has started
        self._pid: int = self.process.pid
        with contextlib.suppress(OSError):  # as for `ask`
            send_handle(self.connection, log, self._pid)

    def ask(self, method: str, *arguments: Any) -> None:
        """Send a request. A worker that is dead is found out when its answer is read."""
        with contextlib.suppress(OSError):
            self.connection.send((method, arguments))

    def answer(self) -> Any:
        """The answer to the last request; raises EOFError or OSError where there will be none."""
        if not self.connection.poll():
            raise EOFError
        answer = self.connection.recv()
        self.student, self.deadline = "", math.inf
        return answer

    def end(self) -> None:
        """Tell the worker to end, in the middle of a submission too."""
        if self.student:
            self.process.terminate()
        self.connection.close()

    def kill(self) -> None:
        """End the worker at once, with all that it started: it leads a group of its own."""
        self.process.kill()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)

    def bury(self) -> str:
        """Make sure that nothing of the worker is left; says how it ended."""
        self.connection.close()
        self.process.join(1.0)
        self.kill()
        self.process.join()
        code = self.process.exitcode or 0
        self.process.close()
        return f"signal {-code}" if code < 0 else f"exit code {code}"


class LocalPool(Pool[Worker]):
    """Up to `jobs` worker processes that grade one submission each at a time. A context manager.

    serve: what each of them runs, given its end of a pipe. log: the descriptor of the log, which is sent to each of
    them first. early: how many are started on entering, and get ready while others are asked already.
    """

    def __init__(self, serve: Callable[[Connection], None], jobs: int, log: int, early: int = 0) -> None:
        super().__init__(jobs)
        self._serve, self._log, self._early = serve, log, min(early, jobs)
        self._context = context()

    def __enter__(self) -> LocalPool:
        try:
            with contextlib.suppress(UserError):  # said once more of them are needed
                while len(self._workers) < self._early:
                    self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def call(self, method: str, *arguments: Any) -> Any:
        """What one of Grader's methods returns; raises UserError where it cannot be done."""
        worker = next((worker for worker in self._workers if not worker.student), None) or self._start()
        worker.ask(method, *arguments)
        self._ready([worker])
        try:
            answer = worker.answer()
        except (EOFError, OSError):
            answer = Failure(f"a worker process ended before it had begun to grade ({self._bury(worker)})")
        if isinstance(answer, Failure):
            raise UserError(answer.sentence)
        return answer

    def warm(self, method: str) -> None:
        """Have all workers started and ready, by one of Grader's methods; raises UserError where it cannot be done."""
        workers = [self._start() for _ in range(self._jobs - len(self._workers))]
        for worker in workers:
            worker.ask(method)
        for worker in workers:
            self._ready([worker])
            if isinstance(answer := worker.answer(), Failure):
                raise UserError(answer.sentence)

    def resize(self, jobs: int) -> None:
        """Have up to so many workers from now on; those too many are ended once they are free."""
        self._jobs = jobs
        free = [worker for worker in self._workers if not worker.student]
        for worker in free[: max(0, len(self._workers) - jobs)]:
            worker.end()
            self._bury(worker)

    def close(self) -> None:
        """End all workers, those in the middle of a submission too."""
        for worker in self._workers:
            worker.end()
        end = time.monotonic() + ENDING
        for worker in self._workers:
            worker.process.join(max(0.0, end - time.monotonic()))
        while self._workers:
            self._bury(self._workers[0])

    def _start(self) -> Worker:
        try:
            worker = Worker(self._context, self._serve, self._log)
        except (OSError, EOFError) as problem:
            raise UserError(f"no more worker processes can be made ({problem}): try fewer --jobs") from None
        self._workers.append(worker)
        return worker

    def _ready(self, busy: list[Worker], seconds: float = math.inf) -> list[Worker]:
        """Wait for workers that have an answer or are dead; those that are stuck are killed."""
        soonest = min([worker.deadline for worker in busy] + [time.monotonic() + seconds])
        things = [thing for worker in busy for thing in (worker.connection, worker.process.sentinel)]
        found = wait(things, None if soonest == math.inf else max(0.0, soonest - time.monotonic()))
        late = [worker for worker in busy if worker.deadline <= time.monotonic()]
        for worker in late:
            worker.kill()
        return [w for w in busy if w.connection in found or w.process.sentinel in found or w in late]


def serve(root: Path, assignment: str, connection: Connection) -> None:
    """The worker's side; what it imports is not for the main process."""
    from .worker import main

    main(connection, root, assignment)
