"""Caches are lists."""

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    return next_h, [Wh, Wx, prev_h, x, next_h]


def rnn_step_backward(dnext_h, cache):
    Wh, Wx, prev_h, x, next_h = cache
    da = (1 - next_h * next_h) * dnext_h
    return [da.dot(Wx.T), da.dot(Wh.T), x.T.dot(da), prev_h.T.dot(da), np.sum(da, 0)]


def rnn_forward(x, h0, Wx, Wh, b):
    h, cache = np.zeros(x.shape[:2] + h0.shape[1:]), []
    prev_h = h0
    for t in range(x.shape[1]):
        prev_h, step = rnn_step_forward(x[:, t, :], prev_h, Wx, Wh, b)
        h[:, t, :] = prev_h
        cache += [step]
    return [h, cache]


def word_embedding_forward(x, W):
    return [W[x, :], [x, W]]


def word_embedding_backward(dout, cache):
    dW = np.zeros_like(cache[1])
    np.add.at(dW, cache[0], dout)
    return dW
