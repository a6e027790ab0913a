"""Judge a backward pass as the derivative of the student's own forward pass, where that one's mistake is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograder.spec import Case

from .dependencies import Line
from .derivative import gradients
from .second_look import Attempt, SecondLook


def by_mistake(look: SecondLook, forward: Line) -> Iterator[Attempt]:
    """The judgement against the gradients of the known mistake, in the cases where it makes the forward pass wrong."""
    found = look.mistake_in(look.dependencies.reached(forward.function))
    if found is None:
        return
    name, mistake = found
    key = look.exercise.name, f"{name}: {mistake.source}"
    if key not in look.derivatives:
        planted = look.planted(name, mistake)
        with np.errstate(all="ignore"):
            each = {case.name: _expected(look, forward, planted, case) for case in look.exercise.cases}
        look.derivatives[key] = each
    expected = look.derivatives[key]
    if any(expected.values()):
        exact = {case.name: look.judge.expected(look.exercise, case) for case in look.exercise.cases}
        right = {case: {**exact[case], **found} for case, found in expected.items()}
        yield look.against(right)


def _expected(look: SecondLook, forward: Line, planted: Mapping[str, Any], case: Case) -> dict[str, np.ndarray]:
    inputs = look.judge.inputs(look.exercise, case)
    try:
        given = look.forward(forward, inputs, planted)
    except Exception:  # a known mistake may be one that stops
        return {}
    if look.is_right(forward, given, look.forward(forward, inputs)):
        return {}
    return gradients(forward, planted[forward.function], inputs, list(look.exercise.outputs))
