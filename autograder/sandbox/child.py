"""The student's process: runs cells and answers calls. Everything here is at the mercy of the code it runs."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import signal
import socket
import sys
import tempfile
from dataclasses import asdict
from typing import Any

import numpy as np

from .shell import TEXT_LIMIT, CollectingShell
from .wire import Connection

MEMORY_LIMIT = 4 << 30  # bytes of address space
FILE_LIMIT = 64 << 20  # bytes of one written file
CPU_LIMIT = 600  # seconds


def serve(stream: socket.socket, shell: CollectingShell, folder: str, library: str) -> None:
    """Answer requests until the grader hangs up. Runs in a fresh fork; `folder` is the submission's own copy."""
    os.chdir(folder)
    sys.path[:0] = [library, ""]
    os.environ["HOME"] = folder
    _limit_resources()
    _reseed()
    printed = _capture_descriptors()
    shell.begin()
    connection = Connection(stream)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            request, arrays = connection.receive()
        except EOFError:
            return
        if request["op"] == "cell":
            reply, results = _cell(shell, printed, request), {}
        else:
            reply, results = _call(shell, request, arrays)
        connection.send({**reply, "nonce": request["nonce"]}, results)


def _cell(shell: CollectingShell, printed: list, request: dict) -> dict[str, Any]:
    with _interruptible():
        outputs = shell.run(request["source"], request["count"])
    for name, file in printed:
        if text := _drain(file):
            outputs.append({"output_type": "stream", "name": name, "text": text})
    return {"outputs": outputs}


def _call(shell: CollectingShell, request: dict, arrays: dict) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Run the snippet with the inputs bound by name; read its outputs by name. What it prints is dropped."""
    from cs231n.compare import as_numbers
    from cs231n.snippet import run_snippet

    inputs = {name: _strided(a) if request["strided"] else a.copy() for name, a in arrays.items()}
    scope = {**shell.user_ns, **inputs}
    try:
        with _interruptible():
            stop = run_snippet(request["snippet"], scope, shell.user_ns)
    except BaseException as failure:  # KeyboardInterrupt, and what pretends to be worse
        return {"stop": {"kind": type(failure).__name__, "sentence": str(failure)[:1000]}}, {}
    finally:
        shell.outputs.reset()
    if stop:
        return {"stop": {key: text[:1000] for key, text in asdict(stop).items()}}, {}
    values, problems = {}, {}
    for name in request["outputs"]:
        array, problem = as_numbers(name, scope.get(name))
        if array is None:
            problems[name] = problem[:1000]
        else:
            values[name] = _plain(array)
    return {"problems": problems}, values


def _plain(array: np.ndarray) -> np.ndarray:
    wide = {"f": np.float64, "i": np.int64, "u": np.uint64, "b": np.bool_}[array.dtype.kind]
    return np.array(array, dtype=wide, order="C")


def _strided(array: np.ndarray) -> np.ndarray:
    """The same values as a view that is contiguous in no order."""
    return np.repeat(array, 2, axis=-1)[..., ::2] if array.ndim else array.copy()


@contextlib.contextmanager
def _interruptible():
    """The grader's SIGINT stops the student's code, and nothing else."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _limit_resources() -> None:
    limits = {
        resource.RLIMIT_AS: MEMORY_LIMIT,
        resource.RLIMIT_FSIZE: FILE_LIMIT,
        resource.RLIMIT_CPU: CPU_LIMIT,
        resource.RLIMIT_CORE: 0,
    }
    for kind, limit in limits.items():
        hard = resource.getrlimit(kind)[1]
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (limit, limit))


def _reseed() -> None:
    """A fork inherits the generators' state; two submissions must not share their random numbers."""
    np.random.seed(int.from_bytes(os.urandom(4), "little"))
    random.seed()


def _capture_descriptors() -> list:
    """Send what is written past Python's streams (C code, commands) into files, read after each cell."""
    printed = []
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        file = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the process
        os.dup2(file.fileno(), descriptor)
        printed.append((name, file))
    return printed


def _drain(file) -> str:
    descriptor = file.fileno()
    text = os.pread(descriptor, TEXT_LIMIT, 0).decode("utf-8", "replace")
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return text
