"""Lists, and lists of arrays, where arrays are expected."""

import numpy as np


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    return [row @ Wx.T for row in da], (da @ Wh.T).tolist(), list(x.T @ da), prev_h.T @ da, sum(da).tolist()


def rnn_forward(x, h0, Wx, Wh, b):
    states, cache = [[] for _ in x], []
    state = h0
    for t in range(x.shape[1]):
        state, step = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        cache.append(step)
        for n, row in enumerate(state):
            states[n].append(row)
    return states, cache


def rnn_backward(dh, cache):
    dx, dstate, dWx, dWh, db = [], np.zeros(dh[:, 0].shape), 0, 0, 0
    for t in reversed(range(dh.shape[1])):
        step = rnn_step_backward(dh[:, t] + dstate, cache[t])
        dx_t, dstate, dWx_t, dWh_t, db_t = map(np.asarray, step)
        dx.append(dx_t)
        dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t
    return [[dx[-1 - t][n] for t in range(len(dx))] for n in range(len(dh))], list(dstate), list(dWx), dWh, db


def word_embedding_forward(x, W):
    return [[W[word] for word in sentence] for sentence in x], (x, W.shape)


def temporal_softmax_loss(x, y, mask, verbose=False):
    loss, dx = 0, []
    for scores, words, kept in zip(x, y, mask, strict=True):
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        loss -= np.log(p[range(len(words)), words]) @ kept / len(x)
        p[range(len(words)), words] -= 1
        dx.append(p * kept[:, None] / len(x))
    return float(loss), dx
