"""The inputs' products are made for all steps at once; the whole backward pass is written out; one pop per cache."""

import numpy as np


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    from_x = (x.reshape(N * T, D) @ Wx).reshape(N, T, 4 * H) + b
    h, c, kept = np.zeros((N, T + 1, H)), np.zeros((N, T + 1, H)), []
    h[:, 0] = h0
    for t in range(T):
        a = from_x[:, t] + h[:, t] @ Wh
        i, f, o = (0.5 * (1 + np.tanh(0.5 * a[:, k * H : (k + 1) * H])) for k in range(3))
        g = np.tanh(a[:, 3 * H :])
        c[:, t + 1] = f * c[:, t] + i * g
        h[:, t + 1] = o * np.tanh(c[:, t + 1])
        kept.append((i, f, o, g))
    return h[:, 1:], [x, Wx, Wh, h, c, kept]


def lstm_backward(dh, cache):
    x, Wx, Wh, h, c, kept = cache
    N, T, H = dh.shape
    da, carried_h, carried_c = np.zeros((N, T, 4 * H)), np.zeros((N, H)), np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        i, f, o, g = kept.pop()
        up, tanh_c = dh[:, t] + carried_h, np.tanh(c[:, t + 1])
        down = carried_c + up * o * (1 - tanh_c * tanh_c)
        parts = (
            down * g * i * (1 - i),
            down * c[:, t] * f * (1 - f),
            up * tanh_c * o * (1 - o),
            down * i * (1 - g * g),
        )
        da[:, t] = np.concatenate(parts, axis=1)
        carried_h, carried_c = da[:, t] @ Wh.T, down * f
    dWx, dWh = np.einsum("ntd,ntk->dk", x, da), np.einsum("nth,ntk->hk", h[:, :-1], da)
    return da @ Wx.T, carried_h, dWx, dWh, da.sum((0, 1))


def captioning_lstm_loss(self, features, captions):
    p, grads = self.params, dict.fromkeys(self.params)
    first = features @ p["W_proj"] + p["b_proj"]
    one_hot = np.eye(len(p["W_embed"]))[captions[:, :-1]]
    h, cache = lstm_forward(one_hot @ p["W_embed"], first, p["Wx"], p["Wh"], p["b"])
    right = np.array(captions[:, 1:])
    loss, dscores = temporal_softmax_loss(h @ p["W_vocab"] + p["b_vocab"], right, np.not_equal(right, self._null))
    grads["W_vocab"], grads["b_vocab"] = np.tensordot(h, dscores, ((0, 1), (0, 1))), dscores.sum((0, 1))
    dx, dh0, grads["Wx"], grads["Wh"], grads["b"] = lstm_backward(dscores @ p["W_vocab"].T, cache)
    grads["W_embed"] = np.tensordot(one_hot, dx, ((0, 1), (0, 1)))
    grads["W_proj"], grads["b_proj"] = np.dot(dh0.T, features).T, np.add.reduce(dh0)
    return loss, grads
