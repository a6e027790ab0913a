"""One time step of the LSTM, forward."""

import numpy as np

from ..spec import exercise


@exercise(
    call="next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)",
    outputs={"next_h": "N H", "next_c": "N H"},
    sizes=dict(N=3, D=5, H=4),
    rtol=1e-8,
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


@lstm_step_forward.mistake("The blocks are read as i, o, f, g: the order of the columns is i, f, o, g.")
def order_iofg(x, prev_h, prev_c, Wx, Wh, b):
    ai, ao, af, ag = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    next_c = sigmoid(af) * prev_c + sigmoid(ai) * np.tanh(ag)
    return sigmoid(ao) * np.tanh(next_c), next_c, None


@lstm_step_forward.mistake("The blocks are read as i, f, g, o: the order of the columns is i, f, o, g.")
def order_ifgo(x, prev_h, prev_c, Wx, Wh, b):
    ai, af, ag, ao = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    next_c = sigmoid(af) * prev_c + sigmoid(ai) * np.tanh(ag)
    return sigmoid(ao) * np.tanh(next_c), next_c, None


@lstm_step_forward.mistake("All four blocks are squashed with the sigmoid; the last one, g, is squashed with tanh.")
def sigmoid_for_g(x, prev_h, prev_c, Wx, Wh, b):
    i, f, o, g = np.split(sigmoid(x @ Wx + prev_h @ Wh + b), 4, axis=1)
    next_c = f * prev_c + i * g
    return o * np.tanh(next_c), next_c, None


@lstm_step_forward.mistake("The block g is not squashed: apply tanh to it.")
def g_without_tanh(x, prev_h, prev_c, Wx, Wh, b):
    ai, af, ao, ag = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    next_c = sigmoid(af) * prev_c + sigmoid(ai) * ag
    return sigmoid(ao) * np.tanh(next_c), next_c, None


@lstm_step_forward.mistake("next_h is o * next_c; the cell state goes through tanh first: o * tanh(next_c).")
def h_without_tanh(x, prev_h, prev_c, Wx, Wh, b):
    i, f, o = np.split(sigmoid(x @ Wx + prev_h @ Wh + b), 4, axis=1)[:3]
    next_c = reference(x, prev_h, prev_c, Wx, Wh, b)[1]
    return o * next_c, next_c, None


@lstm_step_forward.mistake("next_h is made from prev_c: the output gate looks at the new cell state, next_c.")
def h_from_prev_c(x, prev_h, prev_c, Wx, Wh, b):
    i, f, o = np.split(sigmoid(x @ Wx + prev_h @ Wh + b), 4, axis=1)[:3]
    return o * np.tanh(prev_c), reference(x, prev_h, prev_c, Wx, Wh, b)[1], None


@lstm_step_forward.mistake(
    "The input gate and the forget gate are swapped: i is the first block and lets g in, f the second and keeps prev_c."
)
def i_and_f_swapped(x, prev_h, prev_c, Wx, Wh, b):
    ai, af, ao, ag = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    next_c = sigmoid(ai) * prev_c + sigmoid(af) * np.tanh(ag)
    return sigmoid(ao) * np.tanh(next_c), next_c, None


@lstm_step_forward.mistake("The old cell state is lost: the forget gate decides how much of prev_c stays in next_c.")
def cell_state_reset(x, prev_h, prev_c, Wx, Wh, b):
    return reference(x, prev_h, np.zeros_like(prev_c), Wx, Wh, b)


@lstm_step_forward.mistake("The forget gate is missing: prev_c is multiplied by f before i * g is added.")
def no_forget_gate(x, prev_h, prev_c, Wx, Wh, b):
    i, f, o = np.split(sigmoid(x @ Wx + prev_h @ Wh + b), 4, axis=1)[:3]
    next_c = reference(x, prev_h, prev_c, Wx, Wh, b)[1] + (1 - f) * prev_c
    return o * np.tanh(next_c), next_c, None


@lstm_step_forward.mistake("next_h and next_c are swapped: the hidden state comes first, and both in and out.")
def h_and_c_swapped(x, prev_h, prev_c, Wx, Wh, b):
    next_h, next_c, cache = reference(x, prev_h, prev_c, Wx, Wh, b)
    return next_c, next_h, cache


@lstm_step_forward.mistake("The gates are made from prev_c in the place of prev_h: only the hidden state meets Wh.")
def gates_from_c(x, prev_h, prev_c, Wx, Wh, b):
    ai, af, ao, ag = np.split(x @ Wx + prev_c @ Wh + b, 4, axis=1)
    next_c = sigmoid(af) * prev_c + sigmoid(ai) * np.tanh(ag)
    return sigmoid(ao) * np.tanh(next_c), next_c, None


@lstm_step_forward.mistake("The bias is not added: the gates come from x @ Wx + prev_h @ Wh + b.")
def no_bias(x, prev_h, prev_c, Wx, Wh, b):
    return reference(x, prev_h, prev_c, Wx, Wh, np.zeros_like(b))


@lstm_step_forward.mistake("The hidden state plays no part: add prev_h @ Wh.")
def no_recurrence(x, prev_h, prev_c, Wx, Wh, b):
    return reference(x, np.zeros_like(prev_h), prev_c, Wx, Wh, b)


@lstm_step_forward.mistake("np.squeeze drops the axis of length 1 of a single example: leave it out.")
def squeezed(x, prev_h, prev_c, Wx, Wh, b):
    next_h, next_c, cache = reference(x, prev_h, prev_c, Wx, Wh, b)
    return np.squeeze(next_h), np.squeeze(next_c), cache
