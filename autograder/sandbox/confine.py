"""What a child gives up before it runs a student's code, and a trial of it: `python -m autograder.sandbox.confine`.

A Plan says where the child may work and which of the kernel's means are in force; the grader's side makes it.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import resource
import signal
import struct
import sys
from dataclasses import asdict, dataclass

from . import landlock, syscalls

FILE_LIMIT = 64 << 20  # bytes of one written file
CPU_LIMIT = 300  # seconds
OPEN_FILES = 256
DIE_WITH_PARENT = 1  # prctl's option
CAPABILITIES = struct.pack("Ii", 0x20080522, 0), bytes(24)  # capset's header (version 3, this process), and none
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")


@dataclass(frozen=True)
class Plan:
    """Where a zygote's children work, as they see it, and what confines them.

    work: the folder for one submission's files, emptied after each. library: the folder that holds cs231n.
    readable: what else may be read. memory: bytes of address space. forks: whether children are forked (they are
    spawned where forking is not safe). landlock: whether it is in force. seccomp: the filter of system calls, or
    nothing.
    """

    work: str
    library: str
    readable: tuple[str, ...]
    memory: int
    forks: bool = True
    landlock: bool = True
    seccomp: bytes = b""

    def dump(self) -> str:
        """The plan as text, for a command line."""
        return json.dumps({**asdict(self), "seccomp": self.seccomp.hex()})

    @classmethod
    def load(cls, text: str) -> Plan:
        """The plan that `dump` wrote."""
        fields = json.loads(text)
        given = {"readable": tuple(fields["readable"]), "seccomp": bytes.fromhex(fields["seccomp"])}
        return cls(**{**fields, **given})


def confine(plan: Plan) -> None:
    """Confine this process for good. Raises OSError where the kernel refuses one of the plan's means."""
    if sys.platform == "linux":
        _give_up_powers()
    _be_the_first_to_go()
    _limit_resources(plan.memory)
    if plan.landlock:
        landlock.restrict([plan.library, *plan.readable], [plan.work, *DEVICES])
    if plan.seccomp:
        syscalls.restrict(plan.seccomp)


def _give_up_powers() -> None:
    """Keep none of root's powers, where root grades, and end with the zygote."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.capset(*CAPABILITIES):
        raise OSError(ctypes.get_errno(), "giving up capabilities was refused")
    libc.prctl(DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)


def _be_the_first_to_go() -> None:
    """Where the machine's memory runs out, the kernel ends a student's process before the grader's."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
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


if __name__ == "__main__":
    confine(Plan.load(sys.argv[1]))
