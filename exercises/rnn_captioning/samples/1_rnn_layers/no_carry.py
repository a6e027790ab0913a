"""Two mistakes: no gradient is carried through time, and repeated words overwrite each other."""

import numpy as np


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    x, prev_h, Wx, Wh, next_h = cache[0]
    dx = np.zeros((N, T, x.shape[1]))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(H)
    for t in range(T - 1, -1, -1):
        dx[:, t], dh0, step_dWx, step_dWh, step_db = rnn_step_backward(dh[:, t], cache[t])
        dWx += step_dWx
        dWh += step_dWh
        db += step_db
    return dx, dh0, dWx, dWh, db


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    dW[x] += dout
    return dW
