"""One time step of the LSTM, forward."""

from collections.abc import Callable

import numpy as np

from autograder.spec import exercise

from .axes import AXES
from .step_inputs import lstm_step


@exercise(
    call="next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)",
    outputs={"next_h": "N H", "next_c": "N H"},
    sizes=dict(N=3, D=5, H=4),
    axes=AXES,
    rtol=1e-8,
    prepare=lstm_step,
)
def lstm_step_forward(x: "N D", prev_h: "N H", prev_c: "N H", Wx: "D 4H", Wh: "H 4H", b: "4H"):
    """One step: four gates from input and hidden state, then the next cell state and the next hidden state."""


@lstm_step_forward.published
def forward_values():
    N, D, H = 3, 4, 5
    return dict(
        x=np.linspace(-0.4, 1.2, N * D).reshape(N, D),
        prev_h=np.linspace(-0.3, 0.7, N * H).reshape(N, H),
        prev_c=np.linspace(-0.4, 0.9, N * H).reshape(N, H),
        Wx=np.linspace(-2.1, 1.3, 4 * D * H).reshape(D, 4 * H),
        Wh=np.linspace(-0.7, 2.2, 4 * H * H).reshape(H, 4 * H),
        b=np.linspace(0.3, 0.7, 4 * H),
    )


def gates(x, prev_h, Wx, Wh, b):
    """The sums of the four gates, before they are squashed."""
    return np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)


def finish(x, prev_h, prev_c, Wx, Wh, i, f, o, g):
    """The states that come of the gates, with the cache that goes with them."""
    next_c = f * prev_c + i * g
    tanh_c = np.tanh(next_c)
    return o * tanh_c, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c)


def mistake(advice: str) -> Callable:
    """Declare a known mistake, with a cache as right code has it."""
    return lstm_step_forward.mistake(advice, using=[gates, finish])


@mistake("The blocks are read as i, o, f, g: the order of the columns is i, f, o, g.")
def order_iofg(x, prev_h, prev_c, Wx, Wh, b):
    i, o, f, g = gates(x, prev_h, Wx, Wh, b)
    return finish(x, prev_h, prev_c, Wx, Wh, sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g))


@mistake("The blocks are read as i, f, g, o: the order of the columns is i, f, o, g.")
def order_ifgo(x, prev_h, prev_c, Wx, Wh, b):
    i, f, g, o = gates(x, prev_h, Wx, Wh, b)
    return finish(x, prev_h, prev_c, Wx, Wh, sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g))


@mistake("All four blocks are squashed with the sigmoid; the last one, g, is squashed with tanh.")
def sigmoid_for_g(x, prev_h, prev_c, Wx, Wh, b):
    i, f, o, g = (sigmoid(block) for block in gates(x, prev_h, Wx, Wh, b))
    return finish(x, prev_h, prev_c, Wx, Wh, i, f, o, g)


@mistake("The block g is not squashed: apply tanh to it.")
def g_without_tanh(x, prev_h, prev_c, Wx, Wh, b):
    i, f, o, g = gates(x, prev_h, Wx, Wh, b)
    return finish(x, prev_h, prev_c, Wx, Wh, sigmoid(i), sigmoid(f), sigmoid(o), g)


@mistake("No block is squashed: i, f and o go through the sigmoid, g through tanh.")
def no_activations(x, prev_h, prev_c, Wx, Wh, b):
    i, f, o, g = gates(x, prev_h, Wx, Wh, b)
    return finish(x, prev_h, prev_c, Wx, Wh, i, f, o, g)


@mistake("next_h is o * next_c; the cell state goes through tanh first: o * tanh(next_c).")
def h_without_tanh(x, prev_h, prev_c, Wx, Wh, b):
    _, next_c, cache = reference(x, prev_h, prev_c, Wx, Wh, b)
    return cache[7] * next_c, next_c, (*cache[:9], next_c)


@mistake("next_h is made from prev_c: the output gate looks at the new cell state, next_c.")
def h_from_prev_c(x, prev_h, prev_c, Wx, Wh, b):
    _, next_c, cache = reference(x, prev_h, prev_c, Wx, Wh, b)
    tanh_c = np.tanh(prev_c)
    return cache[7] * tanh_c, next_c, (*cache[:9], tanh_c)


@mistake(
    "The input gate and the forget gate are swapped: i is the first block and lets g in, f the second and keeps prev_c."
)
def i_and_f_swapped(x, prev_h, prev_c, Wx, Wh, b):
    f, i, o, g = gates(x, prev_h, Wx, Wh, b)
    return finish(x, prev_h, prev_c, Wx, Wh, sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g))


@mistake("The old cell state is lost: the forget gate decides how much of prev_c stays in next_c.")
def cell_state_reset(x, prev_h, prev_c, Wx, Wh, b):
    return reference(x, prev_h, np.zeros_like(prev_c), Wx, Wh, b)


@mistake("The forget gate is missing: prev_c is multiplied by f before i * g is added.")
def no_forget_gate(x, prev_h, prev_c, Wx, Wh, b):
    _, _, (*_, i, f, o, g, _) = reference(x, prev_h, prev_c, Wx, Wh, b)
    tanh_c = np.tanh(prev_c + i * g)
    return o * tanh_c, prev_c + i * g, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c)


@mistake("next_h and next_c are swapped: the hidden state comes first, and both in and out.")
def h_and_c_swapped(x, prev_h, prev_c, Wx, Wh, b):
    next_h, next_c, cache = reference(x, prev_h, prev_c, Wx, Wh, b)
    return next_c, next_h, cache


@mistake("The gates are made from prev_c in the place of prev_h: only the hidden state meets Wh.")
def gates_from_c(x, prev_h, prev_c, Wx, Wh, b):
    i, f, o, g = gates(x, prev_c, Wx, Wh, b)
    return finish(x, prev_h, prev_c, Wx, Wh, sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g))


@mistake("The bias is not added: the gates come from x @ Wx + prev_h @ Wh + b.")
def no_bias(x, prev_h, prev_c, Wx, Wh, b):
    return reference(x, prev_h, prev_c, Wx, Wh, np.zeros_like(b))


@mistake("The hidden state plays no part: add prev_h @ Wh.")
def no_recurrence(x, prev_h, prev_c, Wx, Wh, b):
    return reference(x, np.zeros_like(prev_h), prev_c, Wx, Wh, b)


@mistake("np.squeeze drops the axis of length 1 of a single example: leave it out.")
def squeezed(x, prev_h, prev_c, Wx, Wh, b):
    next_h, next_c, cache = reference(x, prev_h, prev_c, Wx, Wh, b)
    return np.squeeze(next_h), np.squeeze(next_c), cache
