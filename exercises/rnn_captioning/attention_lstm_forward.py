"""The LSTM with attention over a whole sequence, forward."""

import numpy as np

from autograder.spec import exercise

from .axes import AXES


@exercise(
    call="h, weights, cache = attention_lstm_forward(x, A, Wx, Wh, Wattn, b)",
    outputs={"h": "N T H", "weights": "N T L"},
    sizes=dict(N=3, T=6, D=5, L=7, H=4),
    axes=AXES,
    rtol=1e-7,
)
def attention_lstm_forward(x: "N T D", A: "N L H", Wx: "D 4H", Wh: "H 4H", Wattn: "H 4H", b: "4H"):
    """All hidden states of a sequence that starts from the mean of the cells, and where each step looked."""


def walk(x, A, Wx, Wh, Wattn, b, h, c):
    """The pass from any first states: hidden states, cell states, weights and caches of all steps, step by step."""
    steps = []
    for t in range(x.shape[1]):
        h, c, weights, step_cache = attention_lstm_step_forward(x[:, t], h, c, A, Wx, Wh, Wattn, b)
        steps.append((h, c, weights, step_cache))
    h, c, weights, cache = zip(*steps, strict=True)
    return np.stack(h, axis=1), np.stack(c, axis=1), np.stack(weights, axis=1), list(cache)


def mistake(advice):
    """Declare a known mistake that is made of the walk above."""
    return attention_lstm_forward.mistake(advice, using=[walk])


@mistake("Both states start from zeros; they start from the mean of the cells, over axis 1.")
def starts_from_zeros(x, A, Wx, Wh, Wattn, b):
    zeros = np.zeros_like(A[:, 0])
    h, _, weights, cache = walk(x, A, Wx, Wh, Wattn, b, zeros, zeros)
    return h, weights, cache


@mistake("The cell state starts from zeros, as in part 3; here it starts from the mean of the cells, like h.")
def c0_zeros(x, A, Wx, Wh, Wattn, b):
    h, _, weights, cache = walk(x, A, Wx, Wh, Wattn, b, A.mean(axis=1), np.zeros_like(A[:, 0]))
    return h, weights, cache


@mistake("The hidden state starts from zeros; it starts from the mean of the cells, like c.")
def h0_zeros(x, A, Wx, Wh, Wattn, b):
    h, _, weights, cache = walk(x, A, Wx, Wh, Wattn, b, np.zeros_like(A[:, 0]), A.mean(axis=1))
    return h, weights, cache


@mistake("The states start from the sum of the cells; they start from their mean.")
def starts_from_sum(x, A, Wx, Wh, Wattn, b):
    h, _, weights, cache = walk(x, A, Wx, Wh, Wattn, b, A.sum(axis=1), A.sum(axis=1))
    return h, weights, cache


@mistake("The states start from the first cell; they start from the mean of all cells.")
def starts_from_first_cell(x, A, Wx, Wh, Wattn, b):
    h, _, weights, cache = walk(x, A, Wx, Wh, Wattn, b, A[:, 0], A[:, 0])
    return h, weights, cache


@mistake("The cell state starts again at every step: hand it on, as the hidden state.")
def cell_state_restarts(x, A, Wx, Wh, Wattn, b):
    h, states, maps, cache = A.mean(axis=1), [], [], []
    for t in range(x.shape[1]):
        h, _, weights, step_cache = attention_lstm_step_forward(x[:, t], h, A.mean(axis=1), A, Wx, Wh, Wattn, b)
        states.append(h)
        maps.append(weights)
        cache.append(step_cache)
    return np.stack(states, axis=1), np.stack(maps, axis=1), cache


@mistake("Every step starts from the mean of the cells again: hand it both states of the step before.")
def restarts(x, A, Wx, Wh, Wattn, b):
    mean = A.mean(axis=1)
    steps = [attention_lstm_step_forward(x[:, t], mean, mean, A, Wx, Wh, Wattn, b) for t in range(x.shape[1])]
    h, _, weights, cache = zip(*steps, strict=True)
    return np.stack(h, axis=1), np.stack(weights, axis=1), list(cache)


@mistake("Hidden and cell state are swapped: the step takes and returns the hidden state first.")
def h_and_c_swapped(x, A, Wx, Wh, Wattn, b):
    h, c, states, maps, cache = A.mean(axis=1), A.mean(axis=1), [], [], []
    for t in range(x.shape[1]):
        c, h, weights, step_cache = attention_lstm_step_forward(x[:, t], h, c, A, Wx, Wh, Wattn, b)
        states.append(h)
        maps.append(weights)
        cache.append(step_cache)
    return np.stack(states, axis=1), np.stack(maps, axis=1), cache


@mistake("h holds the cell states; return the hidden states.")
def cell_states_returned(x, A, Wx, Wh, Wattn, b):
    _, c, weights, cache = walk(x, A, Wx, Wh, Wattn, b, A.mean(axis=1), A.mean(axis=1))
    return c, weights, cache


@mistake("It looks only once, before the first step: every step looks again, with the state that it has.")
def looks_once(x, A, Wx, Wh, Wattn, b):
    attn, weights, attention_cache = attention_forward(A.mean(axis=1), A)
    h, c, states, cache, W = A.mean(axis=1), A.mean(axis=1), [], [], np.concatenate([Wx, Wattn])
    for t in range(x.shape[1]):
        h, c, lstm_cache = lstm_step_forward(np.concatenate([x[:, t], attn], axis=1), h, c, W, Wh, b)
        states.append(h)
        cache.append((lstm_cache, attention_cache))
    return np.stack(states, axis=1), np.stack([weights] * x.shape[1], axis=1), cache


@mistake("Every step reads the input of the first step, x[:, 0]; step t reads x[:, t].")
def first_input_only(x, A, Wx, Wh, Wattn, b):
    return reference(np.repeat(x[:, :1], x.shape[1], axis=1), A, Wx, Wh, Wattn, b)


@mistake("weights holds those of the last step for all steps: store those of each step.")
def weights_of_last_step(x, A, Wx, Wh, Wattn, b):
    h, weights, cache = reference(x, A, Wx, Wh, Wattn, b)
    return h, np.repeat(weights[:, -1:], weights.shape[1], axis=1), cache


@mistake("Only the last hidden state and the last weights are returned; h and weights hold those of all time steps.")
def last_step_only(x, A, Wx, Wh, Wattn, b):
    h, weights, cache = reference(x, A, Wx, Wh, Wattn, b)
    return h[:, -1], weights[:, -1], cache


@mistake("h holds the state before each step, starting with the mean of the cells; store the state after the step.")
def shifted_by_one(x, A, Wx, Wh, Wattn, b):
    h, weights, cache = reference(x, A, Wx, Wh, Wattn, b)
    return np.concatenate([A.mean(axis=1)[:, np.newaxis], h[:, :-1]], axis=1), weights, cache


@mistake("The last time step is left out: range(T) already ends at T - 1.")
def one_step_short(x, A, Wx, Wh, Wattn, b):
    h, weights, cache = reference(x, A, Wx, Wh, Wattn, b)
    h[:, -1], weights[:, -1] = 0, 0
    return h, weights, cache


@mistake("The time axis comes first; h and weights have the shapes (N, T, H) and (N, T, L): stack along axis 1.")
def time_first(x, A, Wx, Wh, Wattn, b):
    h, weights, cache = reference(x, A, Wx, Wh, Wattn, b)
    return h.transpose(1, 0, 2), weights.transpose(1, 0, 2), cache


@mistake("np.squeeze drops every axis of length 1 (one example, one step): leave it out.")
def squeezed(x, A, Wx, Wh, Wattn, b):
    h, weights, cache = reference(x, A, Wx, Wh, Wattn, b)
    return np.squeeze(h), np.squeeze(weights), cache
