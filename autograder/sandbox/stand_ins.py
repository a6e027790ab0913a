"""Functions that take the place of some of the student's own during one call.

Their values are the grader's, asked for over the wire. Their caches are what the student's own function makes of the
same inputs: a backward pass may look into them. Runs in the student's process and holds no answer.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .messages import Arrays, StandIn
from .own_caches import own_cache
from .wire import Connection

KINDS = "biuf"


class NoCache:
    """Stands for a cache that there is not: nobody can look into it. Exceptions may name it."""


class Replacements:
    """The stand-ins of one call. They share what caches are known by: each is remembered by its identity.

    remembers: whether what was asked once is not asked again, as where many versions of a function are tried.
    """

    def __init__(
        self,
        connection: Connection,
        nonce: str,
        stand_ins: Sequence[StandIn],
        names: Mapping[str, Any],
        remembers: bool = False,
    ) -> None:
        self._known: dict[Any, tuple[dict[str, Any], Arrays]] | None = {} if remembers else None
        self._connection, self._nonce = connection, nonce
        self._tokens: dict[int, tuple[Any, int]] = {}  # by identity, with the cache itself, which must not be freed
        self._own: dict[str, Any] = {stand_in.function: names.get(stand_in.function) for stand_in in stand_ins}
        self.functions: dict[str, Callable[..., Any]] = {}
        for stand_in in stand_ins:
            self.functions[stand_in.function] = self._make(stand_in)

    def _make(self, stand_in: StandIn) -> Callable[..., Any]:
        answer = self._sequence if stand_in.steps else self._backward if _takes_cache(stand_in) else self._forward

        def function(*values: Any, **named: Any) -> Any:
            given = {**dict(zip(stand_in.arguments, values, strict=False)), **named}
            result = answer(stand_in, given)
            if result is None:  # the grader has no answer to this
                return self._own[stand_in.function](*values, **named)
            return result if len(stand_in.results) > 1 else result[0]

        function.__name__ = function.__qualname__ = stand_in.function
        return function

    def _forward(self, stand_in: StandIn, given: dict[str, Any]) -> tuple[Any, ...] | None:
        reply, arrays = self._ask(stand_in, _numeric(stand_in, given))
        if "token" not in reply:
            return None
        taken = {name: arrays.get(f"at {name}", given.get(name)) for name in stand_in.arguments}
        cache = self._cache(stand_in, taken) if stand_in.cache in stand_in.results else None
        self._tokens[id(cache)] = (cache, reply["token"])
        return tuple(cache if name == stand_in.cache else arrays[name] for name in stand_in.results)

    def _backward(self, stand_in: StandIn, given: dict[str, Any]) -> tuple[Any, ...] | None:
        _, token = self._tokens.get(id(given.get(stand_in.cache)), (None, None))
        if token is None:
            return None
        reply, arrays = self._ask(stand_in, _numeric(stand_in, given), token)
        return tuple(arrays[name] for name in stand_in.results) if "token" in reply else None

    def _sequence(self, stand_in: StandIn, given: dict[str, Any]) -> tuple[Any, ...] | None:
        """A pass over a sequence, with the cache that most people choose: a list of the steps' caches."""
        reply, arrays = self._ask(stand_in, _numeric(stand_in, given))
        if "token" not in reply:
            return None
        steps = [self.functions[stand_in.steps]() for _ in range(reply["steps"])]
        caches = [step[-1] for step in steps]
        return tuple(caches if name == stand_in.cache else arrays[name] for name in stand_in.results)

    def _cache(self, stand_in: StandIn, taken: Mapping[str, Any]) -> Any:
        """The student's own cache for these inputs; one that cannot be told from others is of no use."""
        cache = None
        if stand_in.own_cache:
            inputs = [np.array(taken[name]) for name in stand_in.arguments]
            place = stand_in.results.index(stand_in.cache)
            cache = own_cache(self._own[stand_in.function], inputs, stand_in.examples, place)
        return NoCache() if cache is None or id(cache) in self._tokens else cache

    def _ask(self, stand_in: StandIn, arrays: Arrays | None, token: int = -1) -> tuple[dict[str, Any], Arrays]:
        if arrays is None:
            return {}, {}
        if self._known is None:
            reply, answers = self._answer(stand_in.function, arrays, token)
        else:
            values = ((name, array.shape, array.dtype.str, array.tobytes()) for name, array in arrays.items())
            key = (stand_in.function, token, *values)
            if key not in self._known:
                self._known[key] = self._answer(stand_in.function, arrays, token)
            reply, answers = self._known[key]
        return reply, {name: array.copy() for name, array in answers.items()}

    def _answer(self, function: str, arrays: Arrays, token: int) -> tuple[dict[str, Any], Arrays]:
        with _undisturbed():
            self._connection.send({"ask": function, "token": token, "nonce": self._nonce}, arrays)
            return self._connection.receive()


def _takes_cache(stand_in: StandIn) -> bool:
    return stand_in.cache in stand_in.arguments


def _numeric(stand_in: StandIn, given: Mapping[str, Any]) -> Arrays | None:
    """The arguments that are arrays; None where one is something else that no answer fits."""
    named = [name for name in stand_in.arguments if name in given and name != stand_in.cache]
    arrays = {name: np.asarray(given[name]) for name in named}
    return arrays if all(array.dtype.kind in KINDS for array in arrays.values()) else None


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """A question and its answer are not torn apart by the grader's SIGINT."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
