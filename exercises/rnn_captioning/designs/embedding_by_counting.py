"""The embedding's gradient without np.add.at: by sorting, and by bincount for each column."""

import numpy as np


def word_embedding_forward(x, W):
    return W.take(x.ravel(), axis=0).reshape(x.shape + W.shape[1:]), (x, W.shape)


def word_embedding_backward(dout, cache):
    x, (V, D) = cache
    words, rows = x.ravel(), dout.reshape(-1, D)
    by_count = np.stack([np.bincount(words, rows[:, d], minlength=V) for d in range(D)], axis=1)
    order = np.argsort(words, kind="stable")
    present, starts = np.unique(words[order], return_index=True)
    by_sort = np.zeros((V, D))
    by_sort[present] = np.add.reduceat(rows[order], starts)
    return (by_count + by_sort) / 2
