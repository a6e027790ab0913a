"""What a cell wanted and was refused, said in one sentence below its error, and reported.

The kernel refuses by itself; this only reads the errors that come of it, so that the reader learns why. What it reports
is the word of a process at the mercy of the student's code.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import sys
from collections.abc import Callable, Iterator
from types import CodeType, TracebackType

from . import semaphores
from .confine import Plan
from .messages import Refused
from .words import told

STARTING = ("subprocess", "multiprocessing", "pty")  # modules, or packages, in which a process is started
STARTS = frozenset(  # functions in C that start one
    {"_fork_exec", "execv", "execve", "fork", "fork_exec", "forkpty", "posix_spawn", "posix_spawnp"}
)
CHAIN = 20  # exceptions that led to one another

NO_PROGRAMS = "This was not run: a notebook cannot start other programs while it is graded."
NO_MORE = "A notebook may have {processes} processes at a time beside its own while it is graded."
NO_NETWORK = "A notebook cannot reach the network while it is graded."
NO_MEMORY = "A notebook may use {megabytes} MB of memory while it is graded."


class Refusals:
    """What the running cell was refused."""

    def __init__(self, plan: Plan) -> None:
        self._megabytes, self._processes = plan.memory >> 20, plan.processes
        self.programs_run = bool(plan.processes)
        self._guarded, self._network = plan.is_closed, plan.network
        self._found: set[Refused] = set()
        if self._guarded and not self.programs_run:
            os.system = self._and_say(os.system)  # type: ignore[assignment]

    def take(self) -> list[Refused]:
        """What was refused since the last time."""
        found = sorted(self._found)
        self._found = set()
        return found

    def note(self, refused: Refused) -> str:
        """Note a refusal; returns the sentence."""
        self._found.add(refused)
        if refused is Refused.MEMORY:
            return told(NO_MEMORY, megabytes=self._megabytes)
        if refused is Refused.NETWORK:
            return told(NO_NETWORK)
        return told(NO_MORE, processes=self._processes) if self._processes else told(NO_PROGRAMS)

    def explain(self, failure: BaseException | None) -> list[str]:
        """Note what this exception comes of; returns a sentence for each reason."""
        reasons: set[Refused] = set()
        with contextlib.suppress(Exception):  # an exception can be made of anything
            for one in _chain(failure):
                reasons.update(self._reasons(one))
        return [self.note(reason) for reason in sorted(reasons)]

    def _reasons(self, failure: BaseException) -> Iterator[Refused]:
        if isinstance(failure, MemoryError):
            yield Refused.MEMORY
        if not isinstance(failure, OSError) or not self._guarded:
            return
        module, code = _place(failure.__traceback__)
        denied, full = failure.errno == errno.EPERM, failure.errno == errno.EAGAIN
        starts = module.split(".")[0] in STARTING or module == semaphores.__name__ or not STARTS.isdisjoint(code)
        if starts and (full if self.programs_run else denied):
            yield Refused.PROCESSES
        if not self._network and (isinstance(failure, socket.gaierror) or (denied and module == socket.__name__)):
            yield Refused.NETWORK

    def _and_say(self, system: Callable[[str], int]) -> Callable[[str], int]:
        """os.system, which fails without an exception."""

        def say(command: str) -> int:
            print(self.note(Refused.PROCESSES), file=sys.stderr)
            return system(command)

        say.__name__ = say.__qualname__ = "system"
        say.__module__ = "os"  # where pickle finds it
        say.__doc__ = system.__doc__
        return say


def _chain(failure: BaseException | None) -> Iterator[BaseException]:
    for _ in range(CHAIN):
        if failure is None:
            return
        yield failure
        failure = failure.__cause__ or failure.__context__


def _place(trace: TracebackType | None) -> tuple[str, tuple[str, ...]]:
    """The module of the line that raised it, and the names that the code around it uses."""
    while trace and trace.tb_next:
        trace = trace.tb_next
    if not trace:
        return "", ()
    code: CodeType = trace.tb_frame.f_code
    return str(trace.tb_frame.f_globals.get("__name__", "")), code.co_names
