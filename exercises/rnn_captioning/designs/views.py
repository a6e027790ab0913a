"""Results are views that are not contiguous: transposed, reversed, sliced, or in Fortran's order."""

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(Wx.T @ x.T + Wh.T @ prev_h.T + b[:, np.newaxis]).T
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = (dnext_h.T * (1 - next_h.T**2)).T
    db = np.repeat(da.sum(axis=0), 3)[::3]
    return (Wx @ da.T).T, (Wh @ da.T).T, (da.T @ x).T, np.asfortranarray(prev_h.T @ da), db


def rnn_forward(x, h0, Wx, Wh, b):
    T, cache = x.shape[1], []
    states = np.zeros((T + 1, *h0.shape))
    states[0] = h0
    for t in range(T):
        states[t + 1], step = rnn_step_forward(x[:, t], states[t], Wx, Wh, b)
        cache.append(step)
    return states[1:].transpose(1, 0, 2), cache


def rnn_backward(dh, cache):
    steps = []
    dstate, dWx, dWh, db = 0, 0, 0, 0
    for t in reversed(range(dh.shape[1])):
        dx_t, dstate, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + dstate, cache[t])
        steps.append(dx_t)
        dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t
    return np.array(steps)[::-1].swapaxes(0, 1), dstate, dWx, dWh, db


def word_embedding_forward(x, W):
    return np.moveaxis(W.T[:, x], 0, -1), (x, W.shape)


def word_embedding_backward(dout, cache):
    x, (V, D) = cache
    padded = np.zeros((D, 2 * V))
    np.add.at(padded.T, 2 * x, dout)
    return padded[:, ::2].T
