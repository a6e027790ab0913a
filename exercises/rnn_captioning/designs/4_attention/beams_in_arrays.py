"""The beam search with arrays: all beams make their step at once, and a stable argsort of a flat array chooses."""

import numpy as np


def captioning_beam_search(self, features, width=3, max_length=30):
    found = [one_image(self, image[None], width, max_length) for image in features]
    return np.array([words for words, _ in found]), np.array([total for _, total in found])


def one_image(model, image, width, T):
    p, V = model.params, len(model.params["b_vocab"])
    h = image @ p["W_proj"] + p["b_proj"]
    c, last = 0 * h, np.array([model._start])
    words, totals = np.full((1, T), model._null), np.zeros(1)
    for t in range(T):
        over = (last == model._end) | (last == model._null) & (t > 0) & (words == model._end).any(axis=1)
        next_h, next_c, _ = lstm_step_forward(p["W_embed"][last], h, c, p["Wx"], p["Wh"], p["b"])
        logs = log_softmax(next_h @ p["W_vocab"] + p["b_vocab"])
        logs[over] = -np.inf
        logs[over, model._null] = 0.0
        every = (totals[:, None] + logs).ravel()
        best = np.argsort(-every, kind="stable")[:width]
        best = best[np.isfinite(every[best])]
        rows, last = best // V, best % V
        words, totals, h, c = words[rows], every[best], next_h[rows], next_c[rows]
        words[:, t] = last
    return words[0], totals[0]
