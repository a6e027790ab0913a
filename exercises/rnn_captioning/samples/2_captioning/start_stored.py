"""The most common mistake in sampling: <START> is stored as the first word, and everything comes one place too late."""

import numpy as np


def captioning_rnn_sample(self, features, max_length=30):
    p = self.params
    captions = np.full((len(features), max_length), self._null)
    h = features @ p["W_proj"] + p["b_proj"]
    captions[:, 0] = self._start
    for t in range(1, max_length):
        h, _ = rnn_step_forward(p["W_embed"][captions[:, t - 1]], h, p["Wx"], p["Wh"], p["b"])
        captions[:, t] = np.argmax(h @ p["W_vocab"] + p["b_vocab"], axis=1)
    return captions
