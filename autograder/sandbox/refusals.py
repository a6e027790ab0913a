"""What a cell wanted and was refused, said in one sentence below its error, and reported.

The kernel refuses by itself; this only watches, so that the reader learns why. What it reports is the word of a process
at the mercy of the student's code.
"""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from . import semaphores
from .confine import Plan
from .messages import Refused

STARTS = frozenset({"os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "pty.spawn", "subprocess.Popen"})
ASKS = frozenset(f"socket.{name}" for name in ("getaddrinfo", "gethostbyaddr", "gethostbyname", "getnameinfo"))
SOCKET, FAMILIES = "socket.__new__", (socket.AF_INET, socket.AF_INET6)
SYSTEM = "os.system"  # it fails without an exception
CHAIN = 20  # exceptions that led to one another

NO_PROGRAMS = "This was not run: a notebook cannot start other programs while it is graded."
NO_MORE = "A notebook may have {processes} processes at a time beside its own while it is graded."
NO_NETWORK = "A notebook cannot reach the network while it is graded."
NO_MEMORY = "A notebook may use {megabytes} MB of memory while it is graded."


class Refusals:
    """What the running cell was refused: noted from what it tried and what it got."""

    def __init__(self, plan: Plan) -> None:
        memory = NO_MEMORY.format(megabytes=plan.memory >> 20)
        more = NO_MORE.format(processes=plan.processes) if plan.processes else NO_PROGRAMS
        self._sentences = {Refused.PROCESSES: more, Refused.NETWORK: NO_NETWORK, Refused.MEMORY: memory}
        self.programs_run = bool(plan.processes)
        self._guarded = plan.is_closed
        self._network = plan.network
        self._tried: set[Refused] = set()
        self._found: set[Refused] = set()
        sys.addaudithook(self._watch)

    def take(self) -> list[Refused]:
        """What was refused since the last time."""
        found = sorted(self._found)
        self._tried, self._found = set(), set()
        return found

    def note(self, refused: Refused) -> str:
        """Note a refusal; returns the sentence."""
        self._found.add(refused)
        return self._sentences[refused]

    def explain(self, failure: BaseException | None) -> list[str]:
        """Note what this exception comes of; returns a sentence for each reason."""
        reasons = {reason for one in _chain(failure) for reason in self._reasons(one)}
        return [self.note(reason) for reason in sorted(reasons)]

    def _reasons(self, failure: BaseException) -> Iterator[Refused]:
        if isinstance(failure, MemoryError):
            yield Refused.MEMORY
        if not isinstance(failure, OSError) or not self._guarded:
            return
        denied, full = failure.errno == errno.EPERM, failure.errno == errno.EAGAIN
        if Refused.PROCESSES in self._tried and (full if self.programs_run else denied):
            yield Refused.PROCESSES
        if not self.programs_run and _place(failure.__traceback__) == semaphores.__name__:
            yield Refused.PROCESSES
        if Refused.NETWORK in self._tried and (denied or isinstance(failure, socket.gaierror)):
            yield Refused.NETWORK

    def _watch(self, event: str, arguments: tuple[Any, ...]) -> None:
        """The audit hook: called for very many events, so it looks at their names first."""
        if event in STARTS:
            self._tried.add(Refused.PROCESSES)
            if event == SYSTEM and not self.programs_run and self._guarded:
                print(self.note(Refused.PROCESSES), file=sys.stderr)
        elif (event in ASKS or (event == SOCKET and arguments[1] in FAMILIES)) and not self._network:
            self._tried.add(Refused.NETWORK)


def _chain(failure: BaseException | None) -> Iterator[BaseException]:
    for _ in range(CHAIN):
        if failure is None:
            return
        yield failure
        failure = failure.__cause__ or failure.__context__


def _place(trace: TracebackType | None) -> str:
    """The name of the module that raised it."""
    while trace and trace.tb_next:
        trace = trace.tb_next
    return str(trace.tb_frame.f_globals.get("__name__", "")) if trace else ""
