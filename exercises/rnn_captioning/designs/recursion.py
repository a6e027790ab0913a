"""Recursion over time, forward and backward."""

import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    first, step = rnn_step_forward(x[:, 0], h0, Wx, Wh, b)
    if x.shape[1] == 1:
        return first[:, None], (step,)
    rest, steps = rnn_forward(x[:, 1:], first, Wx, Wh, b)
    return np.concatenate([first[:, None], rest], axis=1), (step, *steps)


def rnn_backward(dh, cache):
    if len(cache) == 1:
        dx, *others = rnn_step_backward(dh[:, 0], cache[0])
        return dx[:, None], *others
    later_dx, carried, *later = rnn_backward(dh[:, 1:], cache[1:])
    dx, dh0, *own = rnn_step_backward(dh[:, 0] + carried, cache[0])
    weights = [gradient + rest for gradient, rest in zip(own, later, strict=True)]
    return np.concatenate([dx[:, None], later_dx], axis=1), dh0, *weights
