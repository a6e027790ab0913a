"""The mask is used as numbers, and only the unmasked rows are ever looked at."""

import numpy as np


def temporal_softmax_loss(x, y, mask, verbose=False):
    N, T, V = x.shape
    weight = mask.astype(np.float64).reshape(-1, 1)
    flat = x.reshape(-1, V)
    e = np.exp(flat - flat.max(axis=1)[:, None])
    p = e / e.sum(axis=1)[:, None]
    choice = np.zeros_like(p)
    choice[range(N * T), y.ravel()] = 1.0
    loss = -(1.0 / N) * float((weight * choice * np.log(p)).sum())
    return loss, ((p - choice) * weight / N).reshape(x.shape)
