"""States as views of one array, einsum for every product, the loss with one-hot targets."""

from . import Wrong

CODE = """
import numpy as np

def rnn_step_forward(x, prev_h, Wx, Wh, b):
    z = np.einsum("nd,dh->nh", x, Wx) + np.einsum("nh,hk->nk", prev_h, Wh)
    next_h = np.tanh(z + b[None, :])
    return next_h, [x, prev_h, Wx, Wh, next_h]

def rnn_step_backward(dnext_h, cache):
    x, h_old, Wx, Wh, h_new = cache
    slope = 1 - np.square(h_new)
    dz = slope * dnext_h
    dx = np.einsum("nh,dh->nd", dz, Wx)
    dh_old = np.einsum("nk,hk->nh", dz, Wh)
    dWx = np.einsum("nd,nh->dh", x, dz)
    dWh = np.einsum("nh,nk->hk", h_old, dz)
    db = np.einsum("nh->h", dz)
    return dx, dh_old, dWx, dWh, db

def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    cache = []
    prev = h0
    for t in range(T):
        h[:, t], step = rnn_step_forward(x[:, t], prev, Wx, Wh, b)
        prev = h[:, t]
        cache.append(step)
    return h, cache

def rnn_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx = np.zeros((N, T, D))
    dWx, dWh, db = np.zeros((D, H)), np.zeros((H, H)), np.zeros(H)
    dprev = np.zeros((N, H))
    for t in reversed(range(T)):
        upstream = dh[:, t].copy()
        upstream += dprev
        dx_t, dprev, dWx_t, dWh_t, db_t = rnn_step_backward(upstream, cache[t])
        dx[:, t] = dx_t
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dprev, dWx, dWh, db

def temporal_softmax_loss(x, y, mask, verbose=False):
    N, T, V = x.shape
    scores = x.reshape(N * T, V)
    targets = y.reshape(N * T)
    keep = mask.reshape(N * T)
    shifted = scores - scores.max(axis=1, keepdims=True)
    expd = np.exp(shifted)
    probs = expd / expd.sum(axis=1, keepdims=True)
    rows = np.arange(N * T)
    logp = shifted - np.log(expd.sum(axis=1, keepdims=True))
    loss = -np.sum(keep * logp[rows, targets]) / N
    dscores = probs.copy()
    dscores[rows, targets] -= 1
    dscores *= keep[:, None]
    dscores /= N
    return loss, dscores.reshape(N, T, V)
"""

WRONG = (
    Wrong("rnn_step_forward", '"nh,hk->nk", prev_h, Wh', '"nh,kh->nk", prev_h, Wh'),
    Wrong("rnn_step_forward", "z + b[None, :]", "z * b[None, :]"),
    Wrong("rnn_step_backward", "slope = 1 - np.square(h_new)", "slope = 1 - h_new"),
    Wrong("rnn_step_backward", "slope = 1 - np.square(h_new)", "slope = np.square(h_new) - 1"),
    Wrong("rnn_step_backward", "slope = 1 - np.square(h_new)", "slope = 1 - np.square(h_old)"),
    Wrong("rnn_step_backward", '"nk,hk->nh", dz, Wh', '"nh,hk->nk", dz, Wh'),
    Wrong("rnn_step_backward", '"nh,nk->hk", h_old, dz', '"nh,nk->kh", h_old, dz'),
    Wrong("rnn_step_backward", '"nh,nk->hk", h_old, dz', '"nh,nk->hk", h_new, dz'),
    Wrong("rnn_step_backward", 'np.einsum("nh->h", dz)', 'np.einsum("nh->h", dnext_h)'),
    Wrong("rnn_step_backward", "dz = slope * dnext_h", "dz = slope + dnext_h"),
    Wrong("rnn_forward", "prev = h[:, t]\n", "prev = h[:, t - 1]\n"),
    Wrong("rnn_forward", "        prev = h[:, t]\n", "", ("h[:, t], step", "prev = h0")),
    Wrong("rnn_forward", "prev = h0\n", "prev = np.zeros_like(h0)\n"),
    Wrong(
        "rnn_backward",
        "    prev = h0\n    for t in range(T):\n        h[:, t], step = rnn_step_forward(x[:, t], prev, Wx, Wh, b)\n"
        "        prev = h[:, t]\n",
        "    h[:, -1] = h0\n    for t in range(T):\n"
        "        h[:, t], step = rnn_step_forward(x[:, t], h[:, t - 1], Wx, Wh, b)\n",
        ("h[:, -1] = h0", "h[:, t - 1], Wx"),
    ),
    Wrong(
        "rnn_forward",
        "h[:, t], step = rnn_step_forward(x[:, t], prev",
        "h[:, t], step = rnn_step_forward(x[:, -t], prev",
    ),
    Wrong("rnn_backward", "upstream += dprev", "upstream = dprev"),
    Wrong("rnn_backward", "dx[:, t] = dx_t", "dx[:, t] += dprev[:, :1] * 0 + 2 * dx_t"),
    Wrong("rnn_backward", "dx[:, t] = dx_t", "dx[:, T - 1 - t] = dx_t"),
    Wrong("rnn_backward", "for t in reversed(range(T)):", "for t in range(T):"),
    Wrong("rnn_backward", "for t in reversed(range(T)):", "for t in reversed(range(T - 1)):"),
    Wrong("rnn_backward", "return dx, dprev, dWx, dWh, db", "return dx, upstream, dWx, dWh, db"),
    Wrong("rnn_backward", "rnn_step_backward(upstream, cache[t])", "rnn_step_backward(upstream, cache[t - 1])"),
    Wrong("rnn_backward", "rnn_step_backward(upstream, cache[t])", "rnn_step_backward(dh[:, t], cache[t])"),
    Wrong("rnn_backward", "        db += db_t\n", "    db += db_t\n", ("db += db_t",)),
    Wrong("temporal_softmax_loss", "keep * logp[rows, targets]) / N", "keep * logp[rows, targets]) / (N * T)"),
    Wrong("temporal_softmax_loss", "keep * logp[rows, targets]) / N", "logp[rows, targets]) / N"),
    Wrong("temporal_softmax_loss", "loss = -np.sum(", "loss = np.sum("),
    Wrong("temporal_softmax_loss", "dscores[rows, targets] -= 1", "dscores[rows, targets] += 1"),
    Wrong("temporal_softmax_loss", "dscores[rows, targets] -= 1", "dscores[:, targets] -= 1"),
    Wrong("temporal_softmax_loss", "    dscores *= keep[:, None]\n", "", ("dscores",)),
    Wrong("temporal_softmax_loss", "dscores /= N", "dscores /= N * T"),
    Wrong("temporal_softmax_loss", "    dscores /= N\n", "", ("dscores",)),
    Wrong(
        "temporal_softmax_loss",
        "shifted - np.log(expd.sum(axis=1, keepdims=True))",
        "shifted - np.log(expd.sum(axis=1))",
    ),
    Wrong(
        "temporal_softmax_loss",
        "probs = expd / expd.sum(axis=1, keepdims=True)",
        "probs = expd / expd.sum(axis=0, keepdims=True)",
    ),
    Wrong("temporal_softmax_loss", "scores = x.reshape(N * T, V)", "scores = x.transpose(1, 0, 2).reshape(N * T, V)"),
    Wrong("temporal_softmax_loss", "shifted = scores - scores.max(axis=1, keepdims=True)", "shifted = scores"),
    Wrong(
        "temporal_softmax_loss", "np.log(expd.sum(axis=1, keepdims=True))", "np.log2(expd.sum(axis=1, keepdims=True))"
    ),
    Wrong("temporal_softmax_loss", "dscores *= keep[:, None]", "dscores *= keep"),
)
