"""Code in pieces: helper functions of the student's own, lists that are stacked, lambdas."""

from . import Wrong

CODE = """
import numpy as np

def affine(x, W, b=0):
    return x @ W + b

def grad_tanh(y, dy):
    return dy * (1 - y * y)

def rnn_step_forward(x, prev_h, Wx, Wh, b):
    a = affine(x, Wx, b) + affine(prev_h, Wh)
    h = np.tanh(a)
    return h, (h, (x, Wx), (prev_h, Wh))

def rnn_step_backward(dnext_h, cache):
    h, (x, Wx), (prev_h, Wh) = cache
    da = grad_tanh(h, dnext_h)
    back = lambda W: da @ W.T
    outer = lambda v: v.T @ da
    return back(Wx), back(Wh), outer(x), outer(prev_h), da.sum(0)

def rnn_forward(x, h0, Wx, Wh, b):
    outs = []
    saved = []
    h = h0
    for xt in x.swapaxes(0, 1):
        h, c = rnn_step_forward(xt, h, Wx, Wh, b)
        outs.append(h)
        saved.append(c)
    return np.stack(outs, axis=1), saved

def rnn_backward(dh, cache):
    T = dh.shape[1]
    dxs = []
    carry = np.zeros_like(dh[:, 0])
    totals = [0, 0, 0]
    for k in range(1, T + 1):
        parts = rnn_step_backward(dh[:, T - k] + carry, cache[T - k])
        dxs.insert(0, parts[0])
        carry = parts[1]
        totals = [old + new for old, new in zip(totals, parts[2:])]
    return np.stack(dxs, axis=1), carry, totals[0], totals[1], totals[2]

def softmax_rows(s):
    e = np.exp(s - np.max(s, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)

def temporal_softmax_loss(x, y, mask, verbose=False):
    N, T, V = x.shape
    p = softmax_rows(x)
    hot = np.eye(V)[y]
    m = mask.astype(float)
    top = x.max(axis=2, keepdims=True)
    lse = top[:, :, 0] + np.log(np.exp(x - top).sum(axis=2))
    nll = lse - (x * hot).sum(axis=2)
    loss = (nll * m).sum() / N
    dx = (p - hot) * m[:, :, None] / N
    return loss, dx

def word_embedding_forward(x, W):
    hot = np.eye(len(W))[x]
    return hot @ W, hot

def word_embedding_backward(dout, cache):
    V = cache.shape[-1]
    flat = cache.reshape(-1, V)
    return flat.T @ dout.reshape(len(flat), -1)
"""

WRONG = (
    Wrong(
        "rnn_step_forward", "a = affine(x, Wx, b) + affine(prev_h, Wh)", "a = affine(x, Wx, b) + affine(prev_h, Wh, b)"
    ),
    Wrong("rnn_step_forward", "    return x @ W + b", "    return x @ W - b"),
    Wrong("rnn_step_forward", "h = np.tanh(a)", "h = np.tanh(a) + b"),
    Wrong("rnn_step_forward", "a = affine(x, Wx, b) + affine(prev_h, Wh)", "a = affine(x, Wx, b) * affine(prev_h, Wh)"),
    Wrong("rnn_step_backward", "return dy * (1 - y * y)", "return dy * (1 - y)"),
    Wrong("rnn_step_backward", "return dy * (1 - y * y)", "return dy * y * (1 - y)"),
    Wrong("rnn_step_backward", "da = grad_tanh(h, dnext_h)", "da = grad_tanh(dnext_h, h)"),
    Wrong("rnn_step_backward", "da = grad_tanh(h, dnext_h)", "da = grad_tanh(prev_h, dnext_h)"),
    Wrong("rnn_step_backward", "back = lambda W: da @ W.T", "back = lambda W: dnext_h @ W.T"),
    Wrong("rnn_step_backward", "outer = lambda v: v.T @ da", "outer = lambda v: v.T @ da / len(x)"),
    Wrong("rnn_step_backward", "outer(x), outer(prev_h), da.sum(0)", "outer(x), outer(h), da.sum(0)"),
    Wrong("rnn_step_backward", "da.sum(0)\n\ndef rnn_forward", "da.sum(1)\n\ndef rnn_forward"),
    Wrong("rnn_step_backward", "return back(Wx), back(Wh)", "return back(Wh), back(Wx)"),
    Wrong("rnn_forward", "for xt in x.swapaxes(0, 1):", "for xt in x.swapaxes(0, 1)[1:]:"),
    Wrong("rnn_forward", "for xt in x.swapaxes(0, 1):", "for xt in x.swapaxes(0, 1)[::-1]:"),
    Wrong("rnn_forward", "np.stack(outs, axis=1), saved", "np.stack(outs, axis=0), saved"),
    Wrong("rnn_forward", "np.stack(outs, axis=1), saved", "np.concatenate(outs, axis=1), saved"),
    Wrong("rnn_forward", "outs.append(h)", "outs.append(np.tanh(h))"),
    Wrong("rnn_forward", "h, c = rnn_step_forward(xt, h, Wx", "h, c = rnn_step_forward(xt, h0, Wx"),
    Wrong("rnn_forward", "rnn_step_forward(xt, h, Wx, Wh, b)", "rnn_step_forward(xt, h, Wh, Wx, b)"),
    Wrong("rnn_backward", "range(1, T + 1)", "range(1, T)"),
    Wrong("rnn_backward", "dxs.insert(0, parts[0])", "dxs.append(parts[0])", ("dxs.append", "np.stack(dxs")),
    Wrong("rnn_backward", "cache[T - k])", "cache[k - 1])"),
    Wrong("rnn_backward", "zip(totals, parts[2:])", "zip(totals, parts[1:])"),
    Wrong("rnn_backward", "carry = parts[1]", "carry = parts[1] + carry"),
    Wrong("rnn_backward", "carry, totals[0], totals[1], totals[2]", "carry, totals[1], totals[0], totals[2]"),
    Wrong("rnn_backward", "dh[:, T - k] + carry", "dh[:, T - k]"),
    Wrong("rnn_backward", "        totals = [old + new", "    totals = [old + new"),
    Wrong("rnn_backward", "dh[:, T - k] + carry", "dh[:, k - 1] + carry"),
    Wrong("temporal_softmax_loss", "np.sum(e, axis=-1, keepdims=True)", "np.sum(e)"),
    Wrong(
        "temporal_softmax_loss",
        "np.exp(s - np.max(s, axis=-1, keepdims=True))",
        "np.exp(np.max(s, axis=-1, keepdims=True) - s)",
    ),
    Wrong("temporal_softmax_loss", "np.log(np.exp(x - top).sum(axis=2))", "np.log(np.exp(x).sum(axis=2))", ("lse =",)),
    Wrong("temporal_softmax_loss", "nll = lse - (x * hot).sum(axis=2)", "nll = lse - (x * hot).sum()"),
    Wrong("temporal_softmax_loss", "loss = (nll * m).sum() / N", "loss = (nll * m).sum() / m.sum()"),
    Wrong("temporal_softmax_loss", "loss = (nll * m).sum() / N", "loss = (nll * m).mean()"),
    Wrong("temporal_softmax_loss", "m = mask.astype(float)", "m = (1 - mask).astype(float)"),
    Wrong("temporal_softmax_loss", "(p - hot) * m[:, :, None] / N", "(hot - p) * m[:, :, None] / N"),
    Wrong("temporal_softmax_loss", "(p - hot) * m[:, :, None] / N", "(p - hot) / N"),
    Wrong("temporal_softmax_loss", "(p - hot) * m[:, :, None] / N", "p - hot * m[:, :, None] / N"),
    Wrong("word_embedding_forward", "np.eye(len(W))[x]", "np.eye(len(W))[x - 1]"),
    Wrong(
        "word_embedding_backward",
        "return flat.T @ dout.reshape(len(flat), -1)",
        "return dout.reshape(len(flat), -1).T @ flat",
    ),
)
