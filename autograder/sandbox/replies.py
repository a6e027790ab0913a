"""Read what a child answers: every word and every array is a claim, and bounded here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np

from autograder.selfcheck.snippet import Reason

from .made import unpacked
from .messages import LEAF_LIMIT, LEAVES, MISSING, SENTENCE, VALUE_LIMIT, Arrays, Fate, Measured, Refused, Reply

STOP = ("exception", "sentence", "place", "missing")  # what is said of a stop, as text


def reply_of(header: dict[str, Any], arrays: Arrays, outputs: tuple[str, ...]) -> Reply:
    """The reply to a call that came to an end. outputs: the names that were asked for."""
    if stop := _object(header, "stop"):
        made = _object(stop, "made")
        said: dict[str, Any] = {key: _text(str(stop.get(key, ""))[:SENTENCE], made.get(key)) for key in STOP}
        return Reply(Fate.RAISED, reason=_reason(stop), **said)
    problems, made = _object(header, "problems"), _object(header, "made")
    return Reply(
        Fate.DONE,
        {name: arrays[name] for name in outputs if name in arrays and arrays[name].size <= VALUE_LIMIT},
        {name: _text(str(problems[name])[:SENTENCE], made.get(name)) for name in outputs if name in problems},
        leaves=tuple(_leaves(arrays)),
        changed=_names(header, "changed"),
    )


def missing(header: dict[str, Any]) -> tuple[str, ...]:
    """The names that a cell lacked, as the child says."""
    return tuple(name[:SENTENCE] for name in _names(header, "missing")[:MISSING])


def measured_of(fate: Fate, header: dict[str, Any], arrays: Arrays, shape: tuple[int, ...]) -> Measured:
    """What came of trying versions: numbers of this shape, or nothing."""
    sums, late = arrays.get("sums"), header.get("late")
    if fate is not Fate.DONE or sums is None or sums.shape != shape or sums.dtype != np.float64:
        return Measured(fate)
    return Measured(fate, sums, late if isinstance(late, int) else 0)


def refused(header: dict[str, Any], exceeded: str) -> tuple[Refused, ...]:
    """What a cell was refused: what the child says of it, and what it was ended for."""
    said = header.get("refused")
    names = [exceeded, *(said[: len(Refused)] if isinstance(said, list) else [])]
    return tuple(each for each in Refused if each in names)


def _text(english: str, made: Any) -> str:
    """A sentence that can be told in another language, if what the child says that it is made of gives the same."""
    if isinstance(made, list):
        with suppress(ValueError, RecursionError):
            text = unpacked(made)
            return text if text == english else english
    return english


def _reason(stop: dict[str, Any]) -> Reason:
    """What the child says of a stop; anything unknown counts as an exception."""
    name = stop.get("reason")
    return Reason.__members__.get(name, Reason.RAISED) if isinstance(name, str) else Reason.RAISED


def _leaves(arrays: Arrays) -> Iterator[np.ndarray]:
    """The arrays of a cache; an empty one in the place of what is too large."""
    for number in range(LEAVES):
        leaf = arrays.get(f"leaf {number}")
        if leaf is None:
            return
        yield leaf if leaf.size <= LEAF_LIMIT else np.empty(0)


def _object(header: dict[str, Any], key: str) -> dict[str, Any]:
    value = header.get(key)
    return value if isinstance(value, dict) else {}


def _names(header: dict[str, Any], key: str) -> tuple[str, ...]:
    value = header.get(key)
    return tuple(name for name in value if isinstance(name, str)) if isinstance(value, list) else ()
