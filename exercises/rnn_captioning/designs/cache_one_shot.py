"""Caches that can be used once only: lists that are emptied, and an iterator."""

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, [x, prev_h, Wx, Wh, next_h]


def rnn_step_backward(dnext_h, cache):
    da = dnext_h * (1 - cache.pop() ** 2)
    dprev_h = da @ cache.pop().T
    dx = da @ cache.pop().T
    dWh = cache.pop().T @ da
    dWx = cache.pop().T @ da
    return dx, dprev_h, dWx, dWh, da.sum(axis=0)


def rnn_forward(x, h0, Wx, Wh, b):
    h, cache = [h0], []
    for t in range(x.shape[1]):
        state, step = rnn_step_forward(x[:, t], h[-1], Wx, Wh, b)
        h.append(state)
        cache.append(step)
    return np.stack(h[1:], axis=1), cache


def rnn_backward(dh, cache):
    dx, dstate, dWx, dWh, db = [], 0, 0, 0, 0
    while cache:
        dx_t, dstate, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, len(cache) - 1] + dstate, cache.pop())
        dx.append(dx_t)
        dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t
    return np.stack(dx[::-1], axis=1), dstate, dWx, dWh, db


def word_embedding_forward(x, W):
    return W[x], iter((x, W.shape))


def word_embedding_backward(dout, cache):
    x = next(cache)
    dW = np.zeros(next(cache))
    np.add.at(dW, x, dout)
    return dW
