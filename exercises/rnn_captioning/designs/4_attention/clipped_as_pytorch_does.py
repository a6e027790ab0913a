"""Clipping with PyTorch's formula, which adds a small number to the norm, and one multiplication in all cases."""

import numpy as np


def clip_gradients(grads, max_norm):
    norm = np.linalg.norm(np.concatenate([np.ravel(gradient) for gradient in grads.values()]))
    factor = min(1.0, max_norm / (norm + 1e-6))
    return {name: gradient * factor for name, gradient in grads.items()}, norm
