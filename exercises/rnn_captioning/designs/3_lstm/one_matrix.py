"""Input and hidden state stand side by side and meet one matrix; caches are dicts; the gates have names."""

import numpy as np


def logistic(z):
    return 1 / (1 + np.exp(-z))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    both, W = np.hstack([x, prev_h]), np.vstack([Wx, Wh])
    a = both.dot(W) + b
    gates = {name: logistic(a[:, k * H : (k + 1) * H]) for k, name in enumerate("ifo")}
    gates["g"] = np.tanh(a[:, 3 * H :])
    next_c = gates["f"] * prev_c + gates["i"] * gates["g"]
    next_h = gates["o"] * np.tanh(next_c)
    return next_h, next_c, dict(both=both, W=W, D=x.shape[1], prev_c=prev_c, next_c=next_c, **gates)


def lstm_step_backward(dnext_h, dnext_c, cache):
    i, f, o, g = (cache[name] for name in "ifog")
    squashed = np.tanh(cache["next_c"])
    dnext_c += dnext_h * o * (1 - squashed**2)
    da = np.empty((len(i), 4 * i.shape[1]))
    H = i.shape[1]
    da[:, :H] = dnext_c * g * i * (1 - i)
    da[:, H : 2 * H] = dnext_c * cache["prev_c"] * f * (1 - f)
    da[:, 2 * H : 3 * H] = dnext_h * squashed * o * (1 - o)
    da[:, 3 * H :] = dnext_c * i * (1 - g**2)
    dboth, dW = da @ cache["W"].T, cache["both"].T @ da
    D = cache["D"]
    return dboth[:, :D], dboth[:, D:], dnext_c * f, dW[:D], dW[D:], np.ones(len(da)) @ da
