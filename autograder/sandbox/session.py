"""The grader's side of the boundary: talk to one child within time limits, and end it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .messages import MEASURES, OUTPUTS, QUESTIONS, Answer, Arrays, Call, CellResult, Fate, Measured, Reply
from .replies import measured_of, missing, refused, reply_of
from .wire import Connection, WireError

if TYPE_CHECKING:
    from .warm import Zygote

START_LIMIT = 60.0  # seconds until a process must be ready
LOOK = 0.5  # seconds between two looks at what a child holds
GRACE = 1.0  # seconds that interrupted code has to stop


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

    def keep(self, exercise: str, limit: float) -> None:
        """Have the child remember names and folder as they are now, for the exercise's calls."""
        self._tell({"op": "keep", "exercise": exercise}, {}, limit)

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
        self._tell({"op": "load", "calls": headers}, arrays, limit)

    def call(self, number: int, outputs: tuple[str, ...], limit: float, answer: Answer | None = None) -> Reply:
        """Make one of the loaded calls for at most `limit` seconds; its questions get `answer`."""
        fate, reply, arrays = self._request({"op": "calls", "calls": [number]}, {}, limit, answer)
        return reply_of(reply, arrays, outputs) if fate is Fate.DONE else Reply(fate)

    def calls(self, outputs: Mapping[int, tuple[str, ...]], limit: Callable[[], float]) -> list[Reply]:
        """Make several of the loaded calls in one go, up to the first that does not come to its end.

        outputs: the names that are asked for, by the call's number. limit: asked before each call for its seconds;
        where there are none, no more calls are made. The child, which does not wait for us between two of them, may
        be ahead. None of them may ask questions.
        """
        nonce, replies = secrets.token_hex(8), list[Reply]()
        try:
            self._connection.send({"op": "calls", "calls": list(outputs), "nonce": nonce}, timeout=GRACE)
            for names in outputs.values():
                if (seconds := limit()) <= 0:
                    self._stop()
                    break
                try:
                    reply, arrays = self._receive(seconds)
                except TimeoutError:
                    replies.append(Reply(Fate.TIMEOUT))
                    self._stop()
                    break
                _insist_on(nonce, reply)
                replies.append(reply_of(reply, arrays, names))
        except (EOFError, OSError, WireError):
            self.close()
            replies.append(Reply(Fate.DEAD))
        return replies

    def versions(
        self, number: int, sources: Sequence[str], weights: Arrays, limit: float, answer: Answer | None
    ) -> Measured:
        """Try versions of a function in one of the loaded calls, all of them in at most `limit` seconds."""
        request = {"op": "versions", "call": number, "versions": list(sources)}
        fate, reply, arrays = self._request(request, weights, limit, answer)
        return measured_of(fate, reply, arrays, (len(sources), len(weights), MEASURES))

    def close(self) -> None:
        """End the child with everything it started."""
        self._connection.close()
        if self.alive:
            self.alive = False
            self._exceeded = self._zygote.end_child() or self._exceeded

    def _stop(self) -> None:
        """Have the child make none of the calls that are left; what it still answers is dropped."""
        nonce, end = secrets.token_hex(8), time.monotonic() + GRACE
        try:
            self._connection.send({"op": "stop", "nonce": nonce}, timeout=GRACE)
            self._zygote.ask({"op": "interrupt"})
            while self._receive(end - time.monotonic())[0].get("nonce") != nonce:
                pass
        except (EOFError, OSError, WireError):
            self.close()

    def _tell(self, request: dict[str, Any], arrays: Arrays, limit: float) -> None:
        """Send what the child does not answer; one that does not take it is ended."""
        try:
            self._connection.send(request, arrays, limit)
        except (OSError, WireError):
            self.close()

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
            _insist_on(nonce, reply)
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


def _insist_on(nonce: str, reply: dict[str, Any]) -> None:
    """Raise WireError where this is no reply to the request."""
    if reply.get("nonce") != nonce or "ask" in reply:
        raise WireError("the reply is not to this request")
