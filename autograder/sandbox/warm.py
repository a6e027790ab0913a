"""The grader's side of a zygote: start one, fork children from it, ask it, and see what a child holds."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.errors import ConfigurationError, SandboxError

from . import family
from .allowance import Allowance
from .confine import TASKS
from .disk import BYTES, FILES
from .group import Group
from .messages import Refused
from .room import Room
from .session import GRACE, LOOK, START_LIMIT, Session
from .wire import Connection

MODULE_LIMIT = 30.0  # more seconds to get ready for each module that it imports
MOST = {"threads": TASKS, "files": FILES, "unlisted": BYTES}  # that a child may hold
SPARE = 20  # tasks of the zygote's own and of bubblewrap's
LOG = "zygote.log"


class Zygote:
    """A warm process and the children forked from it, one at a time; `close` ends them.

    level: the sandbox level that they work at. allowance: what student code finds there and may use. Raises
    ConfigurationError where the allowance names what is not there, SandboxError where it cannot start.
    """

    def __init__(self, level: str, allowance: Allowance) -> None:
        self.level, self.spoilt, self._looked, self._is_ending = level, False, 0.0, False
        self._room, self._child = Room(level, allowance), 0
        self._most, self._processes = {**MOST, "memory": allowance.memory}, allowance.processes
        self._group = Group.make(TASKS + self._processes + SPARE) if self._processes else None
        kind = socket.SOCK_SEQPACKET if sys.platform == "linux" else socket.SOCK_STREAM  # for one message at a time
        self._control, theirs = socket.socketpair(socket.AF_UNIX, kind)
        module = "autograder.sandbox.zygote"
        program = [sys.executable, "-I", "-m", module, str(theirs.fileno()), self._room.plan.dump()]
        command = self._room.command(*program)
        with theirs, open(self._room.folder / LOG, "wb") as log:
            self._process = subprocess.Popen(
                self._group.enter(command) if self._group else command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._room.environment(),
            )
        try:
            ready = self._answer(START_LIMIT + MODULE_LIMIT * len(allowance.modules))
            if "module" in ready:
                said = f"the setting `modules` names {ready['module']}, which cannot be imported: {ready['problem']}"
                raise ConfigurationError(said)
        except (SandboxError, ConfigurationError):
            self.close()
            raise
        if self._processes:
            # inside bubblewrap it takes itself for process 1, which outside is another: there it is the only child
            for pid in family.children(self._process.pid) if level == "full" else [ready["ready"]]:
                family.put_first(pid)

    def close(self) -> None:
        """End the zygote and its child."""
        self._control.close()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._end_leftovers()
        self._room.close()

    def _end_leftovers(self) -> None:
        """What the child had started dies with bubblewrap's namespace, or where the zygote could not end it, here."""
        if self._child and self.level != "full":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child, signal.SIGKILL)
        if self._group:
            self._group.close()

    @property
    def usable(self) -> bool:
        """Whether it lives, and nothing of an earlier child is left in it."""
        with contextlib.suppress(SandboxError):
            self._see_the_end()
        return not self.spoilt and self._process.poll() is None

    @property
    def shown(self) -> Mapping[str, str]:
        """What a student's output shows in the place of the sandbox's own paths."""
        return self._room.shown

    def exceeded(self) -> str:
        """What the child holds more of than it may, "" where nothing; all but the disk is looked at now and then."""
        if self._room.overfull():
            return "disk"
        if time.monotonic() - self._looked < LOOK:
            return ""
        held = self.ask({"op": "look"})
        self._looked = time.monotonic()  # after it: where a look takes long, calls must not wait for one each
        return next((what for what, most in self._most.items() if held[what] > most), "")

    def session(self, files: Mapping[str, np.ndarray]) -> Session:
        """A fresh child in a folder with these files, by relative name, each an array of bytes."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._child = self.ask({"op": "fork"}, theirs.fileno())["pid"]
            except SandboxError:
                ours.close()
                raise
        return Session(self, Connection(ours), files)

    def end_child(self) -> str:
        """End the child with all that it started; returns what it had too many of, "" where of nothing.

        One that could have started nothing ends while the caller goes on; what comes next here waits for it.
        """
        self._send({"op": "end"})
        self._is_ending = True
        exceeded = self._processes and self._see_the_end()
        return str(Refused.PROCESSES) if exceeded else ""

    def _see_the_end(self) -> bool:
        """Wait for a child that is ending; returns whether it had too many processes."""
        if not self._is_ending:
            return False
        self._is_ending = False
        reply = self._answer(START_LIMIT)
        self._child, self.spoilt = 0, self.spoilt or not reply["clean"]
        return bool(reply["exceeded"])

    def ask(self, request: dict[str, Any], *descriptors: int) -> dict[str, Any]:
        """Send the zygote one request, with descriptors, and return its answer."""
        self._see_the_end()
        self._send(request, *descriptors)
        return self._answer(START_LIMIT)

    def _send(self, request: dict[str, Any], *descriptors: int) -> None:
        try:
            socket.send_fds(self._control, [json.dumps(request).encode()], list(descriptors))
        except OSError:
            raise self.broken() from None

    def broken(self) -> SandboxError:
        """What to raise where the sandbox has failed, with the last thing that the zygote said; it is used no more."""
        self.spoilt = True
        log = self._room.folder / LOG
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() if log.exists() else []
        last = lines[-1] if lines else "it said nothing"
        return SandboxError(
            f"The grading process does not work ({last}). Run `python -m autograder sandbox` to see what is missing."
        )

    def _answer(self, timeout: float) -> dict[str, Any]:
        self._control.settimeout(timeout)
        try:
            message = self._control.recv(65536)
        except OSError:
            message = b""
        if not message:
            raise self.broken()
        answer: dict[str, Any] = json.loads(message)
        return answer
