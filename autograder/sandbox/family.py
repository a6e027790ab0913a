"""The processes that come of a zygote's child: found, counted and ended.

The zygote adopts what loses its parent, so that all of them stay beneath it. Where system calls are filtered, none can
leave the child's process group, which dies at one stroke.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

END_LIMIT = 10.0  # seconds until everything that was killed must be gone
PAUSE = 0.002  # seconds
MANY = 20_000  # processes that a search looks at


def put_first(zygote: int) -> None:
    """Have a zygote run, but not its children, whenever it wants to: a fork bomb leaves no time to others.

    Only root may; for others the kernel bounds how many processes there are.
    """
    with contextlib.suppress(OSError, AttributeError):
        os.sched_setscheduler(zygote, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(1))


def found() -> list[int]:
    """The numbers of the processes beneath this one, the dead that nobody has waited for among them."""
    return list(_beneath())


def started_by(child: int, enough: int = MANY) -> int:
    """How many processes run now that the child's code has started; waits for the orphans that have ended.

    It counts until there are more than `enough`: whoever counts a fork bomb to its end is late.
    """
    running = 0
    for pid in _beneath():
        if pid == child:
            continue
        with contextlib.suppress(ChildProcessError):  # it has a parent that lives
            os.waitpid(pid, os.WNOHANG)
        running += _runs(pid)
        if running > enough:
            break
    return running


def has_ended(child: int) -> bool:
    """Whether the child itself has ended; it can still be waited for."""
    if not hasattr(os, "waitid"):  # macOS
        return False
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def interrupt(child: int, all_of_it: bool) -> None:
    """Send SIGINT to the child or to all of its group, as a terminal does."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        (os.killpg if all_of_it else os.kill)(child, signal.SIGINT)


def kill(child: int) -> None:
    """Kill the child and everything that it started: nothing can be forked meanwhile."""
    everyone = (os.kill, -1) if os.getpid() == 1 else (os.killpg, child)
    for call, whom in (everyone, (os.kill, child)):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            call(whom, signal.SIGKILL)


def end(child: int) -> bool:
    """Kill and wait for everything; returns whether nothing is left."""
    limit = time.monotonic() + END_LIMIT
    kill(child)
    while time.monotonic() < limit:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return True
        if not pid:  # what is still dying, or has left the group where nothing is filtered
            _end_the_rest(limit)
            time.sleep(PAUSE)
    return False


def _end_the_rest(limit: float) -> None:
    """Stop everything, then kill it: whoever is killed first makes room in which the others fork again.

    Each is stopped as soon as it is found, so that there is more time for finding the next.
    """
    stopped: set[int] = set()
    before = -1
    while len(stopped) > before and time.monotonic() < limit:
        before = len(stopped)
        for pid in _beneath():
            if pid not in stopped:
                _send(pid, signal.SIGSTOP)
                stopped.add(pid)
    for pid in stopped:
        _send(pid, signal.SIGKILL)


def _send(pid: int, sent: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, sent)


def _beneath() -> Iterator[int]:
    """The processes beneath this one, one after another, each before those that it has started."""
    if os.getpid() == 1:  # in bubblewrap's namespace, where nothing else is
        yield from (int(name) for name in os.listdir("/proc") if name.isdigit() and name != "1")
        return
    latest, count = [os.getpid()], 0
    while latest and count < MANY:
        generation = []
        for child in (child for pid in latest for child in children(pid)):
            generation.append(child)
            yield child
        latest, count = generation, count + len(generation)


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    numbers: list[int] = []
    with contextlib.suppress(OSError):  # it has ended, or this system does not know
        for task in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError):
                numbers += map(int, Path(f"/proc/{pid}/task/{task}/children").read_bytes().split())
    return numbers


def _runs(pid: int) -> bool:
    try:
        after_name = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2]  # a process names itself, in any bytes
    except OSError:
        return False
    return after_name.split()[0] not in b"ZX"
