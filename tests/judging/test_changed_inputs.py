"""Inputs that a submission changes in place: named where the values are wrong, and never a reason to lose marks."""

from __future__ import annotations

import pytest

from autograder.engine import Engine, Graded
from autograder.sandbox.replies import _names
from tests.rnn_captioning.test_proof import LAYERS, advised, submission

CHANGED = """
ours = rnn_step_forward
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h, cache = ours(x, prev_h, Wx, Wh, b)
    prev_h += 0.5
    Wx *= 2
    return next_h, cache
"""
HARMLESS = """
ours, theirs = rnn_step_forward, rnn_step_backward
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h, cache = ours(x.copy(), prev_h.copy(), Wx.copy(), Wh.copy(), b)
    x += 1
    Wx *= 2
    return next_h, cache
def rnn_step_backward(dnext_h, cache):
    gradients = theirs(dnext_h.copy(), cache)
    dnext_h *= 0
    return gradients
"""


def graded(engine: Engine, *cells: str) -> Graded:
    return engine.grade(submission(*cells), LAYERS)


@pytest.mark.slow
def test_changed_inputs_are_named_where_values_are_wrong(engine, reference_code):
    judgements = graded(engine, reference_code, CHANGED).judgements
    assert judgements["rnn_step_forward"].fraction == 1 and not judgements["rnn_step_forward"].advice
    backward = judgements["rnn_step_backward"]
    assert backward.fraction < 1
    assert advised(backward)[-1] == "inputs_changed"
    assert "changes prev_h and Wx in place" in backward.advice[-1].text


def test_changed_inputs_cost_nothing(engine, reference_code):
    judgement = graded(engine, reference_code, HARMLESS).judgements["rnn_step_backward"]
    assert judgement.fraction == 1 and not judgement.advice


@pytest.mark.parametrize("said", [None, 3, "x", [["x"]], {"x": 1}, {}])
def test_what_the_child_says_is_not_trusted(said):
    assert _names({"changed": said}, "changed") == ()
