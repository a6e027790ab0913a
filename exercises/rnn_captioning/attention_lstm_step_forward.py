"""One time step of the LSTM with attention, forward."""

import numpy as np

from autograder.spec import exercise

from .axes import AXES
from .step_inputs import attention_step


@exercise(
    call="next_h, next_c, weights, cache = attention_lstm_step_forward(x, prev_h, prev_c, A, Wx, Wh, Wattn, b)",
    outputs={"next_h": "N H", "next_c": "N H", "weights": "N L"},
    sizes=dict(N=3, D=5, L=7, H=4),
    axes=AXES,
    rtol=1e-8,
    prepare=attention_step,
)
def attention_lstm_step_forward(
    x: "N D", prev_h: "N H", prev_c: "N H", A: "N L H", Wx: "D 4H", Wh: "H 4H", Wattn: "H 4H", b: "4H"
):
    """The next states of an LSTM that looks at the cells with prev_h first, and where it looked."""


def step(x, attn, prev_h, prev_c, Wx, Wh, Wattn, b):
    """The step that follows from what is seen: next_h, next_c and the LSTM's cache."""
    both, W = np.concatenate([x, attn], axis=1), np.concatenate([Wx, Wattn])
    return lstm_step_forward(both, prev_h, prev_c, W, Wh, b)


def mistake(advice):
    """Declare a known mistake that is made of the step above."""
    return attention_lstm_step_forward.mistake(advice, using=[step])


@mistake("What is seen plays no part: add attn @ Wattn to the sum before the gates.")
def attention_not_used(x, prev_h, prev_c, A, Wx, Wh, Wattn, b):
    return reference(x, prev_h, prev_c, A, Wx, Wh, np.zeros_like(Wattn), b)


@mistake("The cell state asks the cells: attention_forward takes the hidden state, prev_h.")
def asked_with_prev_c(x, prev_h, prev_c, A, Wx, Wh, Wattn, b):
    attn, weights, attention_cache = attention_forward(prev_c, A)
    next_h, next_c, lstm_cache = step(x, attn, prev_h, prev_c, Wx, Wh, Wattn, b)
    return next_h, next_c, weights, (lstm_cache, attention_cache)


@mistake("The state after a step without attention asks the cells: look first, with prev_h, and then make the step.")
def asked_with_next_h(x, prev_h, prev_c, A, Wx, Wh, Wattn, b):
    asking, _, _ = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
    attn, weights, attention_cache = attention_forward(asking, A)
    next_h, next_c, lstm_cache = step(x, attn, prev_h, prev_c, Wx, Wh, Wattn, b)
    return next_h, next_c, weights, (lstm_cache, attention_cache)


@mistake("weights are those with which next_h would look: return those that this step has used, of prev_h.")
def weights_of_next_h(x, prev_h, prev_c, A, Wx, Wh, Wattn, b):
    next_h, next_c, _, cache = reference(x, prev_h, prev_c, A, Wx, Wh, Wattn, b)
    return next_h, next_c, attention_forward(next_h, A)[1], cache


@mistake("The plain mean of the cells goes into the step: use attn, their weighted sum.")
def mean_of_cells(x, prev_h, prev_c, A, Wx, Wh, Wattn, b):
    _, weights, attention_cache = attention_forward(prev_h, A)
    next_h, next_c, lstm_cache = step(x, A.mean(axis=1), prev_h, prev_c, Wx, Wh, Wattn, b)
    return next_h, next_c, weights, (lstm_cache, attention_cache)


@mistake("attn is multiplied by Wh: what is seen has weights of its own, Wattn.")
def Wh_for_Wattn(x, prev_h, prev_c, A, Wx, Wh, Wattn, b):
    return reference(x, prev_h, prev_c, A, Wx, Wh, Wh, b)


@mistake("Wh and Wattn are swapped: prev_h meets Wh, and attn meets Wattn.")
def Wh_and_Wattn_swapped(x, prev_h, prev_c, A, Wx, Wh, Wattn, b):
    return reference(x, prev_h, prev_c, A, Wx, Wattn, Wh, b)


@mistake("attn takes the place of the hidden state: add attn @ Wattn to x @ Wx + prev_h @ Wh + b.")
def no_recurrence(x, prev_h, prev_c, A, Wx, Wh, Wattn, b):
    return reference(x, prev_h, prev_c, A, Wx, np.zeros_like(Wh), Wattn, b)


@mistake("attn takes the place of the input: add attn @ Wattn to x @ Wx + prev_h @ Wh + b.")
def no_input(x, prev_h, prev_c, A, Wx, Wh, Wattn, b):
    return reference(np.zeros_like(x), prev_h, prev_c, A, Wx, Wh, Wattn, b)


@mistake("The bias is not added: the gates come from x @ Wx + prev_h @ Wh + attn @ Wattn + b.")
def no_bias(x, prev_h, prev_c, A, Wx, Wh, Wattn, b):
    return reference(x, prev_h, prev_c, A, Wx, Wh, Wattn, np.zeros_like(b))


@mistake("attn is added to the new hidden state: it goes into the gates only, as attn @ Wattn.")
def attn_added_to_next_h(x, prev_h, prev_c, A, Wx, Wh, Wattn, b):
    next_h, next_c, weights, cache = reference(x, prev_h, prev_c, A, Wx, Wh, np.zeros_like(Wattn), b)
    return next_h + attention_forward(prev_h, A)[0], next_c, weights, cache


@mistake("The old cell state is lost: hand prev_c to the step.")
def cell_state_reset(x, prev_h, prev_c, A, Wx, Wh, Wattn, b):
    return reference(x, prev_h, np.zeros_like(prev_c), A, Wx, Wh, Wattn, b)


@mistake("next_h and next_c are swapped: the hidden state comes first.")
def h_and_c_swapped(x, prev_h, prev_c, A, Wx, Wh, Wattn, b):
    next_h, next_c, weights, cache = reference(x, prev_h, prev_c, A, Wx, Wh, Wattn, b)
    return next_c, next_h, weights, cache


@mistake("np.squeeze drops every axis of length 1, as with one example or one cell: leave it out.")
def squeezed(x, prev_h, prev_c, A, Wx, Wh, Wattn, b):
    next_h, next_c, weights, cache = reference(x, prev_h, prev_c, A, Wx, Wh, Wattn, b)
    return np.squeeze(next_h), np.squeeze(next_c), np.squeeze(weights), cache
