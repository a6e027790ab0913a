"""The functions are methods of one object, bound to the names of the assignment; the cache is a token."""

import numpy as np


class Layers:
    def __init__(self):
        self.kept = {}

    def keep(self, *values):
        token = f"cache {len(self.kept)}"
        self.kept[token] = values
        return token

    def step_forward(self, x, prev_h, Wx, Wh, b):
        next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
        return next_h, self.keep(x, prev_h, Wx, Wh, next_h)

    def step_backward(self, dnext_h, token):
        x, prev_h, Wx, Wh, next_h = self.kept[token]
        da = dnext_h * (1 - next_h**2)
        return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)

    def embed(self, x, W):
        return W[x], self.keep(x, W.shape)

    def embed_backward(self, dout, token):
        x, shape = self.kept[token]
        return self.scatter(np.zeros(shape), x, dout)

    @staticmethod
    def scatter(dW, x, dout):
        np.add.at(dW, x, dout)
        return dW


layers = Layers()
rnn_step_forward, rnn_step_backward = layers.step_forward, layers.step_backward
word_embedding_forward, word_embedding_backward = layers.embed, layers.embed_backward
