"""Functions are lambdas, partial functions and objects that can be called."""
# ruff: noqa: E731

from functools import partial

import numpy as np

squash = lambda a: np.tanh(a)
step = lambda x, h, Wx, Wh, b: squash(x @ Wx + h @ Wh + b)
rnn_step_forward = lambda x, prev_h, Wx, Wh, b: (
    (next_h := step(x, prev_h, Wx, Wh, b)),
    (x, prev_h, Wx, Wh, next_h),
)
gradients = lambda da, x, h, Wx, Wh: (da @ Wx.T, da @ Wh.T, x.T @ da, h.T @ da, da.sum(0))
rnn_step_backward = lambda dnext_h, cache: gradients(dnext_h * (1 - cache[4] ** 2), *cache[:4])
word_embedding_forward = lambda x, W: (np.take(W, x, axis=0), (x, W.shape))


def scatter(dout, cache, start):
    x, shape = cache
    dW = np.full(shape, start)
    np.add.at(dW, x, dout)
    return dW


word_embedding_backward = partial(scatter, start=0.0)


class Softmax:
    def __call__(self, x, y, mask, verbose=False):
        p = np.exp(x - x.max(2, keepdims=True))
        p = p / p.sum(2, keepdims=True)
        target = np.eye(x.shape[2])[y]
        return -np.sum(np.log((p * target).sum(2)) * mask) / x.shape[0], (p - target) * mask[:, :, None] / x.shape[0]


temporal_softmax_loss = Softmax()
