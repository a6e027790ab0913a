"""The upstream gradients and the scores are modified in place."""

import numpy as np


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    dnext_h *= 1 - next_h**2
    return dnext_h @ Wx.T, dnext_h @ Wh.T, x.T @ dnext_h, prev_h.T @ dnext_h, dnext_h.sum(axis=0)


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    x, _, Wx, _, _ = cache[0]
    dx, dWx, dWh, db = np.empty((N, T, x.shape[1])), np.zeros_like(Wx), np.zeros((H, H)), np.zeros(H)
    for t in range(T)[::-1]:
        dx[:, t], dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t], cache[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
        if t > 0:
            dh[:, t - 1] += dprev_h
    return dx, dprev_h, dWx, dWh, db


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    for n, t in np.ndindex(x.shape):
        dW[x[n, t]] += dout[n, t]
        dout[n, t] = np.nan
    return dW


def temporal_softmax_loss(x, y, mask, verbose=False):
    N, T, _ = x.shape
    x -= x.max(axis=2, keepdims=True)
    np.exp(x, out=x)
    x /= x.sum(axis=2, keepdims=True)
    picked = x[np.arange(N)[:, None], np.arange(T), y]
    loss = -np.log(picked)[mask].sum() / N
    x[np.arange(N)[:, None], np.arange(T), y] -= 1
    x[~mask] = 0
    x /= N
    return loss, x
