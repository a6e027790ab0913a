"""Arrays made beforehand and filled, states kept in one array of T + 1 columns, caches as dictionaries."""

from . import Wrong

CODE = """
import numpy as np

def rnn_step_forward(x, prev_h, Wx, Wh, b):
    pre = np.dot(x, Wx)
    pre = pre + np.dot(prev_h, Wh)
    pre = pre + b
    next_h = np.tanh(pre)
    cache = {}
    cache["x"] = x
    cache["prev"] = prev_h
    cache["Wx"] = Wx
    cache["Wh"] = Wh
    cache["pre"] = pre
    return next_h, cache

def rnn_step_backward(dnext_h, cache):
    th = np.tanh(cache["pre"])
    dpre = dnext_h - dnext_h * th * th
    dx = np.dot(dpre, np.transpose(cache["Wx"]))
    dWx = np.dot(np.transpose(cache["x"]), dpre)
    dprev_h = np.dot(dpre, np.transpose(cache["Wh"]))
    dWh = np.dot(np.transpose(cache["prev"]), dpre)
    db = np.sum(dpre, axis=0)
    return dx, dprev_h, dWx, dWh, db

def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    all_h = np.zeros((N, T + 1, H))
    all_h[:, 0, :] = h0
    caches = {}
    for t in range(T):
        nxt, c = rnn_step_forward(x[:, t, :], all_h[:, t, :], Wx, Wh, b)
        all_h[:, t + 1, :] = nxt
        caches[t] = c
    caches["D"] = D
    h = all_h[:, 1:, :]
    return h, caches

def rnn_backward(dh, cache):
    N, T, H = dh.shape
    D = cache["D"]
    dx = np.empty((N, T, D))
    dWx, dWh, db = np.zeros((D, H)), np.zeros((H, H)), np.zeros(H)
    dnext = np.zeros((N, H))
    t = T - 1
    while t >= 0:
        dx[:, t], dnext, a, c, d = rnn_step_backward(dnext + dh[:, t], cache[t])
        dWx, dWh, db = dWx + a, dWh + c, db + d
        t -= 1
    return dx, dnext, dWx, dWh, db

def word_embedding_forward(x, W):
    flat = x.reshape(-1)
    out = W[flat].reshape(x.shape[0], x.shape[1], W.shape[1])
    return out, {"idx": flat, "V": W.shape[0]}

def word_embedding_backward(dout, cache):
    D = dout.shape[2]
    dW = np.zeros((cache["V"], D))
    np.add.at(dW, cache["idx"], dout.reshape(-1, D))
    return dW
"""

WRONG = (
    Wrong("rnn_step_forward", "pre = pre + np.dot(prev_h, Wh)", "pre = np.dot(prev_h, Wh)"),
    Wrong("rnn_step_forward", "np.dot(prev_h, Wh)", "np.dot(prev_h, Wh.T)"),
    Wrong("rnn_step_forward", "pre = pre + b", "pre = pre - b"),
    Wrong("rnn_step_forward", "pre = pre + b", "pre += pre + b"),
    Wrong("rnn_step_forward", "next_h = np.tanh(pre)", "next_h = 1 / (1 + np.exp(-pre))"),
    Wrong("rnn_step_backward", 'cache["pre"] = pre', 'cache["pre"] = next_h', ('cache["pre"] = ', "np.tanh(cache")),
    Wrong("rnn_step_backward", 'th = np.tanh(cache["pre"])', 'th = cache["pre"]'),
    Wrong("rnn_step_backward", "dpre = dnext_h - dnext_h * th * th", "dpre = dnext_h - dnext_h * th"),
    Wrong("rnn_step_backward", "dpre = dnext_h - dnext_h * th * th", "dpre = dnext_h - th * th"),
    Wrong("rnn_step_backward", "dpre = dnext_h - dnext_h * th * th", "dpre = 1 - dnext_h * th * th"),
    Wrong("rnn_step_backward", 'np.dot(dpre, np.transpose(cache["Wh"]))', 'np.dot(dpre, cache["Wh"])'),
    Wrong("rnn_step_backward", 'np.transpose(cache["Wh"])', 'np.transpose(cache["Wx"])'),
    Wrong(
        "rnn_step_backward", 'dWh = np.dot(np.transpose(cache["prev"]), dpre)', "dWh = np.dot(np.transpose(th), dpre)"
    ),
    Wrong("rnn_step_backward", "db = np.sum(dpre, axis=0)", "db = np.sum(dpre, axis=0, keepdims=True)"),
    Wrong("rnn_step_backward", "db = np.sum(dpre, axis=0)", "db = np.mean(dpre, axis=0)"),
    Wrong("rnn_step_backward", "return dx, dprev_h, dWx, dWh, db", "return dx, dprev_h, dWh, dWx, db"),
    Wrong("rnn_forward", "all_h[:, 0, :] = h0", "all_h[:, -1, :] = h0", ("all_h[:, -1, :] = h0", "all_h[:, t, :], Wx")),
    Wrong("rnn_forward", "h = all_h[:, 1:, :]", "h = all_h[:, :-1, :]"),
    Wrong("rnn_forward", "all_h[:, t + 1, :] = nxt", "all_h[:, t, :] = nxt"),
    Wrong("rnn_forward", "x[:, t, :], all_h[:, t, :]", "x[:, t, :], all_h[:, 0, :]"),
    Wrong(
        "rnn_forward",
        "all_h = np.zeros((N, T + 1, H))\n    all_h[:, 0, :] = h0",
        "all_h = np.zeros((N, T + 1, H))",
        ("all_h = np.zeros",),
    ),
    Wrong(
        "rnn_backward",
        "rnn_step_backward(dnext + dh[:, t], cache[t])",
        "rnn_step_backward(dnext + dh[:, -1], cache[t])",
    ),
    Wrong("rnn_backward", "t = T - 1\n", "t = T - 2\n"),
    Wrong("rnn_backward", "while t >= 0:", "while t > 0:"),
    Wrong("rnn_backward", "dWx + a, dWh + c, db + d", "dWx + a, dWh + c, db"),
    Wrong("rnn_backward", "dx[:, t], dnext, a, c, d", "dx[:, t], dnext, c, a, d"),
    Wrong("rnn_backward", "dnext = np.zeros((N, H))", "dnext = dh[:, -1]"),
    Wrong("rnn_backward", "dnext + dh[:, t], cache[t]", "dnext + dh[:, t], cache[0]"),
    Wrong("rnn_backward", "return dx, dnext, dWx", "return dx, dh[:, 0], dWx"),
    Wrong("word_embedding_forward", "flat = x.reshape(-1)", "flat = x.T.reshape(-1)"),
    Wrong(
        "word_embedding_forward",
        "W[flat].reshape(x.shape[0], x.shape[1], W.shape[1])",
        "W[flat].reshape(x.shape[1], x.shape[0], W.shape[1])",
    ),
    Wrong(
        "word_embedding_backward",
        'np.add.at(dW, cache["idx"], dout.reshape(-1, D))',
        'dW[cache["idx"]] += dout.reshape(-1, D)',
    ),
    Wrong(
        "word_embedding_backward", 'np.add.at(dW, cache["idx"], dout.reshape(-1, D))', 'np.add.at(dW, cache["idx"], 1)'
    ),
    Wrong("word_embedding_backward", 'dW = np.zeros((cache["V"], D))', 'dW = np.ones((cache["V"], D))'),
)
