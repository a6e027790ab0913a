"""tanh from exponentials, its slope from the sigmoid it is made of."""

import numpy as np


def sigmoid(a):
    return np.where(a >= 0, 1 / (1 + np.exp(-np.abs(a))), 1 - 1 / (1 + np.exp(-np.abs(a))))


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    s = sigmoid(2 * (x @ Wx + prev_h @ Wh + b))
    return 2 * s - 1, (x, prev_h, Wx, Wh, s)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, s = cache
    da = dnext_h * 4 * s * (1 - s)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)
