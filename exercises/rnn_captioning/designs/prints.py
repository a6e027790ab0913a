# sandbox only: it prints past Python's streams
"""Debugging output everywhere, on both streams and past Python's own."""

import os
import sys

import numpy as np

print("about to define", "my functions " * 1000)


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    print("x", x, "prev_h", prev_h)
    sys.stderr.write("this looks like an error, and is none\n")
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    print(next_h * 1e6, end="")
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    for line in range(200):
        print("shapes", line, [a.shape for a in cache], file=sys.stderr if line % 2 else sys.stdout)
    os.write(1, b"straight to the descriptor\n" * 500)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def word_embedding_forward(x, W):
    print("\x1b[31mred\x1b[0m", "\u732b", "\r overwritten", flush=True)
    return W[x], (x, W.shape)
