"""Values that belong elsewhere: to another output, an input, another case or an earlier call."""

from __future__ import annotations

import numpy as np

from autograder.selfcheck.language import Text

from .track import Cause, Step, Track

ENOUGH = 3  # numbers; with fewer, two values may be the same by chance


def _another_output(track: Track) -> Cause | None:
    for name in track.steps[0].trial.expected:
        if (
            name != track.output
            and track.fits(lambda step, name=name: _numbers(step.trial.expected[name]))
            and _telling(track)
        ):
            return (
                f"holds_{name}",
                Text("It holds {name}: look at the order in which values are returned, and at their names.", name=name),
            )
    return None


def _an_input(track: Track) -> Cause | None:
    for name in track.steps[0].trial.inputs:
        if track.fits(lambda step, name=name: step.trial.inputs[name]) and _telling(track):
            said = "It is {name} itself, unchanged: something must still be done with it."
            return f"holds_input_{name}", Text(said, name=name)
    return None


def _same_everywhere(track: Track) -> Cause | None:
    first = track.steps[0].value
    if len(track.wrong) > 1 and _telling(track) and all(step.is_value(first) for step in track.steps):
        return "same_in_every_case", Text("It is the same whatever the inputs are: compute it from them.")
    return None


def earlier_call(track: Track) -> Cause | None:
    """The exact value of another case, or the submission's own value in an earlier one."""
    if _telling(track) and all(_elsewhere(track, step) for step in track.wrong):
        return (
            "of_another_call",
            Text("It belongs to other inputs: a value is kept from an earlier call."),
        )
    return None


def _elsewhere(track: Track, step: Step) -> bool:
    before = track.steps[: track.steps.index(step)]
    return any(step.is_value(other.exact) for other in track.steps if other is not step) or any(
        step.is_value(other.value) for other in before
    )


def _telling(track: Track) -> bool:
    """Whether the wrong values hold enough different numbers to be recognised by."""
    values = [step.value for step in track.wrong]
    return sum(int(np.count_nonzero(value)) for value in values) >= ENOUGH and any(
        bool(np.ptp(value)) for value in values
    )


def _numbers(value: object) -> np.ndarray | None:
    array = np.asarray(value)
    return array if array.dtype.kind in "biuf" else None


SOURCES = (_another_output, _an_input, _same_everywhere, earlier_call)
