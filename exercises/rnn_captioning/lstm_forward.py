"""The LSTM over a whole sequence, forward."""

import numpy as np

from autograder.spec import exercise

from .axes import AXES


@exercise(
    call="h, cache = lstm_forward(x, h0, Wx, Wh, b)",
    outputs={"h": "N T H"},
    sizes=dict(N=3, T=6, D=5, H=4),
    axes=AXES,
    rtol=1e-7,
)
def lstm_forward(x: "N T D", h0: "N H", Wx: "D 4H", Wh: "H 4H", b: "4H"):
    """All hidden states of a sequence, from h0 and a cell state of zeros."""


@lstm_forward.published
def values():
    N, D, H, T = 2, 5, 4, 3
    return dict(
        x=np.linspace(-0.4, 0.6, N * T * D).reshape(N, T, D),
        h0=np.linspace(-0.4, 0.8, N * H).reshape(N, H),
        Wx=np.linspace(-0.2, 0.9, 4 * D * H).reshape(D, 4 * H),
        Wh=np.linspace(-0.3, 0.6, 4 * H * H).reshape(H, 4 * H),
        b=np.linspace(0.2, 0.7, 4 * H),
    )


@lstm_forward.mistake("The cell state starts again from zeros at every step: hand it on, as the hidden state.")
def cell_state_reset(x, h0, Wx, Wh, b):
    h, states, cache = h0, [], []
    for t in range(x.shape[1]):
        h, _, step_cache = lstm_step_forward(x[:, t], h, np.zeros_like(h), Wx, Wh, b)
        states.append(h)
        cache.append(step_cache)
    return np.stack(states, axis=1), cache


@lstm_forward.mistake("The cell state starts from h0; it starts from zeros.")
def c0_is_h0(x, h0, Wx, Wh, b):
    h, c, states, cache = h0, h0, [], []
    for t in range(x.shape[1]):
        h, c, step_cache = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        states.append(h)
        cache.append(step_cache)
    return np.stack(states, axis=1), cache


@lstm_forward.mistake("Hidden and cell state are swapped: the step takes and returns the hidden state first.")
def h_and_c_swapped(x, h0, Wx, Wh, b):
    h, c, states, cache = h0, np.zeros_like(h0), [], []
    for t in range(x.shape[1]):
        c, h, step_cache = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        states.append(h)
        cache.append(step_cache)
    return np.stack(states, axis=1), cache


@lstm_forward.mistake(
    "Hidden and cell state are swapped where they are handed to the step: the hidden state comes first."
)
def h_and_c_handed_over_swapped(x, h0, Wx, Wh, b):
    h, c, states, cache = h0, np.zeros_like(h0), [], []
    for t in range(x.shape[1]):
        h, c, step_cache = lstm_step_forward(x[:, t], c, h, Wx, Wh, b)
        states.append(h)
        cache.append(step_cache)
    return np.stack(states, axis=1), cache


@lstm_forward.mistake("h holds the cell states; return the hidden states.")
def cell_states_returned(x, h0, Wx, Wh, b):
    h, c, states, cache = h0, np.zeros_like(h0), [], []
    for t in range(x.shape[1]):
        h, c, step_cache = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        states.append(c)
        cache.append(step_cache)
    return np.stack(states, axis=1), cache


@lstm_forward.mistake("Every step starts from h0 again: hand each step the hidden state of the step before.")
def restarts_from_h0(x, h0, Wx, Wh, b):
    c, states, cache = np.zeros_like(h0), [], []
    for t in range(x.shape[1]):
        h, c, step_cache = lstm_step_forward(x[:, t], h0, c, Wx, Wh, b)
        states.append(h)
        cache.append(step_cache)
    return np.stack(states, axis=1), cache


@lstm_forward.mistake("h0 is not used: the first step starts from it, not from zeros.")
def starts_from_zero(x, h0, Wx, Wh, b):
    return reference(x, np.zeros_like(h0), Wx, Wh, b)


@lstm_forward.mistake("The time axis comes first; h has shape (N, T, H), so stack the states along axis 1.")
def time_first(x, h0, Wx, Wh, b):
    h, cache = reference(x, h0, Wx, Wh, b)
    return h.transpose(1, 0, 2), cache


@lstm_forward.mistake("np.squeeze drops the axes of length 1 (one example, one step): leave it out.")
def squeezed(x, h0, Wx, Wh, b):
    h, cache = reference(x, h0, Wx, Wh, b)
    return np.squeeze(h), cache


@lstm_forward.mistake("Only the last hidden state is returned; h holds the states of all time steps.")
def last_state_only(x, h0, Wx, Wh, b):
    h, cache = reference(x, h0, Wx, Wh, b)
    return h[:, -1], cache


@lstm_forward.mistake("The last time step is left out: range(T) already ends at T - 1.")
def one_step_short(x, h0, Wx, Wh, b):
    h, cache = reference(x, h0, Wx, Wh, b)
    h[:, -1] = 0
    return h, cache


@lstm_forward.mistake("h holds the state before each step, starting with h0; store the state after the step.")
def shifted_by_one(x, h0, Wx, Wh, b):
    h, cache = reference(x, h0, Wx, Wh, b)
    return np.concatenate([h0[:, np.newaxis], h[:, :-1]], axis=1), cache


@lstm_forward.mistake("Every step reads the input of the first step, x[:, 0]; step t reads x[:, t].")
def first_input_only(x, h0, Wx, Wh, b):
    return reference(np.repeat(x[:, :1], x.shape[1], axis=1), h0, Wx, Wh, b)


@lstm_forward.mistake(
    "A sequence of one step gives zeros: T = 1 needs no special case, the loop over the steps covers it."
)
def one_step_special(x, h0, Wx, Wh, b):
    h, cache = reference(x, h0, Wx, Wh, b)
    return (h if x.shape[1] > 1 else np.zeros_like(h)), cache
