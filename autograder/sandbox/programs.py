"""The shell's `!command` where programs may be started: what it prints comes as a cell's output while it runs."""

from __future__ import annotations

import codecs
import contextlib
import os
import shutil
import subprocess
import sys
from multiprocessing import context, util

CHUNK = 1 << 16
GRACE = 0.2  # seconds between a request to end and the end
SIGNALLED = 128  # above it, a shell's exit status is a signal's number
ENVIRONMENT = {  # as a kernel sets it: colours, and no program that waits for keys
    "TERM": "xterm-color",
    "CLICOLOR": "1",
    "FORCE_COLOR": "1",
    "CLICOLOR_FORCE": "1",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
}


def allow() -> None:
    """Let what is started from now on find what it would find when started from a kernel."""
    os.environ.update(ENVIRONMENT)
    default, forking = context._default_context, context._concrete_contexts["fork"]  # type: ignore[attr-defined]
    # The server of forks, the default since Python 3.14, needs a socket, which is closed.
    default._default_context = forking  # type: ignore[attr-defined]
    util._args_from_interpreter_flags = list  # type: ignore[attr-defined]  # this Python is isolated, not the others


def run(command: str) -> int:
    """Run a command in a shell; returns its exit status, or the negative number of the signal that ended it."""
    shell = shutil.which(os.environ.get("SHELL", "sh")) or "/bin/sh"
    process = subprocess.Popen(
        [shell, "-c", command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout, "it was asked for"
    with process.stdout as pipe:
        try:
            _copy(pipe.fileno())
        except KeyboardInterrupt:  # the command has got it, too; the cell goes on
            _end(process)
    status = process.wait()
    return SIGNALLED - status if status > SIGNALLED else status


def _copy(descriptor: int) -> None:
    """Print what comes until nobody can write any more."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    while chunk := os.read(descriptor, CHUNK):
        sys.stdout.write(decoder.decode(chunk))
    sys.stdout.write(decoder.decode(b"", final=True))


def _end(process: subprocess.Popen[bytes]) -> None:
    for end in (process.terminate, process.kill):
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            process.wait(GRACE)
            return
        with contextlib.suppress(OSError):
            end()
