"""The workers of a Dask cluster in the place of this machine's: `python -m autograder grade --scheduler ADDRESS`.

Only names go to the workers (remote.py is what they run) and outcomes come back; submissions and graded notebooks lie
in a folder that all machines have at the same path.
"""

from __future__ import annotations

import logging
import math
import os
import queue
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import distributed
from distributed import CancelledError, Client, Future, KilledWorker, fire_and_forget
from tqdm import tqdm

from autograder.errors import AutograderError, UserError
from autograder.terminal import one_line

from . import remote
from .messages import Failure, Identity
from .pool import LocalPool, Pool
from .screen import listed
from .work import Task, Work

CONNECTING = 10.0  # seconds to reach the scheduler
FETCHING = 30.0  # seconds to fetch an outcome
NO_WORKERS = 60.0  # seconds to wait for a worker where there is none
QUIET = 20.0  # seconds until it is said that workers do not answer
LOOK = 1.0  # seconds between two looks at who is there
MARK = ".grading-"  # begins the name of a file in the course folder, by which workers know it while a run lasts
LOST = "the Dask scheduler is gone; nothing is lost: start it again, and the same command goes on"
WORKER = "`dask worker {} --nthreads 1 --nworkers NUMBER`"
UNFIT = {  # what of a worker's Identity is another one
    "program": "it has another version of this program, of Python or of a library: install the same, and restart it",
    "assignment": "it finds another version of the assignment: give it the same release, exercises, reference and seed",
    "gradebook": "it finds another gradebook: give it the same c.CourseDirectory.db_url",
    "machine": "the gradebook is a SQLite file, for which all workers must be on this machine: for several machines set"
    ' c.CourseDirectory.db_url = "postgresql+psycopg://..." in nbgrader_config.py',
}


class DaskWorker:
    """The client's side of one worker: its address, and the submission that it has.

    job: the mark's name, the course folder and the assignment. done: called with the worker when its answer is there.
    """

    def __init__(
        self, address: str, client: Client, job: tuple[str, str, str], done: Callable[[DaskWorker], None]
    ) -> None:
        self.address, self.student, self.deadline, self.gone = address, "", math.inf, False
        self.task = Task("")
        self._client, self._job, self._tell = client, job, lambda _: done(self)

    def submit(self, task: Callable[..., Any], *arguments: Any) -> Future:
        """Have the worker, and no other, run one of the functions in remote.py."""
        return self._client.submit(task, *self._job, *arguments, workers=[self.address], pure=False)

    def ask(self, method: str, *arguments: Any) -> None:
        """Send a request: "identify", or "grade" with a student, who has until the deadline."""
        seconds = [] if self.deadline == math.inf else [self.deadline - time.monotonic()]
        self._future = self.submit(remote.TASKS[method], *arguments, *seconds)
        self._future.add_done_callback(self._tell)

    def answer(self) -> Any:
        """The answer to the last request; raises EOFError where there will be none, UserError where none will come."""
        if self.gone:
            raise EOFError
        try:
            answer = self._future.result(FETCHING)
        except (KilledWorker, distributed.TimeoutError):
            raise EOFError from None
        except Exception as problem:
            if isinstance(problem, CancelledError) or self._client.status != "running":
                raise UserError(LOST) from None
            answer = Failure(_sentence(problem))
        self.student, self.deadline = "", math.inf
        return answer

    def bury(self) -> str:
        """Forget what the worker had; says how it ended."""
        self._future.cancel()
        return f"the loss of {self.address}"


class DaskPool(Pool[DaskWorker]):
    """The workers that a Dask scheduler has, those that come later too. A context manager.

    address: the scheduler's. root: the course folder, absolute. local: a pool for everything but grading. Entering
    raises UserError where the scheduler cannot be reached, or a worker of it is not fit to grade.
    """

    def __init__(self, address: str, root: Path, assignment: str, local: LocalPool) -> None:
        super().__init__()
        self._address, self._course, self._local = address, (str(root), assignment), local
        self._own: Identity = self.call("identity")
        self._new: dict[str, DaskWorker] = {}  # by address; not known to be fit yet
        self._unfit: set[str] = set()
        self._done: queue.SimpleQueue[DaskWorker] = queue.SimpleQueue()
        self._looked, self._started = -math.inf, False

    def __enter__(self) -> DaskPool:
        with ExitStack() as stack:
            self._client = stack.enter_context(_connect(self._address))
            for left in Path(self._course[0]).glob(f"{MARK}*"):  # by a run that was killed
                left.unlink(missing_ok=True)
            mark = stack.enter_context(NamedTemporaryFile(prefix=MARK, dir=self._course[0]))
            self._job = os.path.basename(mark.name), *self._course
            self._await_workers()
            self._started, self._stack = True, stack.pop_all()
        return self

    def __exit__(self, *exception: object) -> None:
        if self._client.status == "running":
            for worker in self._workers:
                fire_and_forget(worker.submit(remote.release))
        self._stack.close()

    def call(self, method: str, *arguments: Any) -> Any:
        """What one of Grader's methods returns, here; raises UserError where it cannot be done."""
        return self._local.call(method, *arguments)

    @property
    def size(self) -> int:
        """How many workers there are."""
        return len(self._workers)

    def hand_out(self, work: Work) -> None:
        """As in every pool, once there are workers."""
        if not self._workers and (task := work.next()) is not None:
            work.again(task)
            self._await_workers()
        super().hand_out(work)

    def _await_workers(self) -> None:
        """Wait until there are workers and all are known: one that is busy may have a submission of an earlier run."""
        start, quiet = time.monotonic(), True
        while self._new or not self._workers:
            waited = time.monotonic() - start
            if quiet and self._new and waited > QUIET:
                quiet = False
                _tell(f"Waiting for workers that are busy with something else: {listed([*self._new])}.")
            if not self._new and waited > NO_WORKERS:
                raise UserError(
                    f"the scheduler {self._address} has no workers; nothing is lost: start some with"
                    f" {WORKER.format(self._address)}, and the same command goes on"
                )
            self._ready([])

    def _ready(self, busy: list[DaskWorker], seconds: float = math.inf) -> list[DaskWorker]:
        self._look()
        if gone := [worker for worker in busy if worker.gone]:
            return gone
        try:
            worker = self._done.get(timeout=min(LOOK, seconds))
        except queue.Empty:
            return []
        if self._new.get(worker.address) is worker:
            self._admit(worker)
        return [worker] if worker in busy else []

    def _look(self) -> None:
        """See now and then which workers came and which are gone."""
        if time.monotonic() - self._looked < LOOK:
            return
        try:
            threads = self._client.nthreads()
        except OSError:
            raise UserError(LOST) from None
        for worker in [*self._workers, *self._new.values()]:
            worker.gone = worker.address not in threads
        self._workers = [worker for worker in self._workers if worker.student or not worker.gone]
        self._new = {address: worker for address, worker in self._new.items() if not worker.gone}
        self._unfit &= threads.keys()
        for address in threads.keys() - {worker.address for worker in self._workers} - self._new.keys() - self._unfit:
            self._meet(address, threads[address])
        self._looked = time.monotonic()

    def _meet(self, address: str, threads: int) -> None:
        """Ask a worker that came what it would grade with."""
        if threads == 1:
            self._new[address] = DaskWorker(address, self._client, self._job, self._done.put)
            self._new[address].ask("identify")
        else:
            self._refuse(address, f"it has {threads} threads: start it with {WORKER.format(self._address)}")

    def _admit(self, worker: DaskWorker) -> None:
        """Take on a worker that has said what it would grade with, or say why not."""
        del self._new[worker.address]
        with suppress(EOFError):
            if reason := self._unfit_for(worker.answer()):
                self._refuse(worker.address, reason)
            else:
                self._workers.append(worker)

    def _unfit_for(self, found: Identity | Failure) -> str:
        """Why who says this of itself cannot grade with us; "" where it can."""
        if isinstance(found, Failure):
            return found.sentence
        names = [name for name in UNFIT if getattr(found, name) != getattr(self._own, name)]
        return next((UNFIT[name] for name in names if name != "machine" or self._own.in_a_file), "")

    def _refuse(self, address: str, reason: str) -> None:
        """Stop before the first submission; later say so, and go on without the worker."""
        self._unfit.add(address)
        text = f"the worker {address} cannot grade: {reason}"
        if not self._started:
            raise UserError(text)
        _tell(f"Not used: {text}.")


def _sentence(problem: Exception) -> str:
    """What a worker could not do, in a sentence."""
    said = str(problem).partition("\n")[0]
    return said if isinstance(problem, AutograderError) else f"{type(problem).__name__}: {said}"


def _tell(text: str) -> None:
    """Say it above the bar, where there is one."""
    tqdm.write(one_line(text), file=sys.stdout)


def _connect(address: str) -> Client:
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what it would log, we say in sentences
    try:
        return Client(address, timeout=CONNECTING, set_as_default=False)
    except (OSError, ValueError) as problem:
        raise UserError(
            f"no Dask scheduler answers at {address} ({_sentence(problem)}): start one with `dask scheduler`"
        ) from None
