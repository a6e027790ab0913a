"""One time step of the LSTM with attention, backward."""

import numpy as np

from autograder.spec import exercise

from .axes import AXES
from .step_inputs import attention_step


@exercise(
    call="""
    next_h, next_c, weights, cache = attention_lstm_step_forward(x, prev_h, prev_c, A, Wx, Wh, Wattn, b)
    dx, dprev_h, dprev_c, dA, dWx, dWh, dWattn, db = attention_lstm_step_backward(dnext_h, dnext_c, cache)
    """,
    outputs={
        "dx": "N D", "dprev_h": "N H", "dprev_c": "N H", "dA": "N L H",
        "dWx": "D 4H", "dWh": "H 4H", "dWattn": "H 4H", "db": "4H",
    },
    sizes=dict(N=3, D=5, L=7, H=4),
    axes=AXES,
    rtol=1e-7,
    prepare=attention_step,
)  # fmt: skip
def attention_lstm_step_backward(
    x: "N D",
    prev_h: "N H",
    prev_c: "N H",
    A: "N L H",
    Wx: "D 4H",
    Wh: "H 4H",
    Wattn: "H 4H",
    b: "4H",
    dnext_h: "N H",
    dnext_c: "N H",
):
    """The gradients of one step with respect to its eight inputs, from the gradients of its two states."""


@attention_lstm_step_backward.published
def values():
    rng = np.random.RandomState(231)
    N, D, L, H = 3, 4, 5, 6
    shapes = dict(x=(N, D), prev_h=(N, H), prev_c=(N, H), A=(N, L, H), Wx=(D, 4 * H), Wh=(H, 4 * H), Wattn=(H, 4 * H))
    shapes |= dict(b=(4 * H,), dnext_h=(N, H), dnext_c=(N, H))
    return {name: rng.randn(*shape) for name, shape in shapes.items()}


@attention_lstm_step_backward.case("no gradient but that of the cell state")
def through_c_only(inputs):
    return {"dnext_h": np.zeros_like(inputs["dnext_h"])}


@attention_lstm_step_backward.case("no gradient but that of the hidden state")
def through_h_only(inputs):
    return {"dnext_c": np.zeros_like(inputs["dnext_c"])}


def parts(dnext_h, dnext_c, cache):
    """The gradients that come back through the LSTM alone: of (x, attn) side by side, and the others."""
    return lstm_step_backward(dnext_h, dnext_c, cache[0])


def mistake(advice):
    """Declare a known mistake of this backward pass."""
    return attention_lstm_step_backward.mistake(advice, using=[parts])


@mistake(
    "dprev_h lacks the way through the attention: prev_h asked the cells, too, so add what attention_backward gives."
)
def dprev_h_of_lstm_only(dnext_h, dnext_c, cache):
    dx, _, *others = reference(dnext_h, dnext_c, cache)
    return dx, parts(dnext_h, dnext_c, cache)[1], *others


@mistake("dprev_h lacks the way through the LSTM: add what lstm_step_backward gives to what attention_backward gives.")
def dprev_h_of_attention_only(dnext_h, dnext_c, cache):
    dx, dprev_h, *others = reference(dnext_h, dnext_c, cache)
    return dx, dprev_h - parts(dnext_h, dnext_c, cache)[1], *others


@mistake("What attention_backward gives for the hidden state is added to dprev_c: prev_h asked the cells, not prev_c.")
def asked_with_prev_c(dnext_h, dnext_c, cache):
    dx, dprev_h, dprev_c, *others = reference(dnext_h, dnext_c, cache)
    of_lstm = parts(dnext_h, dnext_c, cache)[1]
    return dx, of_lstm, dprev_c + dprev_h - of_lstm, *others


@mistake("The gradient of x and that of attn are cut from the wrong sides: x was at the left, attn at the right.")
def cut_from_wrong_side(dnext_h, dnext_c, cache):
    _, _, dprev_c, _, *weights = reference(dnext_h, dnext_c, cache)
    dboth, dprev_h, *_ = parts(dnext_h, dnext_c, cache)
    H = dprev_h.shape[1]
    asked_h, dA = attention_backward(dboth[:, :H], cache[1])
    return dboth[:, H:], dprev_h + asked_h, dprev_c, dA, *weights


@mistake("The gradient of next_h goes straight into the attention: what reaches attn is da @ Wattn.T.")
def attention_of_dnext_h(dnext_h, dnext_c, cache):
    dx, _, dprev_c, _, *weights = reference(dnext_h, dnext_c, cache)
    asked_h, dA = attention_backward(dnext_h, cache[1])
    return dx, parts(dnext_h, dnext_c, cache)[1] + asked_h, dprev_c, dA, *weights


@mistake("dA is zero: the cells are what was seen and compared, so attention_backward gives them a gradient.")
def dA_zero(dnext_h, dnext_c, cache):
    dx, dprev_h, dprev_c, dA, *weights = reference(dnext_h, dnext_c, cache)
    return dx, dprev_h, dprev_c, np.zeros_like(dA), *weights


@mistake("dWattn is zero, or was forgotten: it is attn.T @ da.")
def dWattn_zero(dnext_h, dnext_c, cache):
    *others, dWattn, db = reference(dnext_h, dnext_c, cache)
    return *others, np.zeros_like(dWattn), db


@mistake("dWattn is made with prev_h; Wattn was multiplied by attn: attn.T @ da.")
def dWattn_of_prev_h(dnext_h, dnext_c, cache):
    *others, dWh, _, db = reference(dnext_h, dnext_c, cache)
    return *others, dWh, dWh, db


@mistake("dWh and dWattn are swapped: dWh is made with prev_h, dWattn with attn.")
def dWh_and_dWattn_swapped(dnext_h, dnext_c, cache):
    *others, dWh, dWattn, db = reference(dnext_h, dnext_c, cache)
    return *others, dWattn, dWh, db


@mistake("dprev_h and dprev_c are returned in the wrong order: dx, dprev_h, dprev_c, dA, dWx, dWh, dWattn, db.")
def dprev_swapped(dnext_h, dnext_c, cache):
    dx, dprev_h, dprev_c, *others = reference(dnext_h, dnext_c, cache)
    return dx, dprev_c, dprev_h, *others


@mistake("The gradient dnext_c is not used: next_c receives it beside what comes through next_h.")
def no_dnext_c(dnext_h, dnext_c, cache):
    return reference(dnext_h, np.zeros_like(dnext_c), cache)


@mistake("The gradient dnext_h is not used: hand it to lstm_step_backward, too.")
def no_dnext_h(dnext_h, dnext_c, cache):
    return reference(np.zeros_like(dnext_h), dnext_c, cache)


@mistake("db keeps the summed axis and has shape (1, 4H): sum over axis 0 without keepdims.")
def db_keeps_axis(dnext_h, dnext_c, cache):
    *others, db = reference(dnext_h, dnext_c, cache)
    return *others, db[np.newaxis]


@mistake("All gradients are zeros, placeholders it seems: compute them from the cache.")
def placeholders(dnext_h, dnext_c, cache):
    return tuple(np.zeros_like(gradient) for gradient in reference(dnext_h, dnext_c, cache))


@mistake("np.squeeze drops every axis of length 1, as with one example or one cell: leave it out.")
def squeezed_gradients(dnext_h, dnext_c, cache):
    dx, dprev_h, dprev_c, dA, *weights = reference(dnext_h, dnext_c, cache)
    return np.squeeze(dx), np.squeeze(dprev_h), np.squeeze(dprev_c), np.squeeze(dA), *weights
