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
    planted = look.with_mistake(look.dependencies.reached(forward.function))
    if planted is None:
        return
    with np.errstate(all="ignore"):
        expected = {case.name: _expected(look, forward, planted, case) for case in look.exercise.cases}
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
