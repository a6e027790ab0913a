"""Caches are tuples in tuples; the sequence's cache is a chain of pairs (step, rest)."""

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    a = (x @ Wx) + (prev_h @ Wh) + b
    return np.tanh(a), ((x, Wx), ((prev_h, Wh), (a,)))


def rnn_step_backward(dnext_h, cache):
    (x, Wx), ((prev_h, Wh), (a,)) = cache
    da = dnext_h / np.cosh(a) ** 2
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def rnn_forward(x, h0, Wx, Wh, b):
    states, cache, state = [], (), h0
    for x_t in np.moveaxis(x, 1, 0):
        state, step = rnn_step_forward(x_t, state, Wx, Wh, b)
        states.append(state)
        cache = (step, cache)
    return np.stack(states, axis=1), cache


def rnn_backward(dh, cache):
    dx, dstate, totals, t = [], 0, [0, 0, 0], dh.shape[1]
    while cache:
        step, cache = cache
        t -= 1
        dx_t, dstate, *weights = rnn_step_backward(dh[:, t] + dstate, step)
        dx.insert(0, dx_t)
        totals = [total + one for total, one in zip(totals, weights, strict=True)]
    return (np.stack(dx, axis=1), dstate, *totals)
