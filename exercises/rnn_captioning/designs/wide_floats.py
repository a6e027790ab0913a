"""Results in another float type than the inputs: what the type is does not count."""

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    x, prev_h, Wx, Wh, b = (a.astype(np.longdouble) for a in (x, prev_h, Wx, Wh, b))
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def word_embedding_forward(x, W):
    out = np.zeros((*x.shape, W.shape[1]), dtype=np.longdouble)
    out[...] = W[x.astype(np.uint8)]
    return out, (x.astype(np.int16), W.shape)


def temporal_softmax_loss(x, y, mask, verbose=False):
    x = x.astype(np.longdouble)
    log_p = x - x.max(axis=2, keepdims=True)
    log_p -= np.log(np.exp(log_p).sum(axis=2, keepdims=True))
    target = np.eye(x.shape[2])[y]
    loss = -(log_p * target * mask[:, :, None]).sum() / len(x)
    return np.array(loss), (np.exp(log_p) - target) * mask[:, :, None] / len(x)
