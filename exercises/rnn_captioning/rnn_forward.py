"""The vanilla RNN over a whole sequence, forward."""

import numpy as np

from autograder.spec import exercise

from .axes import AXES
from .rnn_step_forward import rnn_step_forward


@exercise(
    call="h, cache = rnn_forward(x, h0, Wx, Wh, b)",
    outputs={"h": "N T H"},
    sizes=dict(N=3, T=6, D=5, H=4),
    axes=AXES,
    rtol=1e-7,
)
def rnn_forward(x: "N T D", h0: "N H", Wx: "D H", Wh: "H H", b: "H"):
    """All hidden states of a sequence, one after another from h0."""


@rnn_forward.published
def values():
    N, T, D, H = 2, 3, 4, 5
    return dict(
        x=np.linspace(-0.1, 0.3, num=N * T * D).reshape(N, T, D),
        h0=np.linspace(-0.3, 0.1, num=N * H).reshape(N, H),
        Wx=np.linspace(-0.2, 0.4, num=D * H).reshape(D, H),
        Wh=np.linspace(-0.4, 0.1, num=H * H).reshape(H, H),
        b=np.linspace(-0.7, 0.1, num=H),
    )


@rnn_forward.mistake("Every step starts from h0 again: hand each step the hidden state of the step before.")
def restarts_from_h0(x, h0, Wx, Wh, b):
    steps = [rnn_step_forward(x[:, t], h0, Wx, Wh, b) for t in range(x.shape[1])]
    states, cache = zip(*steps, strict=True)
    return np.stack(states, axis=1), cache


@rnn_forward.mistake("h0 is not used: the first step starts from it, not from zeros.")
def starts_from_zero(x, h0, Wx, Wh, b):
    return reference(x, np.zeros_like(h0), Wx, Wh, b)


@rnn_forward.mistake("The time axis comes first; h has shape (N, T, H), so stack the states along axis 1.")
def time_first(x, h0, Wx, Wh, b):
    h, cache = reference(x, h0, Wx, Wh, b)
    return h.transpose(1, 0, 2), cache


@rnn_forward.mistake("The states are put into shape with reshape, which mixes examples and steps: use transpose.")
def reshaped_not_transposed(x, h0, Wx, Wh, b):
    h, cache = reference(x, h0, Wx, Wh, b)
    return h.transpose(1, 0, 2).reshape(h.shape), cache


@rnn_forward.mistake("np.squeeze drops the axes of length 1 (one example, one step): leave it out.")
def squeezed(x, h0, Wx, Wh, b):
    h, cache = reference(x, h0, Wx, Wh, b)
    return np.squeeze(h), cache


@rnn_forward.mistake("Only the last hidden state is returned; h holds the states of all time steps.")
def last_state_only(x, h0, Wx, Wh, b):
    h, cache = reference(x, h0, Wx, Wh, b)
    return h[:, -1], cache


@rnn_forward.mistake("The last time step is left out: range(T) already ends at T - 1.")
def one_step_short(x, h0, Wx, Wh, b):
    h, cache = reference(x, h0, Wx, Wh, b)
    h[:, -1] = 0
    return h, cache


@rnn_forward.mistake("h holds the state before each step, starting with h0; store the state after the step.")
def shifted_by_one(x, h0, Wx, Wh, b):
    h, cache = reference(x, h0, Wx, Wh, b)
    return np.concatenate([h0[:, np.newaxis], h[:, :-1]], axis=1), cache


@rnn_forward.mistake("The sequence is read from its end: the forward pass runs from t = 0 to T - 1.")
def backward_in_time(x, h0, Wx, Wh, b):
    h, cache = reference(x[:, ::-1], h0, Wx, Wh, b)
    return h[:, ::-1], cache


@rnn_forward.mistake("Every step reads the input of the first step, x[:, 0]; step t reads x[:, t].")
def first_input_only(x, h0, Wx, Wh, b):
    return reference(np.repeat(x[:, :1], x.shape[1], axis=1), h0, Wx, Wh, b)


@rnn_forward.mistake(
    "A sequence of one step gives zeros: T = 1 needs no special case, the loop over the steps covers it."
)
def one_step_special(x, h0, Wx, Wh, b):
    h, cache = reference(x, h0, Wx, Wh, b)
    return (h if x.shape[1] > 1 else np.zeros_like(h)), cache


@rnn_forward.mistake("np.zeros takes the shape as one tuple: np.zeros((N, T, H)), not np.zeros(N, T, H).")
def zeros_of_many_arguments(x, h0, Wx, Wh, b):
    N, T, _ = x.shape
    h = np.zeros(N, T, h0.shape[1])
    return h, None
