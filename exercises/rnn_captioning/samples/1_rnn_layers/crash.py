"""One function stops with an error, another ends the whole process."""

import os

import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    h = np.zeros((x.shape[0], x.shape[1], h0.shape[1]))
    for t in range(x.shape[1]):
        prev_h, cache = rnn_step_forward(x[:, t], prev_h, Wx, Wh, b)
        h[:, t] = prev_h
    return h, cache


def temporal_softmax_loss(x, y, mask, verbose=False):
    os._exit(3)
