"""The step does without lstm_step_forward: every product by itself, the gates in a dict, and a cache of another layout."""

import numpy as np


def attention_lstm_step_forward(x, prev_h, prev_c, A, Wx, Wh, Wattn, b):
    H = prev_h.shape[1]
    attn, weights, looked = attention_forward(prev_h, A)
    a = x.dot(Wx) + prev_h.dot(Wh) + attn.dot(Wattn) + b
    gates = {name: 0.5 * (1 + np.tanh(0.5 * a[:, k * H : (k + 1) * H])) for k, name in enumerate("ifo")}
    gates["g"] = np.tanh(a[:, 3 * H :])
    next_c = gates["f"] * prev_c + gates["i"] * gates["g"]
    squashed = np.tanh(next_c)
    cache = [x, [prev_h, prev_c], attn, (Wx, Wh, Wattn), gates, squashed, looked]
    return gates["o"] * squashed, next_c, weights, cache


def attention_lstm_step_backward(dnext_h, dnext_c, cache):
    x, (prev_h, prev_c), attn, (Wx, Wh, Wattn), gates, squashed, looked = cache
    i, f, o, g = (gates[name] for name in "ifog")
    dnext_c += dnext_h * o * (1 - squashed**2)
    pieces = dnext_c * g * i * (1 - i), dnext_c * prev_c * f * (1 - f), dnext_h * squashed * o * (1 - o)
    da = np.hstack([*pieces, dnext_c * i * (1 - g**2)])
    dprev_h, dA = attention_backward(da @ Wattn.T, looked)
    dprev_h += da @ Wh.T
    return da @ Wx.T, dprev_h, dnext_c * f, dA, x.T @ da, prev_h.T @ da, attn.T @ da, np.sum(da, 0)


def attention_lstm_forward(x, A, Wx, Wh, Wattn, b):
    N, T, _ = x.shape
    h, c = np.zeros((N, T + 1, A.shape[2])), np.zeros((N, T + 1, A.shape[2]))
    h[:, 0] = c[:, 0] = np.mean(A, axis=1)
    weights, kept = np.zeros((N, T, A.shape[1])), {}
    for t in range(T):
        step = attention_lstm_step_forward(x[:, t], h[:, t], c[:, t], A, Wx, Wh, Wattn, b)
        h[:, t + 1], c[:, t + 1], weights[:, t], kept[t] = step
    return h[:, 1:], weights, (kept, A.shape[1])


def attention_lstm_backward(dh, cache):
    kept, L = cache
    totals, dx, dh_next, dc_next = None, {}, 0, np.zeros_like(dh[:, 0])
    for t in range(len(kept) - 1, -1, -1):
        dx[t], dh_next, dc_next, *own = attention_lstm_step_backward(dh[:, t] + dh_next, dc_next, kept.pop(t))
        totals = own if totals is None else [total + each for total, each in zip(totals, own)]
    dA = totals[0] + np.repeat((dh_next + dc_next)[:, None], L, axis=1) / L
    return np.stack([dx[t] for t in sorted(dx)], axis=1), dA, *totals[1:]
