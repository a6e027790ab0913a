"""Judge a backward pass with the right values in its cache, in whatever layout the student keeps them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.sandbox.messages import Call, Fate, Reply

from .cache_reading import Page, read
from .dependencies import CACHE, Line
from .second_look import Attempt, SecondLook


def by_cache(look: SecondLook, forward: Line) -> Iterator[Attempt]:
    """The judgement with the caches put right, in the cases where the forward pass is wrong; others stay as written."""
    if look.dependencies.step_of(forward.function) or not _has_arrays(look, forward):
        return
    seen = look.run([replace(call, look_into=CACHE, outputs=(*call.outputs, *forward.arrays)) for call in look.calls])
    pages = [_page(look, forward, call, reply) for call, reply in zip(look.calls, seen, strict=True)]
    reading = next((read(page) for page in pages if page and page.wanted), None)
    if reading is None:
        return
    right = {number: page.put_right(reading) for number, page in enumerate(pages) if page}
    again = [number for number, leaves in right.items() if leaves]
    answers = look.run([replace(look.calls[number], look_into=CACHE, leaves=right[number]) for number in again])
    known = dict(zip(again, answers, strict=True))
    mixed = [known.get(number, reply) for number, reply in enumerate(look.replies)]
    yield look.judge.judge(look.exercise, mixed), mixed


def _has_arrays(look: SecondLook, forward: Line) -> bool:
    """Whether the reference's cache holds arrays that could be put right."""
    values = _values(look.forward(forward, look.calls[0].inputs)[CACHE])
    return any(isinstance(value, np.ndarray) for value in values)


def _values(cache: Any) -> list[Any]:
    """What a cache holds, and what the caches in it hold: a layer that is made of others may keep theirs in a tuple."""
    return [value for part in cache for value in _values(part)] if isinstance(cache, tuple) else [cache]


def _cache_of(values: Iterator[Any], like: Any) -> Any:
    """A cache that holds these values, nested as another one."""
    return tuple(_cache_of(values, part) for part in like) if isinstance(like, tuple) else next(values)


def _page(look: SecondLook, forward: Line, call: Call, reply: Reply) -> Page | None:
    """What there is to read in one case; None where the forward pass is right, or came to no end."""
    exact = look.forward(forward, call.inputs)
    cache = exact[CACHE]
    if reply.fate is not Fate.DONE or look.is_right(forward, reply.outputs, exact):
        return None

    def gradients(values: Sequence[Any]) -> dict[str, Any]:
        return look.backward(call.inputs, _cache_of(iter(values), cache))

    wanted = {name: reply.outputs[name] for name in look.exercise.outputs if name in reply.outputs}
    return Page(_values(cache), call.inputs, reply.leaves, wanted, gradients)
