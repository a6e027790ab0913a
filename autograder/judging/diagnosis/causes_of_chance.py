"""Values that are not the same when the same call is made twice."""

from __future__ import annotations

from autograder.sandbox.messages import Fate, Reply
from autograder.selfcheck.causes import UNSTEADY
from autograder.selfcheck.compare import about
from autograder.selfcheck.language import joined
from autograder.spec import Case, Exercise

from .advice import Advice
from .trial import same_numbers


def unsteady(exercise: Exercise, case: Case, first: Reply, second: Reply) -> set[str]:
    """The outputs in which two replies to the same call in one case differ; none where the second run got no time."""
    if second.fate is Fate.RAISED:
        return set(exercise.outputs)
    if second.fate is not Fate.DONE:
        return set()
    return {name for name in exercise.outputs if _differ(name, exercise, case, first, second)}


def on_unsteady(outputs: list[str]) -> list[Advice]:
    """What to say of outputs that differ from call to call; nothing where there are none."""
    return (
        [Advice("differs_from_call_to_call", about(joined(outputs), UNSTEADY), tuple(outputs), instead=True)]
        if outputs
        else []
    )


def _differ(name: str, exercise: Exercise, case: Case, first: Reply, second: Reply) -> bool:
    if name not in first.outputs or name not in second.outputs:
        return (name in first.outputs) != (name in second.outputs)
    return not same_numbers(first.outputs[name], second.outputs[name], exercise.limits[name], case.limit)
