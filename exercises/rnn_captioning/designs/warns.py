"""Right values with RuntimeWarnings, DeprecationWarnings and warnings of the student's own on the way."""

import warnings

import numpy as np

warnings.warn("this cell is old", DeprecationWarning, stacklevel=2)


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    warnings.warn("will be removed", DeprecationWarning, stacklevel=2)
    print(np.log(np.zeros(3)) - np.log(np.zeros(3)))  # divide by zero, then an invalid value
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    warnings.warn("not sure about this", stacklevel=2)
    da = dnext_h * (1 - next_h**2) + 1 / np.exp(np.float64(1e4))  # overflow, and 1 / inf is 0
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def temporal_softmax_loss(x, y, mask, verbose=False):
    N, T, V = x.shape
    naive = np.exp(x) / np.exp(x).sum(axis=2, keepdims=True)  # nan for large scores, mended below
    shifted = np.exp(x - x.max(axis=2, keepdims=True))
    p = np.where(np.isfinite(naive), naive, shifted / shifted.sum(axis=2, keepdims=True))
    right = np.log(p)[np.arange(N)[:, None], np.arange(T)[None], y]
    return -np.where(mask, right, 0).sum() / N, (p - np.eye(V)[y]) * mask[:, :, None] / N
