"""An LSTM whose gates are slices, with a sigmoid of its own and everything kept in the cache."""

from . import Wrong

CODE = """
import numpy as np

def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))

def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    ai = a[:, 0:H]
    af = a[:, H:2 * H]
    ao = a[:, 2 * H:3 * H]
    ag = a[:, 3 * H:4 * H]
    i = sigmoid(ai)
    f = sigmoid(af)
    o = sigmoid(ao)
    g = np.tanh(ag)
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    cache = x, prev_h, prev_c, Wx, Wh, b, i, f, o, g, next_c
    return next_h, next_c, cache

def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, b, i, f, o, g, next_c = cache
    tc = np.tanh(next_c)
    do = dnext_h * tc
    dc = dnext_c + dnext_h * o * (1 - tc ** 2)
    df = dc * prev_c
    di = dc * g
    dg = dc * i
    dprev_c = dc * f
    dai = di * i * (1 - i)
    daf = df * f * (1 - f)
    dao = do * o * (1 - o)
    dag = dg * (1 - g ** 2)
    da = np.hstack((dai, daf, dao, dag))
    dx = da.dot(Wx.T)
    dWx = x.T.dot(da)
    dprev_h = da.dot(Wh.T)
    dWh = prev_h.T.dot(da)
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db

def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    cache = []
    prev_h = h0
    prev_c = np.zeros((N, H))
    for t in range(T):
        next_h, next_c, c = lstm_step_forward(x[:, t, :], prev_h, prev_c, Wx, Wh, b)
        h[:, t, :] = next_h
        prev_h = next_h
        prev_c = next_c
        cache.append(c)
    return h, cache

def lstm_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx = np.zeros((N, T, D))
    dWx = np.zeros((D, 4 * H))
    dWh = np.zeros((H, 4 * H))
    db = np.zeros(4 * H)
    dprev_h = np.zeros((N, H))
    dprev_c = np.zeros((N, H))
    for t in range(T)[::-1]:
        dnext_h = dh[:, t, :] + dprev_h
        dxt, dprev_h, dprev_c, dWxt, dWht, dbt = lstm_step_backward(dnext_h, dprev_c, cache[t])
        dx[:, t, :] = dxt
        dWx += dWxt
        dWh += dWht
        db += dbt
    dh0 = dprev_h
    return dx, dh0, dWx, dWh, db
"""

WRONG = (
    Wrong("lstm_step_forward", "af = a[:, H:2 * H]", "af = a[:, 1:2 * H]"),
    Wrong("lstm_step_forward", "ao = a[:, 2 * H:3 * H]", "ao = a[:, H:2 * H]"),
    Wrong(
        "lstm_step_forward",
        "    ai = a[:, 0:H]\n    af = a[:, H:2 * H]\n",
        "    af = a[:, 0:H]\n    ai = a[:, H:2 * H]\n",
        ("af = a[:, 0:H]", "ai = a[:, H:2 * H]"),
    ),
    Wrong("lstm_step_forward", "g = np.tanh(ag)", "g = sigmoid(ag)"),
    Wrong("lstm_step_forward", "f = sigmoid(af)", "f = sigmoid(ai)"),
    Wrong("lstm_step_forward", "o = sigmoid(ao)", "o = np.tanh(ao)"),
    Wrong("lstm_step_forward", "next_c = f * prev_c + i * g", "next_c = f * prev_c + i + g"),
    Wrong("lstm_step_forward", "next_c = f * prev_c + i * g", "next_c = i * prev_c + f * g"),
    Wrong("lstm_step_forward", "next_c = f * prev_c + i * g", "next_c = f * prev_h + i * g"),
    Wrong("lstm_step_forward", "next_h = o * np.tanh(next_c)", "next_h = o * next_c"),
    Wrong("lstm_step_forward", "next_h = o * np.tanh(next_c)", "next_h = np.tanh(o * next_c)"),
    Wrong("lstm_step_forward", "next_h = o * np.tanh(next_c)", "next_h = o * np.tanh(prev_c)"),
    Wrong("lstm_step_forward", "return next_h, next_c, cache", "return next_c, next_h, cache"),
    Wrong(
        "lstm_step_backward",
        "i, f, o, g, next_c\n    return",
        "i, f, o, g, prev_c\n    return",
        ("i, f, o, g, prev_c", "tc = np.tanh(next_c)"),
    ),
    Wrong("lstm_step_backward", "dc = dnext_c + dnext_h * o * (1 - tc ** 2)", "dc = dnext_c * o * (1 - tc ** 2)"),
    Wrong("lstm_step_backward", "dc = dnext_c + dnext_h * o * (1 - tc ** 2)", "dc = dnext_h * o * (1 - tc ** 2)"),
    Wrong("lstm_step_backward", "(1 - tc ** 2)", "(1 - next_c ** 2)"),
    Wrong("lstm_step_backward", "dprev_c = dc * f", "dprev_c = dnext_c * f"),
    Wrong("lstm_step_backward", "df = dc * prev_c", "df = dc * next_c"),
    Wrong("lstm_step_backward", "di = dc * g", "di = dc * i"),
    Wrong("lstm_step_backward", "do = dnext_h * tc", "do = dnext_h * next_c"),
    Wrong("lstm_step_backward", "do = dnext_h * tc", "do = dc * tc"),
    Wrong("lstm_step_backward", "dag = dg * (1 - g ** 2)", "dag = dg * g * (1 - g)"),
    Wrong("lstm_step_backward", "dai = di * i * (1 - i)", "dai = di * (1 - i)"),
    Wrong("lstm_step_backward", "daf = df * f * (1 - f)", "daf = df * f * (1 - i)"),
    Wrong("lstm_step_backward", "np.hstack((dai, daf, dao, dag))", "np.hstack((dai, dao, daf, dag))"),
    Wrong("lstm_step_backward", "dWh = prev_h.T.dot(da)", "dWh = prev_c.T.dot(da)"),
    Wrong("lstm_step_backward", "db = da.sum(axis=0)", "db = da.sum()"),
    Wrong("lstm_step_backward", "dx = da.dot(Wx.T)", "dx = da.dot(Wh.T)"),
    Wrong("lstm_step_backward", "    dao = do * o * (1 - o)\n", "    dao = do\n"),
    Wrong(
        "lstm_forward", "prev_h = h0\n    prev_c = np.zeros((N, H))", "prev_h = h0\n    prev_c = h0", ("prev_c = h0",)
    ),
    Wrong("lstm_forward", "        prev_c = next_c\n", "", ("next_h, next_c, c =", "prev_h = next_h")),
    Wrong("lstm_forward", "        prev_h = next_h\n", "        prev_h = h0\n"),
    Wrong("lstm_forward", "        prev_c = next_c\n", "        prev_c = c\n"),
    Wrong("lstm_forward", "next_h, next_c, c = lstm", "next_c, next_h, c = lstm"),
    Wrong("lstm_forward", "h[:, t, :] = next_h", "h[:, t, :] = next_c"),
    Wrong("lstm_forward", "h[:, t, :] = next_h", "h[:, t, :] = prev_h"),
    Wrong("lstm_forward", "x[:, t, :], prev_h, prev_c", "x[:, t, :], prev_c, prev_h"),
    Wrong(
        "lstm_backward",
        "lstm_step_backward(dnext_h, dprev_c, cache[t])",
        "lstm_step_backward(dh[:, t, :], dprev_c, cache[t])",
    ),
    Wrong(
        "lstm_backward",
        "lstm_step_backward(dnext_h, dprev_c, cache[t])",
        "lstm_step_backward(dnext_h, dprev_h, cache[t])",
    ),
    Wrong(
        "lstm_backward",
        "lstm_step_backward(dnext_h, dprev_c, cache[t])",
        "lstm_step_backward(dnext_h, np.zeros((N, H)), cache[t])",
    ),
    Wrong("lstm_backward", "dxt, dprev_h, dprev_c, dWxt", "dxt, dprev_c, dprev_h, dWxt"),
    Wrong("lstm_backward", "for t in range(T)[::-1]:", "for t in range(T):"),
    Wrong("lstm_backward", "dh0 = dprev_h", "dh0 = dnext_h"),
    Wrong("lstm_backward", "dh0 = dprev_h", "dh0 = dprev_c"),
    Wrong("lstm_backward", "dWx += dWxt", "dWx = dWxt"),
    Wrong("lstm_backward", "dnext_h = dh[:, t, :] + dprev_h", "dnext_h = dh[:, t, :] - dprev_h"),
    Wrong("lstm_backward", "        db += dbt\n", "        db = db + dbt / T\n"),
)
