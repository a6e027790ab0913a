"""What a child gives up before it runs a student's code, and a trial of it: `python -m autograder.sandbox.confine`.

A Plan says where the child may work and which of the kernel's means are in force; the grader's side makes it.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import struct
import sys
from dataclasses import asdict, dataclass

from . import landlock, syscalls

FILE_LIMIT = 64 << 20  # bytes of one written file
CPU_LIMIT = 300  # seconds
OPEN_FILES = 256
TASKS = 500  # processes and threads of a submission together
DIE_WITH_PARENT, SECURE_BITS, NO_NEW_PRIVILEGES = 1, 28, 38  # prctl's options
NO_POWERS_FOR_ROOT = 0b11101111  # a program started by root gets none either, locked; likewise for a change of user
CAPABILITIES = struct.pack("Ii", 0x20080522, 0), bytes(24)  # capset's header (version 3, this process), and none
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")


@dataclass(frozen=True)
class Plan:
    """Where a zygote's children work, as they see it, and what confines them.

    work: the folder for one submission's files, emptied after each. library: the folder that imports are looked for in.
    readable: what else may be read. runnable: where programs lie that may be started. memory: bytes of address space.
    modules: imported before the first child. processes: how many a child may have beside itself. network: whether it
    reaches the network. forks: whether children are forked (they are spawned where forking is not safe). landlock:
    whether it is in force. seccomp: the filter of system calls, or nothing.
    """

    work: str
    library: str
    readable: tuple[str, ...]
    memory: int
    runnable: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    processes: int = 0
    network: bool = False
    forks: bool = True
    landlock: bool = True
    seccomp: bytes = b""

    @property
    def is_closed(self) -> bool:
        """Whether the kernel refuses what the plan does not allow."""
        return bool(self.seccomp)

    @property
    def needs_semaphores(self) -> bool:
        """Whether processes may be started that cannot reach the system's shared memory."""
        return self.landlock and bool(self.processes)

    def dump(self) -> str:
        """The plan as text, for a command line."""
        return json.dumps({**asdict(self), "seccomp": self.seccomp.hex()})

    @classmethod
    def load(cls, text: str) -> Plan:
        """The plan that `dump` wrote."""
        fields = json.loads(text)
        lists = {name: tuple(fields[name]) for name in ("readable", "runnable", "modules")}
        return cls(**{**fields, **lists, "seccomp": bytes.fromhex(fields["seccomp"])})


def confine(plan: Plan) -> None:
    """Confine this process for good. Raises OSError where the kernel refuses one of the plan's means."""
    if sys.platform == "linux":
        _give_up_powers()
    _be_the_first_to_go()
    _limit_resources(plan.memory)
    if plan.processes:
        _limit_processes(plan.processes)
    if plan.landlock:
        landlock.restrict([plan.library, *plan.readable], [plan.work, *DEVICES], plan.runnable, plan.network)
    if plan.seccomp:
        syscalls.restrict(plan.seccomp)


def _give_up_powers() -> None:
    """Keep none of root's powers, where root grades, get none by starting a program, and end with the zygote."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(SECURE_BITS, NO_POWERS_FOR_ROOT, 0, 0, 0)  # refused to everyone else, who needs it not
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if libc.capset(*CAPABILITIES):
        raise OSError(ctypes.get_errno(), "giving up capabilities was refused")
    libc.prctl(DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)


def _be_the_first_to_go() -> None:
    """Where the machine's memory runs out, the kernel ends a student's process before the grader's."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="utf-8") as file:
        file.write("1000")


def _limit_resources(memory: int) -> None:
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_FSIZE: FILE_LIMIT,
        resource.RLIMIT_CPU: CPU_LIMIT,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, limit in limits.items():
        hard = resource.getrlimit(kind)[1]
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        with contextlib.suppress(ValueError, OSError):  # some systems do not know every limit
            resource.setrlimit(kind, (limit, limit))


def _limit_processes(processes: int) -> None:
    """Bound what the user has beyond now, which counts for everyone but root; the zygote's watch is closer."""
    owned = 0
    with contextlib.suppress(OSError):  # not on this system
        for entry in os.scandir("/proc"):
            with contextlib.suppress(OSError):
                if entry.name.isdigit() and entry.stat().st_uid == os.getuid():
                    owned += os.stat(f"/proc/{entry.name}/task").st_nlink - 2
    most = owned + TASKS + processes
    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NPROC, (most, most))


if __name__ == "__main__":
    confine(Plan.load(sys.argv[1]))
