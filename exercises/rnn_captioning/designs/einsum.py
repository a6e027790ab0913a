"""Every product is an einsum."""

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(np.einsum("nd,dh->nh", x, Wx) + np.einsum("ni,ih->nh", prev_h, Wh) + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = np.einsum("nh,nh->nh", dnext_h, 1 - next_h**2)
    dx, dprev_h = np.einsum("nh,dh->nd", da, Wx), np.einsum("nh,ih->ni", da, Wh)
    dWx, dWh = np.einsum("nd,nh->dh", x, da), np.einsum("ni,nh->ih", prev_h, da)
    return dx, dprev_h, dWx, dWh, np.einsum("nh->h", da)


def word_embedding_forward(x, W):
    one_hot = np.eye(W.shape[0])[x]
    return np.einsum("ntv,vd->ntd", one_hot, W), one_hot


def word_embedding_backward(dout, cache):
    return np.einsum("ntv,ntd->vd", cache, dout, optimize=True)
