"""The grader's side of the boundary: start a zygote, fork children from it, talk to them within time limits."""

from __future__ import annotations

import itertools
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .wire import Arrays, Connection, WireError

START_LIMIT = 60.0  # seconds until a zygote must be ready
GRACE = 1.0  # seconds that interrupted code has to stop


class SandboxError(Exception):
    """The sandbox itself does not work; the message says what to do. Never a student's fault."""


@dataclass(frozen=True)
class Call:
    """A snippet to run in the child: inputs bound by name before, outputs read by name after."""

    snippet: str
    inputs: Arrays
    outputs: tuple[str, ...]
    strided: bool = False


@dataclass(frozen=True)
class Reply:
    """What came back. `fate` is "done", "raised", "timeout", "dead" or "stopped"; the rest is plain arrays and text.

    problems: for each output that is no array, why. kind, sentence, place: what stopped a call that was "raised", in
    short and in full, and where (the sentence starts with it).
    """

    fate: str
    outputs: Arrays = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    kind: str = ""
    sentence: str = ""
    place: str = ""


@dataclass(frozen=True)
class CellResult:
    """The outputs of one cell; `fate` is "done", "timeout" or "dead"."""

    fate: str
    outputs: list[dict[str, Any]] = field(default_factory=list)


class Zygote:
    """A warm process and the children forked from it; `close` ends them all.

    library: the folder that holds the students' library cs231n. data: the data set's folder, or None.
    """

    def __init__(self, library: Path, data: Path | None = None) -> None:
        self._library = library.resolve()
        self._ids = itertools.count()
        self._scratch = tempfile.TemporaryDirectory(prefix="grading-")
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-I", "-m", "autograder.sandbox.zygote", str(theirs.fileno())]
        with theirs, open(os.path.join(self._scratch.name, "zygote.log"), "wb") as log:
            self._process = subprocess.Popen(
                command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(self._scratch.name, data),
            )
        try:
            self._answer(START_LIMIT)
        except SandboxError:
            self.close()
            raise

    def close(self) -> None:
        """End the zygote and every child."""
        self._control.close()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._scratch.cleanup()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def session(self, folder: Path) -> Session:
        """A fresh child whose current folder is `folder`."""
        ours, theirs = socket.socketpair()
        number = next(self._ids)
        with theirs:
            fork = {"op": "fork", "id": number, "folder": str(folder), "library": str(self._library)}
            self.ask(fork, theirs.fileno())
        return Session(self, number, Connection(ours))

    def ask(self, request: dict[str, Any], *descriptors: int) -> dict[str, Any]:
        """Send the zygote one request, with descriptors, and return its answer."""
        try:
            socket.send_fds(self._control, [json.dumps(request).encode()], list(descriptors))
        except OSError:
            raise self._broken() from None
        return self._answer(START_LIMIT)

    def _answer(self, timeout: float) -> dict[str, Any]:
        self._control.settimeout(timeout)
        try:
            message = self._control.recv(65536)
        except OSError:
            message = b""
        if not message:
            raise self._broken()
        return json.loads(message)

    def _broken(self) -> SandboxError:
        log = Path(self._scratch.name, "zygote.log")
        lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
        last = lines[-1] if lines else "it said nothing"
        return SandboxError(f"The grading process does not work ({last}). Run `make test` to see what is missing.")


class Session:
    """One child. After a "dead" result the session is over; anything else leaves it usable."""

    def __init__(self, zygote: Zygote, number: int, connection: Connection) -> None:
        self._zygote, self._number, self._connection = zygote, number, connection
        self.alive = True

    def run_cell(self, source: str, count: int, limit: float) -> CellResult:
        """Run a cell for at most `limit` seconds."""
        fate, reply, _ = self._request({"op": "cell", "source": source, "count": count}, {}, limit)
        outputs = reply.get("outputs")
        return CellResult(fate, [o for o in outputs if isinstance(o, dict)] if isinstance(outputs, list) else [])

    def call(self, call: Call, limit: float) -> Reply:
        """Run a call for at most `limit` seconds."""
        request = {
            "op": "call",
            "snippet": call.snippet,
            "outputs": list(call.outputs),
            "strided": call.strided,
        }
        fate, reply, arrays = self._request(request, call.inputs, limit)
        if fate != "done":
            return Reply(fate)
        problems = {str(name): str(text) for name, text in _object(reply, "problems").items()}
        if stop := _object(reply, "stop"):
            said = {key: str(stop.get(key, "")) for key in ("kind", "sentence", "place")}
            return Reply("raised", **said)
        return Reply("done", {name: arrays[name] for name in call.outputs if name in arrays}, problems)

    def close(self) -> None:
        """End the child with everything it started."""
        self._connection.close()
        if self.alive:
            self._zygote.ask({"op": "end", "id": self._number})
            self.alive = False

    def _request(self, request: dict, arrays: Arrays, limit: float) -> tuple[str, dict, Arrays]:
        """Send one request; the fate is "timeout" when the code had to be interrupted."""
        nonce, fate = secrets.token_hex(8), "done"
        try:
            self._connection.send({**request, "nonce": nonce}, arrays, limit)
            try:
                reply, results = self._connection.receive(limit)
            except TimeoutError:
                fate = "timeout"
                self._zygote.ask({"op": "interrupt", "id": self._number})
                reply, results = self._connection.receive(GRACE)
            if reply.get("nonce") != nonce:
                raise WireError("the reply is not to this request")
        except TimeoutError:
            self.close()
            return "timeout", {}, {}
        except (EOFError, OSError, WireError):
            self.close()
            return "dead", {}, {}
        return fate, reply, results


def _object(reply: dict, key: str) -> dict:
    value = reply.get(key)
    return value if isinstance(value, dict) else {}


def _environment(scratch: str, data: Path | None) -> dict[str, str]:
    """Only what a notebook needs: nothing of the instructor's environment reaches the child."""
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
        "LANG": "C.UTF-8",
        "HOME": scratch,
        "TMPDIR": scratch,
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": str(Path.home() / ".cache" / "matplotlib"),  # where the font cache is, made once
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        **({"COCO_CAPTIONING_DIR": str(data)} if data else {}),
    }
