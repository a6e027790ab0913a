"""Semaphores and shared memory in files of the submission's own folder, where the system's are closed.

multiprocessing and joblib keep theirs in /dev/shm, which belongs to all processes of the machine. What is here takes
the place of the few functions that they use, in the child and in each Python that it starts: `write` puts this file
where Python looks for its customization. It needs nothing but the standard library.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import functools
import os
import sys
import tempfile
import threading
import time
from multiprocessing import heap
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

SIZE = 64  # bytes; more than any system's sem_t takes
MUTEX = 0  # the kind that its owner may take several times
NANOSECONDS = 10**9
STARTED = "sitecustomize"  # the module that Python imports when it starts


class Moment(ctypes.Structure):
    """A struct timespec."""

    _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]


class SemLock:
    """What `_multiprocessing.SemLock` is, on a file: the C library's semaphore, shared by all who have mapped it."""

    SEM_VALUE_MAX = 2**31 - 1

    def __init__(self, kind: int, value: int, maxvalue: int, name: str, unlink: bool) -> None:
        descriptor = os.open(place(name), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        os.ftruncate(descriptor, SIZE)
        self._map(descriptor, kind, maxvalue, None if unlink else name)
        self._try("sem_init", 1, ctypes.c_uint(value))
        if unlink:
            os.unlink(place(name))

    @classmethod
    def _rebuild(cls, _handle: int, kind: int, maxvalue: int, name: str) -> SemLock:
        lock = cls.__new__(cls)
        lock._map(os.open(place(name), os.O_RDWR), kind, maxvalue, name)
        return lock

    def _map(self, descriptor: int, kind: int, maxvalue: int, name: str | None) -> None:
        import mmap

        self._memory = mmap.mmap(descriptor, SIZE)
        os.close(descriptor)
        self.handle = ctypes.addressof(ctypes.c_char.from_buffer(self._memory))
        self.kind, self.maxvalue, self.name = kind, maxvalue, name
        self._held, self._owner = 0, 0

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        if self.kind == MUTEX and self._is_mine():
            self._held += 1
            return True
        if not self._take(block, timeout):
            return False
        self._held += 1
        self._owner = threading.get_ident()
        return True

    def release(self) -> None:
        if self.kind == MUTEX:
            if not self._is_mine():
                raise AssertionError("attempt to release recursive lock not owned by thread")
            if self._held > 1:
                self._held -= 1
                return
        elif self._get_value() >= self.maxvalue:
            raise ValueError("semaphore or lock released too many times")
        self._try("sem_post")
        self._held -= 1

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, kind: type | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.release()

    def _count(self) -> int:
        return self._held

    def _is_mine(self) -> bool:
        return self._held > 0 and self._owner == threading.get_ident()

    def _get_value(self) -> int:
        value = ctypes.c_int()
        self._try("sem_getvalue", ctypes.byref(value))
        return max(0, value.value)

    def _is_zero(self) -> bool:
        return self._get_value() == 0

    def _after_fork(self) -> None:
        self._held = 0

    def _take(self, block: bool, timeout: float | None) -> bool:
        """Wait for the semaphore; whether it was there in time. An interrupt's handler runs between two tries."""
        until = None if timeout is None else time.time() + max(0.0, timeout)
        while True:
            if not block:
                code = self._call("sem_trywait")
            elif until is None:
                code = self._call("sem_wait")
            else:
                moment = Moment(int(until), int(until % 1 * NANOSECONDS))
                code = self._call("sem_timedwait", ctypes.byref(moment))
            if code != errno.EINTR:
                break
        if code in (errno.EAGAIN, errno.ETIMEDOUT):
            return False
        if code:
            raise OSError(code, os.strerror(code))
        return True

    def _try(self, function: str, *arguments: Any) -> None:
        if code := self._call(function, *arguments):
            raise OSError(code, os.strerror(code))

    def _call(self, function: str, *arguments: Any) -> int:
        """The error's number; 0 for none."""
        failed = getattr(_libc(), function)(ctypes.c_void_p(self.handle), *arguments)
        return ctypes.get_errno() if failed else 0


class NoLock:
    """What `_multiprocessing.SemLock` is where no process can be started: libraries then do without."""

    SEM_VALUE_MAX = SemLock.SEM_VALUE_MAX

    def __init__(self, *arguments: object, **named: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


def place(name: str) -> str:
    """The file in which a semaphore or shared memory of this name lies."""
    return os.path.join(tempfile.gettempdir(), ".shared" + name.replace("/", "_"))


def remove(name: str) -> None:
    """Take the name away; who has the file mapped keeps it."""
    os.unlink(place(name))


def open_memory(name: str, flags: int, mode: int = 0o777) -> int:
    """A descriptor of shared memory of this name."""
    return os.open(place(name), flags | os.O_CLOEXEC, mode)


def install() -> None:
    """From now on multiprocessing in this process, and in what is forked from it, uses what is here."""
    import _multiprocessing  # type: ignore[import-not-found]

    _replace(_multiprocessing, SemLock=SemLock, sem_unlink=remove)
    heap.Arena._dir_candidates = [tempfile.gettempdir()]  # type: ignore[attr-defined]
    with contextlib.suppress(ImportError):
        import _posixshmem  # type: ignore[import-not-found]

        _replace(_posixshmem, shm_open=open_memory, shm_unlink=remove)


def close() -> None:
    """From now on multiprocessing in this process, and in what is forked from it, finds no semaphores."""
    import _multiprocessing

    _replace(_multiprocessing, SemLock=NoLock)


def write(folder: Path) -> None:
    """Have each Python that starts with this folder in its path call `install`."""
    (folder / f"{STARTED}.py").write_bytes(Path(__file__).read_bytes())


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _replace(module: ModuleType, **functions: Any) -> None:
    for name, function in functions.items():
        setattr(module, name, function)


if __name__ == STARTED:
    install()
    sys.modules["psutil"] = None  # type: ignore[assignment]  # it reads /proc, which is closed; joblib can do without
