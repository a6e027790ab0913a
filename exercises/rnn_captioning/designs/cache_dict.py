"""Caches are dictionaries, the sequence's one with the steps by their number."""

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, dict(x=x, prev_h=prev_h, Wx=Wx, Wh=Wh, next_h=next_h)


def rnn_step_backward(dnext_h, cache):
    da = dnext_h * (1 - cache["next_h"] ** 2)
    dx, dprev_h = da @ cache["Wx"].T, da @ cache["Wh"].T
    return dx, dprev_h, cache["x"].T @ da, cache["prev_h"].T @ da, da.sum(axis=0)


def rnn_forward(x, h0, Wx, Wh, b):
    cache = {"D": x.shape[2]}
    states = {-1: h0}
    for t in range(x.shape[1]):
        states[t], cache[t] = rnn_step_forward(x[:, t], states[t - 1], Wx, Wh, b)
    return np.stack([states[t] for t in range(x.shape[1])], axis=1), cache


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    D = cache["D"]
    grads = {"dx": np.zeros((N, T, D)), "dWx": np.zeros((D, H)), "dWh": np.zeros((H, H)), "db": np.zeros(H)}
    dprev_h = np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        grads["dx"][:, t], dprev_h, dWx, dWh, db = rnn_step_backward(dh[:, t] + dprev_h, cache[t])
        grads["dWx"] += dWx
        grads["dWh"] += dWh
        grads["db"] += db
    return grads["dx"], dprev_h, grads["dWx"], grads["dWh"], grads["db"]


def word_embedding_forward(x, W):
    return W[x], {"words": x, "V": len(W)}


def word_embedding_backward(dout, cache):
    dW = np.zeros((cache["V"], dout.shape[-1]))
    np.add.at(dW, cache["words"], dout)
    return dW
