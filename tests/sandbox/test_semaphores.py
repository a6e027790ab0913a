"""The semaphores in files do what multiprocessing's own do."""

from __future__ import annotations

import _multiprocessing
import multiprocessing
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox import semaphores
from autograder.sandbox.semaphores import MUTEX, NoLock, SemLock

SEMAPHORE = 1
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="nothing is confined elsewhere")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def said(action: Callable[[], Any]) -> Any:
    """What came of it: the value, or the exception's type and message."""
    try:
        return action()
    except Exception as failure:
        return type(failure), str(failure)


def script(kind: type, mutex: bool, value: int, most: int) -> list[Any]:
    """A sequence of everything that a lock of this kind can do."""
    lock = kind(MUTEX if mutex else SEMAPHORE, value, most, f"/test-{secrets.token_hex(8)}", True)
    return [
        (lock.kind, lock.maxvalue, lock.name, lock._get_value(), lock._is_zero(), lock._count(), lock._is_mine()),
        said(lock.acquire),
        said(lambda: lock.acquire(False)),
        said(lambda: lock.acquire(True, 0.01)),
        said(lambda: lock.acquire(timeout=-1)),
        (lock._get_value(), lock._is_zero(), lock._count(), lock._is_mine()),
        said(lock.release),
        said(lock.release),
        said(lock.release),
        said(lambda: lock.__enter__()),
        said(lambda: lock.__exit__(None, None, None)),
        (lock._get_value(), lock._count(), lock._is_mine()),
        said(lock._after_fork),
        lock._count(),
    ]


@pytest.mark.parametrize("mutex", [True, False])
@pytest.mark.parametrize(("value", "most"), [(1, 1), (2, 3), (1, SemLock.SEM_VALUE_MAX)])
def test_a_lock_does_what_the_systems_does(mutex: bool, value: int, most: int) -> None:
    assert script(SemLock, mutex, value, most) == script(_multiprocessing.SemLock, mutex, value, most)


def test_they_have_the_same_bound() -> None:
    assert SemLock.SEM_VALUE_MAX == NoLock.SEM_VALUE_MAX == _multiprocessing.SemLock.SEM_VALUE_MAX


def test_a_name_is_taken_once_and_found_by_another_process() -> None:
    lock = SemLock(SEMAPHORE, 0, 9, "/named", False)
    with pytest.raises(FileExistsError):
        SemLock(SEMAPHORE, 0, 9, "/named", False)
    if not (child := os.fork()):
        other = SemLock._rebuild(0, SEMAPHORE, 9, "/named")
        other.release()
        os._exit(other.name != "/named")
    assert lock.acquire(True, 10)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    semaphores.remove("/named")
    with pytest.raises(FileNotFoundError):
        SemLock._rebuild(0, SEMAPHORE, 9, "/named")


def test_who_waits_is_woken_by_a_thread() -> None:
    lock = SemLock(SEMAPHORE, 0, 1, "/waiting", True)
    threading.Timer(0.1, lock.release).start()
    start = time.monotonic()
    assert lock.acquire(True, 10)
    assert time.monotonic() - start < 5
    assert not lock.acquire(True, 0.05)


def test_shared_memory_is_a_file_with_a_name(tmp_path: Path) -> None:
    descriptor = semaphores.open_memory("/block", os.O_CREAT | os.O_EXCL | os.O_RDWR, mode=0o600)
    os.write(descriptor, b"x")
    os.close(descriptor)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"x"]
    semaphores.remove("/block")
    assert not list(tmp_path.iterdir())


def test_a_python_that_starts_with_the_folder_in_its_path_uses_them(tmp_path: Path) -> None:
    startup, shared = tmp_path / "startup", tmp_path / "shared"
    startup.mkdir()
    shared.mkdir()
    semaphores.write(startup)
    code = "import _multiprocessing, multiprocessing as mp, sys\nlock = mp.get_context('spawn').Lock()\n"
    code += "print(_multiprocessing.SemLock.__module__, sys.modules['psutil'])\n"
    code += "import os; print(len(os.listdir(sys.argv[1])))"
    environment = {**os.environ, "PYTHONPATH": str(startup), "TMPDIR": str(shared)}
    done = subprocess.run([sys.executable, "-c", code, str(shared)], env=environment, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("sitecustomize None\n1\n", "")
    assert not list(shared.iterdir())


def test_where_no_process_may_be_started_there_is_none() -> None:
    with pytest.raises(PermissionError, match="not permitted"):
        NoLock(SEMAPHORE, 1, 1, "/name", True)


def test_this_process_keeps_its_own() -> None:
    assert multiprocessing.Lock()._semlock.__class__ is _multiprocessing.SemLock
    assert _multiprocessing.SemLock.__module__ == "_multiprocessing"
