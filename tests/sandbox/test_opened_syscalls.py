"""The filter of system calls by itself where settings open some: what that opens, and what stays refused with it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.sandbox import syscalls

CONFINED = """
import sys
from autograder.sandbox import syscalls
syscalls.restrict(bytes.fromhex(sys.argv[1]))
import ctypes, os, signal, socket, subprocess
libc = ctypes.CDLL(None, use_errno=True)
"""
CLONE, PARENT = 56, 0x8000  # the call's number on x86-64; a flag
REFUSED = {  # whatever is opened
    "a namespace": "os.unshare(0x10000000) if hasattr(os, 'unshare') else (_ for _ in ()).throw(PermissionError)",
    "a local socket": "socket.socket(socket.AF_UNIX)",
    "a local datagram": "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
    "larger buffers": "socket.socketpair()[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)",
    "netlink": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "a raw socket": "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
    "a descriptor of a process": "os.pidfd_open(os.getppid())",
    "another's limits": "__import__('resource').prlimit(os.getppid(), 7)",
    "another's processors": "os.sched_setaffinity(os.getppid(), {0})",
    "another's priority": "os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)",
    "a device": "os.mknod('/tmp/never', 0o600 | 0o020000, 259)",
    "memory as a file": "os.memfd_create('x')",
    "a new root": "os.chroot('/')",
    "another user": "os.setuid(1)",
}
FAILING = {  # calls that must give -1
    "ptrace": "libc.ptrace(16, os.getppid(), 0, 0)",
    "reading another's memory": "libc.process_vm_readv(os.getppid(), None, 0, None, 0, 0)",
    "adopting orphans": "libc.prctl(36, 1, 0, 0, 0)",
    "outliving the parent": "libc.prctl(1, 0, 0, 0, 0)",
    "hiding from it": "libc.prctl(4, 0, 0, 0, 0)",
    "a child for one's parent": f"libc.syscall({CLONE}, {PARENT | 17}, 0, 0, 0, 0)",
    "a child in a namespace of users": f"libc.syscall({CLONE}, 0x10000000 | 17, 0, 0, 0, 0)",
    "a child in a namespace of processes": f"libc.syscall({CLONE}, 0x20000000 | 17, 0, 0, 0, 0)",
    "clone3": "libc.syscall(435, bytes(88), 88)",
    "a queued signal": "libc.sigqueue(os.getppid(), 0, 0)",
    "io_uring": "libc.syscall(425, 8, bytes(200))",
}


def confined(code: str, **opened: bool) -> str:
    """What code prints in a process with nothing but the filter."""
    command = [sys.executable, "-c", CONFINED + code, syscalls.program(**opened).hex()]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
    assert not done.stderr, done.stderr
    return done.stdout


@pytest.mark.parametrize("opened", ["processes", "signals", "network"])
def test_what_no_setting_opens_stays_refused(opened: str) -> None:
    code = "\n".join(
        f"try:\n    {call}; print({name!r})\nexcept PermissionError: pass" for name, call in REFUSED.items()
    )
    code += "\n" + "\n".join(f"if {call} != -1: print({name!r})" for name, call in FAILING.items())
    assert confined(code, **{opened: True}) == ""


def test_programs_and_processes_can_be_started() -> None:
    code = """
print(subprocess.check_output(["echo", "program"], text=True), end="", flush=True)
if not os.fork(): print("fork"); sys.stdout.flush(); os._exit(0)
os.wait()
os.waitpid(os.posix_spawn("/bin/echo", ["echo", "spawned"], {}), 0)
os.system("echo system | cat")
"""
    assert confined(code, processes=True) == "program\nfork\nspawned\nsystem\n"


def test_no_process_leaves_its_group_though_it_believes_so() -> None:
    code = """
before = os.getpgrp(), os.getsid(0)
if not os.fork():
    os.setsid(); os.setpgid(0, 0); os.setpgrp()
    print(before == (os.getpgrp(), os.getsid(0))); sys.stdout.flush(); os._exit(0)
os.wait()
"""
    assert confined(code, processes=True) == "True\n"


@pytest.mark.slow
@pytest.mark.parametrize("signals", [True, False])
def test_signals_are_sent_only_where_something_else_keeps_them_from_others(signals: bool) -> None:
    code = """
child = subprocess.Popen(["sleep", "3"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try: child.kill()
except PermissionError: print("refused")
print(child.wait())
"""
    assert confined(code, processes=True, signals=signals) == ("-9\n" if signals else "refused\n0\n")


def test_the_network_can_be_reached_by_tcp_and_udp() -> None:
    code = """
for family in (socket.AF_INET, socket.AF_INET6):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM): socket.socket(family, kind | socket.SOCK_CLOEXEC)
server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
client.sendmsg([b"sent"]); print(server.accept()[0].recv(9))
try: os.fork(); print("forked")
except PermissionError: pass
"""
    assert confined(code, network=True) == "b'sent'\n"
