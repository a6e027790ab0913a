"""Right in every exercise, in a style of its own: explicit loops, one-hot embedding, other caches."""

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(np.dot(x, Wx) + np.dot(prev_h, Wh) + b)
    return next_h, {"x": x, "prev_h": prev_h, "Wx": Wx, "Wh": Wh, "slope": 1 - next_h * next_h}


def rnn_step_backward(dnext_h, cache):
    da = dnext_h * cache["slope"]
    db = np.ones(len(da)) @ da
    return da @ cache["Wx"].T, da @ cache["Wh"].T, cache["x"].T @ da, cache["prev_h"].T @ da, db


def word_embedding_forward(x, W):
    one_hot = np.eye(len(W))[x]
    return one_hot @ W, one_hot


def word_embedding_backward(dout, cache):
    return np.einsum("ntv,ntd->vd", cache, dout)
