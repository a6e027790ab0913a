"""The grader's side of the boundary: start a zygote, fork children from it, talk to them within time limits."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.errors import ConfigurationError, SandboxError

from . import family
from .allowance import Allowance
from .confine import TASKS
from .disk import BYTES, FILES
from .group import Group
from .messages import MEASURES, OUTPUTS, QUESTIONS, Answer, Arrays, Call, CellResult, Fate, Measured, Refused, Reply
from .replies import measured_of, missing, refused, reply_of
from .room import Room
from .wire import Connection, WireError

START_LIMIT = 60.0  # seconds until a zygote must be ready
MODULE_LIMIT = 30.0  # more of them for each module that it imports
LOOK = 0.5  # seconds between two looks at what a child holds
MOST = {"threads": TASKS, "files": FILES, "unlisted": BYTES}  # that a child may hold
SPARE = 20  # tasks of the zygote's own and of bubblewrap's
GRACE = 1.0  # seconds that interrupted code has to stop
LOG = "zygote.log"


class Zygote:
    """A warm process and the children forked from it, one at a time; `close` ends them.

    level: the sandbox level that they work at. allowance: what student code finds there and may use. Raises
    ConfigurationError where the allowance names what is not there, SandboxError where it cannot start.
    """

    def __init__(self, level: str, allowance: Allowance) -> None:
        self.level, self.spoilt, self._looked = level, False, 0.0
        self._room, self._child = Room(level, allowance), 0
        self._most = {**MOST, "memory": allowance.memory}
        self._group = Group.make(TASKS + allowance.processes + SPARE) if allowance.processes else None
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
        if allowance.processes:
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
        """End the child with all that it started; returns what it had too many of, "" where of nothing."""
        reply = self.ask({"op": "end"})
        self._child, self.spoilt = 0, self.spoilt or not reply["clean"]
        return str(Refused.PROCESSES) if reply["exceeded"] else ""

    def ask(self, request: dict[str, Any], *descriptors: int) -> dict[str, Any]:
        """Send the zygote one request, with descriptors, and return its answer."""
        try:
            socket.send_fds(self._control, [json.dumps(request).encode()], list(descriptors))
        except OSError:
            raise self.broken() from None
        return self._answer(START_LIMIT)

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


class Session:
    """One child. After a DEAD result the session is over; anything else leaves it usable."""

    def __init__(self, zygote: Zygote, connection: Connection, files: Mapping[str, np.ndarray]) -> None:
        self._zygote, self._connection = zygote, connection
        self.alive, self._exceeded = True, ""
        contents = {str(number): content for number, content in enumerate(files.values())}
        fate, _, _ = self._request({"op": "files", "names": list(files)}, contents, START_LIMIT)
        if fate is not Fate.DONE:  # nothing of the student's has run yet
            connection.close()
            raise zygote.broken()

    def run_cell(self, source: str, count: int, limit: float) -> CellResult:
        """Run a cell for at most `limit` seconds."""
        fate, reply, _ = self._request({"op": "cell", "source": source, "count": count}, {}, limit)
        outputs = reply.get("outputs")
        outputs = outputs[:OUTPUTS] if isinstance(outputs, list) else []
        shown = [output for output in outputs if isinstance(output, dict)]
        return CellResult(fate, shown, refused(reply, self._exceeded), missing(reply))

    def keep(self, exercise: str, limit: float) -> Fate:
        """Have the child remember names and folder as they are now, for the exercise's calls."""
        return self._request({"op": "keep", "exercise": exercise}, {}, limit)[0]

    def differ(self, one: str, other: str, functions: Sequence[str], limit: float) -> bool:
        """Whether anything that the functions use differs between two exercises' snapshots, as the child says."""
        request = {"op": "differ", "one": one, "other": other, "functions": list(functions)}
        return self._request(request, {}, limit)[1].get("differ") is True

    @property
    def received(self) -> int:
        """The bytes that came from the child."""
        return self._connection.received

    def load(self, calls: list[Call], limit: float) -> None:
        """Send all calls' inputs in one batch, after which no cell may run. The child takes them in `limit` seconds."""
        headers, arrays = [], {}
        for number, call in enumerate(calls):
            keys = {name: f"{number} {name}" for name in call.inputs}
            leaves = {leaf: f"{number} leaf {leaf}" for leaf in call.leaves}
            arrays.update({keys[name]: array for name, array in call.inputs.items()})
            arrays.update({leaves[leaf]: array for leaf, array in call.leaves.items()})
            fields = {"snippet": call.snippet, "outputs": list(call.outputs), "strided": call.strided}
            stand_ins = [stand_in.dump() for stand_in in call.stand_ins]
            looks = {"look into": call.look_into, "leaves": leaves, "as of": call.as_of, "seed": call.seed}
            others = {"inputs": keys, "stand ins": stand_ins, "instead": dict(call.instead)}
            headers.append({**fields, **looks, **others})
        self._request({"op": "load", "calls": headers}, arrays, limit)

    def call(self, number: int, outputs: tuple[str, ...], limit: float, answer: Answer | None = None) -> Reply:
        """Make one of the loaded calls for at most `limit` seconds; its questions get `answer`."""
        fate, reply, arrays = self._request({"op": "call", "call": number}, {}, limit, answer)
        if fate is not Fate.DONE:
            return Reply(fate)
        return reply_of(reply, arrays, outputs)

    def versions(
        self, number: int, sources: Sequence[str], weights: Arrays, limit: float, answer: Answer | None
    ) -> Measured:
        """Try versions of a function in one of the loaded calls, all of them in at most `limit` seconds."""
        request = {"op": "call", "call": number, "versions": list(sources)}
        fate, reply, arrays = self._request(request, weights, limit, answer)
        return measured_of(fate, reply, arrays, (len(sources), len(weights), MEASURES))

    def close(self) -> None:
        """End the child with everything it started."""
        self._connection.close()
        if self.alive:
            self.alive = False
            self._exceeded = self._zygote.end_child() or self._exceeded

    def _request(
        self, request: dict[str, Any], arrays: Arrays, limit: float, answer: Answer | None = None
    ) -> tuple[Fate, dict[str, Any], Arrays]:
        """Send one request; the fate is TIMEOUT when the code had to be interrupted."""
        nonce, fate = secrets.token_hex(8), Fate.DONE
        try:
            self._connection.send({**request, "nonce": nonce}, arrays, limit)
            try:
                reply, results = self._receive_reply(limit, answer)
            except TimeoutError:
                fate = Fate.TIMEOUT
                self._zygote.ask({"op": "interrupt"})
                reply, results = self._receive(GRACE)
            if reply.get("nonce") != nonce or "ask" in reply:
                raise WireError("the reply is not to this request")
        except TimeoutError:
            self.close()
            return Fate.TIMEOUT, {}, {}
        except (EOFError, OSError, WireError):
            self.close()
            return Fate.DEAD, {}, {}
        return fate, reply, results

    def _receive_reply(self, limit: float, answer: Answer | None) -> tuple[dict[str, Any], Arrays]:
        """The reply, after the questions that came before it."""
        deadline = time.monotonic() + limit
        for _ in range(QUESTIONS):
            reply, results = self._receive(deadline - time.monotonic())
            if answer is None or "ask" not in reply:
                return reply, results
            if time.monotonic() >= deadline:
                raise TimeoutError
            self._connection.send(*answer(reply, results), timeout=GRACE)
        raise WireError("too many questions")

    def _receive(self, limit: float) -> tuple[dict[str, Any], Arrays]:
        """The reply; raises WireError where the child holds more than it may, which is looked at now and then."""
        deadline = time.monotonic() + limit
        while True:
            left = deadline - time.monotonic()
            try:
                reply = self._connection.receive(min(LOOK, max(left, 0)))
            except TimeoutError:
                if left <= LOOK:
                    raise
                reply = None
            self._exceeded = self._zygote.exceeded()
            if self._exceeded:
                raise WireError("the child holds too much of the machine")
            if reply:
                return reply
