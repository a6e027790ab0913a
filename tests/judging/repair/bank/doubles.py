"""Two mistakes in one function: neither change alone makes anything more than a part right."""

from . import Wrong

CODE = """
import numpy as np

def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    slope = 1 - next_h ** 2
    dz = slope * dnext_h
    dx = np.dot(dz, Wx.T)
    dprev_h = np.dot(dz, Wh.T)
    dWx = np.dot(x.T, dz)
    dWh = np.dot(prev_h.T, dz)
    db = np.sum(dz, axis=0)
    return dx, dprev_h, dWx, dWh, db

def rnn_backward(dh, cache):
    N, T, H = dh.shape
    step_grads = []
    dprev_h = np.zeros((N, H))
    dWx = dWh = db = 0
    for t in range(T - 1, -1, -1):
        dx_t, dprev_h, gx, gh, gb = rnn_step_backward(dh[:, t, :] + dprev_h, cache[t])
        step_grads.append(dx_t)
        dWx = dWx + gx
        dWh = dWh + gh
        db = db + gb
    dx = np.stack(step_grads[::-1], axis=1)
    return dx, dprev_h, dWx, dWh, db

def temporal_softmax_loss(x, y, mask, verbose=False):
    N, T, V = x.shape
    shifted = x - x.max(axis=2, keepdims=True)
    probs = np.exp(shifted)
    probs /= probs.sum(axis=2, keepdims=True)
    rows, cols = np.indices((N, T))
    loss = -np.sum(np.log(probs[rows, cols, y]) * mask) / N
    dx = probs.copy()
    dx[rows, cols, y] -= 1
    dx *= mask[:, :, None]
    dx /= N
    return loss, dx

def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, t = cache
    dc = dnext_c + dnext_h * o * (1 - t * t)
    di, df, dg = dc * g, dc * prev_c, dc * i
    do = dnext_h * t
    dprev_c = dc * f
    da = np.concatenate([di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g * g)], axis=1)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db
"""

STEP = """
    dx = np.dot(dz, Wx.T)
    dprev_h = np.dot(dz, Wh.T)
    dWx = np.dot(x.T, dz)
    dWh = np.dot(prev_h.T, dz)
    db = np.sum(dz, axis=0)
"""
SUMS = """
        dWx = dWx + gx
        dWh = dWh + gh
        db = db + gb
    dx = np.stack(step_grads[::-1], axis=1)
"""
LOSS = """
    loss = -np.sum(np.log(probs[rows, cols, y]) * mask) / N
    dx = probs.copy()
    dx[rows, cols, y] -= 1
    dx *= mask[:, :, None]
    dx /= N
"""
GATES = """
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
"""


def _twice(function: str, block: str, *changes: tuple[str, str]) -> Wrong:
    wrong = block
    for right, other in changes:
        assert wrong.count(right) == 1, (right, wrong)
        wrong = wrong.replace(right, other)
    return Wrong(function, block, wrong)


WRONG = (
    _twice("rnn_step_backward", STEP, ("(x.T, dz)", "(x.T, dnext_h)"), ("(dz, axis=0)", "(dz, axis=1)")),
    _twice("rnn_step_backward", STEP, ("(dz, Wx.T)", "(dz, Wx)"), ("np.sum(dz, axis=0)", "np.sum(dz)")),
    _twice("rnn_step_backward", STEP, ("prev_h.T", "next_h.T"), ("np.sum(dz", "np.mean(dz")),
    _twice("rnn_step_backward", STEP, ("(dz, Wh.T)", "(dnext_h, Wh.T)"), ("(x.T, dz)", "(x.T, slope)")),
    _twice("rnn_backward", SUMS, ("dWx = dWx + gx", "dWx = gx"), ("db = db + gb", "db = gb")),
    _twice("rnn_backward", SUMS, ("dWh = dWh + gh", "dWh = dWx + gh"), ("[::-1]", "")),
    _twice("temporal_softmax_loss", LOSS, ("mask) / N", "mask) / T"), ("dx /= N", "dx /= N * T")),
    _twice("temporal_softmax_loss", LOSS, ("mask) / N", "mask)"), ("-= 1", "+= 1")),
    _twice("lstm_step_backward", GATES, ("da @ Wh.T", "da @ Wx.T"), ("da.sum(axis=0)", "da.mean(axis=0)")),
    _twice("lstm_step_backward", GATES, ("dx = da @ Wx.T", "dx = da @ Wx"), ("prev_h.T @ da", "x.T @ da")),
)
