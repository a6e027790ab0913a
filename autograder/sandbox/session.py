"""The grader's side of the boundary: start a zygote, fork children from it, talk to them within time limits."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .disk import BYTES, FILES
from .levels import SandboxError
from .room import MEMORY, Room
from .stand_ins import StandIn
from .wire import SENTENCE, Arrays, Connection, WireError

START_LIMIT = 60.0  # seconds until a zygote must be ready
LOOK = 0.5  # seconds between two looks at what a child holds
MOST = {"threads": 500, "files": FILES, "unlisted": BYTES}  # that a child may hold
OUTPUTS = 1000  # of one cell
GRACE = 1.0  # seconds that interrupted code has to stop
LOG = "zygote.log"
QUESTIONS = 4000  # that one call may ask

Answer = Callable[[dict[str, Any], Arrays], tuple[dict[str, Any], Arrays]]


@dataclass(frozen=True)
class Call:
    """A snippet to run in the child: inputs bound by name before, outputs read by name after.

    stand_ins: what takes the place of some of the student's functions. answer: gives their values, from the header and
    the arrays of a question. look_into: the name of a cache whose arrays are read, too.
    """

    snippet: str
    inputs: Arrays
    outputs: tuple[str, ...]
    strided: bool = False
    stand_ins: tuple[StandIn, ...] = ()
    answer: Answer | None = None
    look_into: str = ""


@dataclass(frozen=True)
class Reply:
    """What came back. `fate` is "done", "raised", "timeout", "dead" or "stopped"; the rest is plain arrays and text.

    problems: for each output that is no array, why. kind, sentence, place: what stopped a call that was "raised", in
    short and in full, and where (the sentence starts with it). leaves: the arrays of the cache that was looked into.
    changed: the inputs that the code has changed in place, as the child says.
    """

    fate: str
    outputs: Arrays = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    kind: str = ""
    sentence: str = ""
    place: str = ""
    leaves: tuple[np.ndarray, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class CellResult:
    """The outputs of one cell; `fate` is "done", "timeout" or "dead"."""

    fate: str
    outputs: list[dict[str, Any]] = field(default_factory=list)


class Zygote:
    """A warm process and the children forked from it, one at a time; `close` ends them.

    level: the sandbox level that they work at. library: the folder that holds the students' library cs231n. data: the
    data set's folder, or None. memory: bytes of address space for a child. Raises SandboxError where it cannot start.
    """

    def __init__(self, level: str, library: Path, data: Path | None = None, memory: int = MEMORY) -> None:
        self.level, self.spoilt, self._looked = level, False, 0.0
        self._room = Room(level, library, data, memory)
        kind = socket.SOCK_SEQPACKET if sys.platform == "linux" else socket.SOCK_STREAM  # for one message at a time
        self._control, theirs = socket.socketpair(socket.AF_UNIX, kind)
        module = "autograder.sandbox.zygote"
        program = [sys.executable, "-I", "-m", module, str(theirs.fileno()), self._room.plan.dump()]
        with theirs, open(self._room.folder / LOG, "wb") as log:
            self._process = subprocess.Popen(
                self._room.command(*program),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._room.environment(),
            )
        try:
            self._answer(START_LIMIT)
        except SandboxError:
            self.close()
            raise

    def close(self) -> None:
        """End the zygote and its child."""
        self._control.close()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._room.close()

    @property
    def usable(self) -> bool:
        """Whether it lives, and nothing of an earlier child is left in it."""
        return not self.spoilt and self._process.poll() is None

    @property
    def shown(self) -> Mapping[str, str]:
        """What a student's output shows in the place of the sandbox's own paths."""
        return self._room.shown

    def overfull(self) -> bool:
        """Whether the child holds more of the disk or more threads than it may; these are looked at now and then."""
        if self._room.overfull():
            return True
        if time.monotonic() - self._looked < LOOK:
            return False
        self._looked = time.monotonic()
        held = self.ask({"op": "look"})
        return any(held[what] > most for what, most in MOST.items())

    def session(self, files: Mapping[str, np.ndarray]) -> Session:
        """A fresh child in a folder with these files, by relative name, each an array of bytes."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self.ask({"op": "fork"}, theirs.fileno())
            except SandboxError:
                ours.close()
                raise
        return Session(self, Connection(ours), files)

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
        lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
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
        return json.loads(message)


class Session:
    """One child. After a "dead" result the session is over; anything else leaves it usable."""

    def __init__(self, zygote: Zygote, connection: Connection, files: Mapping[str, np.ndarray]) -> None:
        self._zygote, self._connection = zygote, connection
        self.alive = True
        contents = {str(number): content for number, content in enumerate(files.values())}
        fate, _, _ = self._request({"op": "files", "names": list(files)}, contents, START_LIMIT)
        if fate != "done":  # nothing of the student's has run yet
            connection.close()
            raise zygote.broken()

    def run_cell(self, source: str, count: int, limit: float) -> CellResult:
        """Run a cell for at most `limit` seconds."""
        fate, reply, _ = self._request({"op": "cell", "source": source, "count": count}, {}, limit)
        outputs = reply.get("outputs")
        outputs = outputs[:OUTPUTS] if isinstance(outputs, list) else []
        return CellResult(fate, [output for output in outputs if isinstance(output, dict)])

    @property
    def received(self) -> int:
        """The bytes that came from the child."""
        return self._connection.received

    def load(self, calls: list[Call], limit: float) -> None:
        """Send all calls' inputs in one batch, after which no cell may run. The child takes them in `limit` seconds."""
        headers, arrays = [], {}
        for number, call in enumerate(calls):
            keys = {name: f"{number} {name}" for name in call.inputs}
            arrays.update({keys[name]: array for name, array in call.inputs.items()})
            fields = {"snippet": call.snippet, "outputs": list(call.outputs), "strided": call.strided}
            stand_ins = [stand_in.dump() for stand_in in call.stand_ins]
            headers.append({**fields, "inputs": keys, "stand ins": stand_ins, "look into": call.look_into})
        self._request({"op": "load", "calls": headers}, arrays, limit)

    def call(self, number: int, outputs: tuple[str, ...], limit: float, answer: Answer | None = None) -> Reply:
        """Make one of the loaded calls for at most `limit` seconds; its questions get `answer`."""
        fate, reply, arrays = self._request({"op": "call", "call": number}, {}, limit, answer)
        if fate != "done":
            return Reply(fate)
        problems = {name: str(text)[:SENTENCE] for name, text in _object(reply, "problems").items()}
        if stop := _object(reply, "stop"):
            said = {key: str(stop.get(key, ""))[:SENTENCE] for key in ("kind", "sentence", "place")}
            return Reply("raised", **said)
        leaves = [name for name in arrays if name.startswith("leaf ") and name[5:].isdecimal()]
        return Reply(
            "done",
            {name: arrays[name] for name in outputs if name in arrays},
            problems,
            leaves=tuple(arrays[name] for name in sorted(leaves, key=lambda name: int(name[5:]))),
            changed=_names(reply, "changed"),
        )

    def close(self) -> None:
        """End the child with everything it started."""
        self._connection.close()
        if self.alive:
            self.alive = False
            if not self._zygote.ask({"op": "end"})["clean"]:
                self._zygote.spoilt = True

    def _request(
        self, request: dict, arrays: Arrays, limit: float, answer: Answer | None = None
    ) -> tuple[str, dict, Arrays]:
        """Send one request; the fate is "timeout" when the code had to be interrupted."""
        nonce, fate = secrets.token_hex(8), "done"
        try:
            self._connection.send({**request, "nonce": nonce}, arrays, limit)
            try:
                reply, results = self._receive_reply(limit, answer)
            except TimeoutError:
                fate = "timeout"
                self._zygote.ask({"op": "interrupt"})
                reply, results = self._connection.receive(GRACE)
            if reply.get("nonce") != nonce or "ask" in reply:
                raise WireError("the reply is not to this request")
        except TimeoutError:
            self.close()
            return "timeout", {}, {}
        except (EOFError, OSError, WireError):
            self.close()
            return "dead", {}, {}
        return fate, reply, results

    def _receive_reply(self, limit: float, answer: Answer | None) -> tuple[dict, Arrays]:
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

    def _receive(self, limit: float) -> tuple[dict, Arrays]:
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
            if self._zygote.overfull():
                raise WireError("the child holds too much of the machine")
            if reply:
                return reply


def _object(reply: dict, key: str) -> dict:
    value = reply.get(key)
    return value if isinstance(value, dict) else {}


def _names(reply: dict, key: str) -> tuple[str, ...]:
    value = reply.get(key)
    return tuple(name for name in value if isinstance(name, str)) if isinstance(value, list) else ()
