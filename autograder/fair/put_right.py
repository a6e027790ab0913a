"""Run an exercise's calls again with what it depends on put right: the calls to make, each with its own oracle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..sandbox.session import Call
from ..sandbox.stand_ins import StandIn
from ..spec import Exercise
from .dependencies import CACHE, forward_line, layers, needs, step_of
from .oracle import Guide, Oracle, trace


def put_right(exercise: Exercise, written: list[Call], reference: Mapping[str, Any]) -> Iterator[list[Call]]:
    """Lists of calls, one for each case, the plainest way first.

    A backward pass takes the cache of the student's own forward pass, whose layout nobody knows. So where that pass is
    one over a sequence and is wrong itself, its steps are guided: each is handed the right inputs, in the order in
    which they are asked for, then by the input that they read; and at last the cache is a list of the steps' caches.
    """
    needed = needs(exercise, reference)
    forward = forward_line(exercise)
    allowed = tuple(name for name in needed if not forward or name != forward.function)
    if not allowed:
        return
    stand_ins = tuple(_stand_in(name, own_cache=forward is not None) for name in allowed)
    yield [replace(call, stand_ins=stand_ins, answer=Oracle(reference, allowed)) for call in written]
    step = step_of(forward.function, reference) if forward else ""
    if not step:
        return
    whole = replace(_stand_in(forward.function, own_cache=False), steps=step)
    for by_value, more in ((False, ()), (True, ()), (False, (whole,))):
        calls = []
        for call in written:
            guide = Guide(step, trace(reference, forward.function, step, call.inputs), by_value)
            oracle = Oracle(reference, (*allowed, *(stand_in.function for stand_in in more)), guide)
            calls.append(replace(call, stand_ins=(*stand_ins, *more), answer=oracle))
        yield calls


def _stand_in(name: str, own_cache: bool) -> StandIn:
    line = layers()[name].line
    return StandIn(name, line.arguments, line.results, CACHE, own_cache and CACHE in line.results)
