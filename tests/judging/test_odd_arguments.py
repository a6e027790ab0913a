"""What depends on a wrong function is put right also where its code hands over what only broadcasts, or where the
function stops on a single example; and axes of length 1 are met one at a time."""

from __future__ import annotations

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.judging.judge import Judgement
from autograder.sandbox.own_caches import own_cache

pytestmark = pytest.mark.slow

SWAPPED_GATES = """
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    f, i, o, g = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    i, f, o, g = 1 / (1 + np.exp(-i)), 1 / (1 + np.exp(-f)), 1 / (1 + np.exp(-o)), np.tanh(g)
    next_c = f * prev_c + i * g
    return o * np.tanh(next_c), next_c, None
"""
SAMPLE = """
def captioning_lstm_sample(self, features, max_length=30):
    p = self.params
    captions = np.full((len(features), max_length), self._null)
    h, c = features @ p["W_proj"] + p["b_proj"], {c0}
    vector = p["W_embed"][{start}]
    for t in range(max_length):
        h, c, _ = lstm_step_forward(vector, h, c, p["Wx"], p["Wh"], p["b"])
        captions[:, t] = np.argmax(h @ p["W_vocab"] + p["b_vocab"], axis=1)
        vector = p["W_embed"][captions[:, t]]
    return captions
"""
ONE_EXAMPLE_STOPS = """
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    N, D = np.squeeze(x).shape if x.shape[1] > 1 else x.shape
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, {cache}

def rnn_step_backward(dnext_h, cache):
    {unpack} = {values}
    da = dnext_h * (1 - next_h ** 2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)

def rnn_backward(dh, cache):
    N, T, H = dh.shape
    dx, carried, sums = np.zeros((N, T, {width})), 0, [0, 0, 0]
    for t in reversed(range(T)):
        dx[:, t], carried, *weights = rnn_step_backward(dh[:, t] + carried, cache[t])
        sums = [one + more for one, more in zip(sums, weights)]
    return dx, carried, *sums
"""
SQUEEZED_STEPS = """
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(np.dot(x, Wx) + np.dot(prev_h, Wh) + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)

def rnn_forward(x, h0, Wx, Wh, b):
    states, cache = [h0], []
    for t in range(x.shape[1]):
        state, step = rnn_step_forward(np.squeeze(x[:, t]), states[-1], Wx, Wh, b)
        states.append(state)
        cache.append(step)
    return np.stack(states[1:], axis=1), cache
"""


def judged(engine, notebook: str, *cells: str) -> dict[str, Judgement]:
    return engine.grade(new_notebook(cells=[new_code_cell(cell) for cell in cells]), notebook).judgements


@pytest.mark.parametrize("c0", ["0", "np.zeros(len(p['b_proj']))"])
@pytest.mark.parametrize("start", ["self._start", "[self._start]"])
def test_states_and_vectors_that_broadcast_are_put_right(engine, whole_code, c0, start):
    sample = SAMPLE.format(c0=c0, start=start)
    for step in ("", SWAPPED_GATES):
        found = judged(engine, "3_lstm", whole_code, step, sample)
        assert found["captioning_lstm_sample"].fraction == 1.0
    assert found["captioning_lstm_sample"].because == ("lstm_step_forward",)


@pytest.mark.parametrize(
    ("cache", "unpack", "values", "width"),
    [
        ("(x, prev_h, Wx, Wh, next_h)", "x, prev_h, Wx, Wh, next_h", "cache", "cache[0][0].shape[1]"),
        ("{'n': N, 'all': [x, prev_h, Wx, Wh, next_h]}", "x, prev_h, Wx, Wh, next_h", "cache['all']", "D"),
    ],
    ids=["a tuple", "a dictionary with the number of examples"],
)
def test_a_forward_pass_that_stops_on_one_example_costs_its_own_points(
    engine, reference_code, cache, unpack, values, width
):
    width = width if width != "D" else "cache[0]['all'][0].shape[1]"
    code = ONE_EXAMPLE_STOPS.format(cache=cache, unpack=unpack, values=values, width=width)
    found = judged(engine, "1_rnn_layers", reference_code, code)
    assert found["rnn_step_forward"].fraction < 1.0
    assert {name for name, judgement in found.items() if judgement.fraction < 1.0} == {"rnn_step_forward"}


def test_a_cache_of_one_example_follows_from_one_of_several():
    def forward(x, W):
        if len(x) == 1:
            raise ValueError
        return x @ W, {"x": x, "rows": [x.T, len(x)], "W": W}

    x, W = np.arange(3.0).reshape(1, 3), np.ones((3, 2))
    cache = own_cache(forward, [x, W], (0, -1), 1)
    np.testing.assert_array_equal(cache["x"], x)
    np.testing.assert_array_equal(cache["rows"][0], x.T)
    np.testing.assert_array_equal(cache["W"], W)
    assert cache["rows"][1] == 1


def test_code_without_a_cache_has_none():
    assert own_cache(lambda x: (x,), [np.ones((2, 2))], (0,), 1) is None
    assert own_cache(None, [np.ones((2, 2))], (0,), 1) is None


def test_an_axis_that_is_dropped_only_where_it_alone_is_short_costs_marks(engine, reference_code):
    found = judged(engine, "1_rnn_layers", reference_code, SQUEEZED_STEPS)
    assert [each.case for each in found["rnn_forward"].verdicts if not each.right] == ["one_D"]
    assert found["rnn_step_forward"].fraction == found["rnn_backward"].fraction == 1.0


def test_captions_may_be_lists(engine, whole_code):
    lists = (
        "array = captioning_rnn_sample\ndef captioning_rnn_sample(*inputs):\n    return array(*inputs).tolist()",
        "first = captioning_rnn_loss\ndef captioning_rnn_loss(*inputs):\n    loss, grads = first(*inputs)\n"
        "    return loss, {name: each.tolist() for name, each in grads.items()}",
    )
    found = judged(engine, "2_captioning", whole_code, *lists)
    assert found["captioning_rnn_sample"].fraction == found["captioning_rnn_loss"].fraction == 1.0
