"""The calls that judge an exercise again with its dependencies put right, each with an oracle of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from autograder.sandbox.messages import Call, StandIn
from autograder.spec import Exercise

from .dependencies import CACHE, Dependencies, forward_line
from .oracle import Guide, Oracle, trace


def put_right(exercise: Exercise, written: list[Call], dependencies: Dependencies) -> Iterator[list[Call]]:
    """Lists of calls, one call for each case, the simplest way first.

    A backward pass reads the cache of the student's own forward pass, whose layout only the student knows. So that pass
    is not replaced at first, only the other dependencies are. Where it runs over a sequence, its steps are then given
    the right inputs: in the order in which they ask, then recognised by the input that they read. At last the whole
    pass is replaced, with the list of its steps' caches for a cache.
    """
    needed = dependencies.needs(exercise)
    forward = forward_line(exercise)
    allowed = tuple(name for name in needed if not forward or name != forward.function)
    if not allowed:
        return
    stand_ins = tuple(_stand_in(dependencies, name, own_cache=forward is not None) for name in allowed)
    yield [replace(call, stand_ins=stand_ins, answer=Oracle(dependencies, allowed)) for call in written]
    step = dependencies.step_of(forward.function) if forward else ""
    if not forward or not step:
        return
    whole = replace(_stand_in(dependencies, forward.function, own_cache=False), steps=step)
    for by_value, more in ((False, ()), (True, ()), (False, (whole,))):
        calls = []
        for call in written:
            guide = Guide(step, trace(dependencies, forward.function, step, call.inputs), by_value)
            oracle = Oracle(dependencies, (*allowed, *(stand_in.function for stand_in in more)), guide)
            calls.append(replace(call, stand_ins=(*stand_ins, *more), answer=oracle))
        yield calls


def _stand_in(dependencies: Dependencies, name: str, own_cache: bool) -> StandIn:
    line = dependencies.layers[name].line
    return StandIn(name, line.arguments, line.results, CACHE, own_cache and CACHE in line.results)
