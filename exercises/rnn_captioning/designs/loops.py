"""Everything with explicit Python loops over examples, time steps and units."""

import math

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    N, D = x.shape
    H = prev_h.shape[1]
    next_h = np.zeros((N, H))
    for n in range(N):
        for j in range(H):
            total = b[j]
            for d in range(D):
                total += x[n, d] * Wx[d, j]
            for i in range(H):
                total += prev_h[n, i] * Wh[i, j]
            next_h[n, j] = math.tanh(total)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    dx, dprev_h, dWx, dWh, db = (np.zeros(a.shape) for a in (x, prev_h, Wx, Wh, Wh[0]))
    for n in range(len(x)):
        for j in range(len(db)):
            da = dnext_h[n, j] * (1 - next_h[n, j] ** 2)
            db[j] += da
            for d in range(x.shape[1]):
                dx[n, d] += da * Wx[d, j]
                dWx[d, j] += da * x[n, d]
            for i in range(len(db)):
                dprev_h[n, i] += da * Wh[i, j]
                dWh[i, j] += da * prev_h[n, i]
    return dx, dprev_h, dWx, dWh, db


def word_embedding_forward(x, W):
    out = np.zeros((x.shape[0], x.shape[1], W.shape[1]))
    for n in range(x.shape[0]):
        for t in range(x.shape[1]):
            for d in range(W.shape[1]):
                out[n, t, d] = W[x[n, t], d]
    return out, (x, W.shape)


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    for n in range(x.shape[0]):
        for t in range(x.shape[1]):
            dW[x[n, t]] += dout[n, t]
    return dW


def temporal_softmax_loss(x, y, mask, verbose=False):
    N, T, V = x.shape
    loss, dx = 0.0, np.zeros(x.shape)
    for n in range(N):
        for t in range(T):
            if not mask[n, t]:
                continue
            top = max(x[n, t])
            total = sum(math.exp(score - top) for score in x[n, t])
            loss -= (x[n, t, y[n, t]] - top - math.log(total)) / N
            for v in range(V):
                dx[n, t, v] = (math.exp(x[n, t, v] - top) / total - (v == y[n, t])) / N
    return loss, dx
