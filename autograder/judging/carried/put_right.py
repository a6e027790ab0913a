"""The calls that judge an exercise again with its dependencies put right, each with an oracle of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from autograder.sandbox.messages import Call, StandIn
from autograder.spec import EXAMPLES, Exercise

from .dependencies import CACHE, Dependencies, forward_line
from .oracle import Guide, Oracle, trace


def put_right(
    exercise: Exercise, written: list[Call], dependencies: Dependencies, stops: bool = True
) -> Iterator[list[Call]]:
    """Lists of calls, one call for each case, the simplest way first.

    A backward pass reads the cache of the student's own forward pass, whose layout only the student knows. So that pass
    is not replaced at first, only the other dependencies are. Where it stops on a single example, it is then replaced,
    with its own cache as it follows from several examples. Where it runs over a sequence, its steps are then given the
    right inputs: in the order in which they ask, then recognised by the input that they read. At last the whole pass is
    replaced, with the list of its steps' caches for a cache.

    stops: whether some call was stopped by an exception.
    """
    needed = dependencies.needs(exercise)
    forward = forward_line(exercise)
    allowed = tuple(name for name in needed if not forward or name != forward.function)
    stand_ins = tuple(_stand_in(dependencies, name) for name in allowed)
    if allowed:
        yield [replace(call, stand_ins=stand_ins, answer=Oracle(dependencies, allowed)) for call in written]
    if forward and stops:
        both, names = (*stand_ins, _stand_in(dependencies, forward.function)), (*allowed, forward.function)
        yield [replace(call, stand_ins=both, answer=Oracle(dependencies, names)) for call in written]
    step = dependencies.step_of(forward.function) if forward else ""
    if not forward or not step:
        return
    whole = replace(_stand_in(dependencies, forward.function), own_cache=False, steps=step)
    for by_value, more in ((False, ()), (True, ()), (False, (whole,))):
        calls = []
        for call in written:
            guide = Guide(step, trace(dependencies, forward.function, step, call.inputs), by_value)
            oracle = Oracle(dependencies, (*allowed, *(stand_in.function for stand_in in more)), guide)
            calls.append(replace(call, stand_ins=(*stand_ins, *more), answer=oracle))
        yield calls


def _stand_in(dependencies: Dependencies, name: str) -> StandIn:
    layer = dependencies.layers[name]
    line = layer.line
    axes = [layer.inputs[argument].axes if argument in layer.inputs else () for argument in line.arguments]
    examples = tuple(each.index(EXAMPLES) if EXAMPLES in each else -1 for each in axes)
    return StandIn(name, line.arguments, line.results, CACHE, CACHE in line.results, examples)
