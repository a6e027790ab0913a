"""Index by index, with += into arrays of zeros, as somebody writes who comes from C."""

from . import Wrong

CODE = """
import numpy as np

def rnn_step_forward(x, prev_h, Wx, Wh, b):
    n_rows = x.shape[0]
    n_in = Wx.shape[0]
    n_hid = Wx.shape[1]
    act = np.zeros((n_rows, n_hid))
    for r in range(n_rows):
        for j in range(n_hid):
            s = b[j]
            for i in range(n_in):
                s += x[r, i] * Wx[i, j]
            for k in range(n_hid):
                s += prev_h[r, k] * Wh[k, j]
            act[r, j] = s
    next_h = np.tanh(act)
    cache = (next_h, x, prev_h, Wx, Wh)
    return next_h, cache

def rnn_step_backward(dnext_h, cache):
    out, inp, old, W1, W2 = cache
    rows, hid = out.shape
    cols = inp.shape[1]
    dx = np.zeros((rows, cols))
    dprev_h = np.zeros((rows, hid))
    dWx = np.zeros((cols, hid))
    dWh = np.zeros((hid, hid))
    db = np.zeros(hid)
    for r in range(rows):
        for j in range(hid):
            g = dnext_h[r, j] * (1.0 - out[r, j] ** 2)
            db[j] += g
            for i in range(cols):
                dx[r, i] += g * W1[i, j]
                dWx[i, j] += inp[r, i] * g
            for k in range(hid):
                dprev_h[r, k] += g * W2[k, j]
                dWh[k, j] += old[r, k] * g
    return dx, dprev_h, dWx, dWh, db

def rnn_forward(x, h0, Wx, Wh, b):
    n_rows, steps, n_in = x.shape
    h = np.zeros((n_rows, steps, h0.shape[1]))
    cache = []
    current = h0
    for step in range(steps):
        current, saved = rnn_step_forward(x[:, step, :], current, Wx, Wh, b)
        for r in range(n_rows):
            h[r, step] = current[r]
        cache.append(saved)
    return h, cache

def rnn_backward(dh, cache):
    rows, steps, hid = dh.shape
    cols = cache[0][1].shape[1]
    dx = np.zeros((rows, steps, cols))
    dWx = np.zeros((cols, hid))
    dWh = np.zeros((hid, hid))
    db = np.zeros((hid,))
    later = np.zeros((rows, hid))
    for step in range(steps - 1, -1, -1):
        total = dh[:, step, :] + later
        res = rnn_step_backward(total, cache[step])
        dx[:, step, :] = res[0]
        later = res[1]
        dWx += res[2]
        dWh += res[3]
        db += res[4]
    dh0 = later
    return dx, dh0, dWx, dWh, db

def word_embedding_forward(x, W):
    rows, steps = x.shape
    out = np.zeros((rows, steps, W.shape[1]))
    for r in range(rows):
        for t in range(steps):
            out[r, t] = W[x[r, t]]
    cache = (x, W.shape[0], W.shape[1])
    return out, cache

def word_embedding_backward(dout, cache):
    x, n_words, dim = cache
    dW = np.zeros((n_words, dim))
    rows, steps = x.shape
    for r in range(rows):
        for t in range(steps):
            dW[x[r, t]] += dout[r, t]
    return dW
"""

WRONG = (
    Wrong("rnn_step_forward", "s += x[r, i] * Wx[i, j]", "s += x[r, i] + Wx[i, j]"),
    Wrong("rnn_step_forward", "s = b[j]", "s = 0", ("s = 0", "np.tanh(act)")),
    Wrong(
        "rnn_step_forward",
        "for k in range(n_hid):\n                s += prev_h[r, k]",
        "for k in range(n_hid - 1):\n                s += prev_h[r, k]",
    ),
    Wrong("rnn_step_forward", "s += prev_h[r, k] * Wh[k, j]", "s += prev_h[r, k] * Wh[j, k]"),
    Wrong("rnn_step_forward", "s += prev_h[r, k] * Wh[k, j]", "s = prev_h[r, k] * Wh[k, j]"),
    Wrong(
        "rnn_step_forward",
        "act[r, j] = s",
        "act[r, j] = np.tanh(s)",
        ("next_h = np.tanh(act)", "act[r, j] = np.tanh(s)"),
    ),
    Wrong("rnn_step_forward", "            act[r, j] = s", "                act[r, j] += s"),
    Wrong("rnn_step_backward", "(1.0 - out[r, j] ** 2)", "(1.0 - out[r, j]) ** 2"),
    Wrong("rnn_step_backward", "(1.0 - out[r, j] ** 2)", "(1.0 - out[r, j])"),
    Wrong("rnn_step_backward", "dx[r, i] += g * W1[i, j]", "dx[r, i] = g * W1[i, j]"),
    Wrong("rnn_step_backward", "dprev_h[r, k] += g * W2[k, j]", "dprev_h[r, k] += g * W2[j, k]"),
    Wrong("rnn_step_backward", "dWh[k, j] += old[r, k] * g", "dWh[k, j] += old[r, j] * g"),
    Wrong("rnn_step_backward", "dWx[i, j] += inp[r, i] * g", "dWx[i, j] += inp[r, i] * dnext_h[r, j]"),
    Wrong("rnn_step_backward", "            db[j] += g\n", "            db[j] += dnext_h[r, j]\n"),
    Wrong("rnn_step_backward", "            db[j] += g\n", "            db[j] = g\n"),
    Wrong("rnn_step_backward", "out, inp, old, W1, W2 = cache", "out, old, inp, W1, W2 = cache"),
    Wrong("rnn_forward", "h[r, step] = current[r]", "h[r, step] = current[0]"),
    Wrong("rnn_backward", "        cache.append(saved)", "    cache.append(saved)"),
    Wrong(
        "rnn_forward",
        "current, saved = rnn_step_forward(x[:, step, :], current,",
        "current, saved = rnn_step_forward(x[:, 0, :], current,",
    ),
    Wrong("rnn_forward", "for step in range(steps):", "for step in range(1, steps):"),
    Wrong("rnn_backward", "range(steps - 1, -1, -1)", "range(steps - 1, 0, -1)"),
    Wrong("rnn_backward", "range(steps - 1, -1, -1)", "range(steps)"),
    Wrong("rnn_backward", "later = res[1]", "later += res[1]"),
    Wrong("rnn_backward", "later = res[1]", "later = res[0]"),
    Wrong("rnn_backward", "total = dh[:, step, :] + later", "total = dh[:, step, :] * later"),
    Wrong("rnn_backward", "dWh += res[3]", "dWh = res[3]"),
    Wrong("rnn_backward", "dWx += res[2]\n        dWh += res[3]", "dWx = res[2]\n        dWh = res[3]"),
    Wrong("rnn_backward", "dh0 = later", "dh0 = total"),
    Wrong("rnn_backward", "dh0 = later", "dh0 = dh[:, 0, :]"),
    Wrong("rnn_backward", "db += res[4]", "db += res[4].sum()"),
    Wrong("word_embedding_forward", "out[r, t] = W[x[r, t]]", "out[r, t] = W[x[r, 0]]"),
    Wrong("word_embedding_backward", "dW[x[r, t]] += dout[r, t]", "dW[x[r, t]] = dout[r, t]"),
    Wrong("word_embedding_backward", "dW[x[r, t]] += dout[r, t]", "dW[x[r, t]] += dout[t, r]"),
    Wrong(
        "word_embedding_backward", "for t in range(steps):\n            dW[", "for t in range(rows):\n            dW["
    ),
)
