"""rnn_forward and rnn_backward without the step functions; the weights' gradients in one product at the end."""

import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.empty((N, T, len(b)))
    from_x = (x.reshape(N * T, D) @ Wx).reshape(N, T, -1) + b
    state = h0
    for t in range(T):
        state = h[:, t] = np.tanh(from_x[:, t] + state @ Wh)
    return h, (x, h0, Wx, Wh, h)


def rnn_backward(dh, cache):
    x, h0, Wx, Wh, h = cache
    N, T, H = dh.shape
    da = np.empty((N, T, H))
    carried = np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        da[:, t] = (dh[:, t] + carried) * (1 - h[:, t] ** 2)
        carried = da[:, t] @ Wh.T
    before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)
    flat = da.reshape(N * T, H)
    dWx, dWh = x.reshape(N * T, -1).T @ flat, before.reshape(N * T, H).T @ flat
    return da @ Wx.T, carried, dWx, dWh, flat.sum(axis=0)
