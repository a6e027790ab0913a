"""Time is the first axis inside; gradients are allocated ahead and filled through out=."""

import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    xs = np.ascontiguousarray(x.swapaxes(0, 1))
    hs = np.zeros((len(xs) + 1, *h0.shape))
    hs[0] = h0
    for t, x_t in enumerate(xs):
        np.tanh(x_t @ Wx + hs[t] @ Wh + b, out=hs[t + 1])
    return hs[1:].swapaxes(0, 1), {"xs": xs, "hs": hs, "weights": (Wx, Wh)}


def rnn_backward(dh, cache):
    xs, hs, (Wx, Wh) = cache["xs"], cache["hs"], cache["weights"]
    dxs, dstate = np.empty_like(xs), np.zeros_like(hs[0])
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(Wh.shape[0])
    for t in range(len(xs))[::-1]:
        da = (dh.swapaxes(0, 1)[t] + dstate) * (1 - hs[t + 1] ** 2)
        np.matmul(da, Wx.T, out=dxs[t])
        np.matmul(da, Wh.T, out=dstate)
        dWx += xs[t].T @ da
        dWh += hs[t].T @ da
        db += da.sum(axis=0)
    return dxs.swapaxes(0, 1), dstate, dWx, dWh, db
