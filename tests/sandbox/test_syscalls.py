"""The filter of system calls by itself: what it refuses where Landlock is too old to, and what notebooks need of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox import syscalls

CONFINED = """
import sys
from autograder.sandbox import syscalls
syscalls.restrict(bytes.fromhex(sys.argv[1]))
import asyncio, ctypes, fcntl, mmap, os, shutil, signal, socket, tempfile, threading
import numpy as np
libc = ctypes.CDLL(None, use_errno=True)
path = sys.argv[2]
{code}
"""
REFUSED = {
    "a process": "os.fork()",
    "another program": "os.execv('/bin/true', ['true'])",
    "a socket": "socket.socket()",
    "a pair that sends datagrams": "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
    "larger buffers": "socket.socketpair()[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)",
    "larger buffers to read from": "socket.socketpair()[0].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)",
    "larger pipes": "fcntl.fcntl(os.pipe()[0], fcntl.F_SETPIPE_SZ, 1 << 20)",
    "a signal": "os.kill(os.getpid(), 0)",
    "a signal by descriptor": "fcntl.fcntl(0, fcntl.F_SETOWN, 1)",
    "a signal's choice": "fcntl.fcntl(0, 10, signal.SIGKILL)",
    "a lease on a file": "fcntl.fcntl(os.open(path, os.O_RDONLY), fcntl.F_SETLEASE, fcntl.F_RDLCK)",
    "emptying by name": "os.truncate(path, 0)",
    "emptying while opening to read": "os.open(path, os.O_RDONLY | os.O_TRUNC)",
    "opening for nothing": "os.open(path, 3)",
    "opening for nothing and emptying": "os.open(path, 3 | os.O_TRUNC)",
    "another's processors": "os.sched_setaffinity(os.getppid(), {0})",
    "another's limits": "__import__('resource').prlimit(os.getppid(), 7)",
    "an owner": "os.chown(path, 1, 1)",
    "an attribute": "os.setxattr(path, 'user.x', b'x')",
    "a device": "os.mknod(path + '2', 0o600 | 0o020000, 259)",
    "memory as a file": "os.memfd_create('x')",
    "a letter to a terminal": "fcntl.ioctl(0, 0x5412, b'x')",
}
WITHOUT_EFFECT = {
    "a mode": "os.chmod(path, 0)",
    "a mode by descriptor": "os.fchmod(os.open(path, os.O_RDONLY), 0)",
    "times": "os.utime(path, (1, 1))",
}
FAILING = {  # calls by number (x86-64) that must give -1
    "outliving the parent": "libc.prctl(1, 0, 0, 0, 0)",
    "a namespace for a thread": "libc.syscall(56, 0x10000 | 0x800 | 0x100 | 0x20000, 0, 0, 0, 0)",
    "openat2": "libc.syscall(437, -100, path.encode(), bytes(24), 24)",
    "ptrace": "libc.ptrace(0, 0, 0, 0)",
    "io_uring": "libc.syscall(425, 8, bytes(200))",
}
WORKS = {
    "copies of files": "shutil.copy2(path, path + 'b')",
    "copies of folders": "os.mkdir(path + 'd'); shutil.copytree(path + 'd', path + 'e')",
    "files": "open(path, 'w').write('x'); open(path, 'a').write('x'); open(path, 'r+').truncate(1); os.remove(path)",
    "temporary files": "tempfile.TemporaryFile(dir=os.path.dirname(path)).write(b'x')",
    "threads": "thread = threading.Thread(target=print); thread.start(); thread.join()",
    "an event loop": "asyncio.run(asyncio.sleep(0))",
    "a pair of sockets": "one, two = socket.socketpair(); one.send(b'x'); assert two.recv(1) == b'x'",
    "maps and locks": "file = open(path, 'r+'); fcntl.lockf(file, fcntl.LOCK_EX); mmap.mmap(file.fileno(), 0)",
    "its own processors": "os.sched_setaffinity(0, os.sched_getaffinity(0))",
    "linear algebra": "np.linalg.svd(np.random.rand(50, 50))",
}


@pytest.fixture(scope="module")
def program() -> str:
    return syscalls.program().hex()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "file"
    file.write_text("kept")
    return file


def confined(program: str, file: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process with nothing but the filter."""
    command = [sys.executable, "-c", CONFINED.format(code=code), program, str(file)]
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)


def test_what_no_notebook_needs_is_refused(program: str, file: Path) -> None:
    tried = "\n".join(
        f"try:\n    {call}; print({name!r})\nexcept PermissionError: pass" for name, call in REFUSED.items()
    )
    done = confined(program, file, tried)
    assert (done.stdout, done.stderr) == ("", "")
    assert file.read_text() == "kept"


def test_calls_past_python_fail(program: str, file: Path) -> None:
    tried = "\n".join(f"if {call} != -1: print({name!r})" for name, call in FAILING.items())
    done = confined(program, file, tried)
    assert (done.stdout, done.stderr) == ("", "")


def test_modes_and_times_are_changed_in_pretence_only(program: str, file: Path) -> None:
    before = file.stat()
    done = confined(program, file, "\n".join(WITHOUT_EFFECT.values()))
    after = file.stat()
    assert (done.returncode, done.stderr) == (0, "")
    assert (after.st_mode, after.st_mtime_ns, after.st_ctime_ns) == (
        before.st_mode,
        before.st_mtime_ns,
        before.st_ctime_ns,
    )


@pytest.mark.slow
@pytest.mark.parametrize("what", WORKS)
def test_what_notebooks_do_still_works(program: str, file: Path, what: str) -> None:
    done = confined(program, file, WORKS[what])
    assert (done.returncode, done.stderr) == (0, "")
