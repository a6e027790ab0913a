"""The loss unrolls its own steps, with one backward loop; sampling is image by image and stops at <END>."""

import numpy as np


def captioning_attention_loss(self, features, captions):
    p, N, T = self.params, len(captions), captions.shape[1] - 1
    A = np.einsum("nld,dh->nlh", features, p["W_proj"]) + p["b_proj"]
    h = c = A.mean(1)
    loss, caches, hidden = 0, [], []
    dscores = np.zeros((N, T, len(p["b_vocab"])), dtype=A.dtype)
    for t in range(T):
        vectors = p["W_embed"][captions[:, t]]
        h, c, _, cache = attention_lstm_step_forward(vectors, h, c, A, p["Wx"], p["Wh"], p["Wattn"], p["b"])
        scores = (h @ p["W_vocab"] + p["b_vocab"])[:, None]
        right = captions[:, t + 1 : t + 2]
        step_loss, dscores[:, t : t + 1] = temporal_softmax_loss(scores, right, right != self._null)
        loss += step_loss
        caches.append(cache)
        hidden.append(h)
    grads = {name: np.zeros_like(w) for name, w in p.items()}
    dA, dh, dc = np.zeros_like(A), np.zeros_like(h), np.zeros_like(c)
    for t in reversed(range(T)):
        grads["W_vocab"] += hidden[t].T @ dscores[:, t]
        grads["b_vocab"] += dscores[:, t].sum(0)
        own = attention_lstm_step_backward(dh + dscores[:, t] @ p["W_vocab"].T, dc, caches[t])
        dvectors, dh, dc = own[:3]
        for total, gradient in zip([dA, *(grads[name] for name in ("Wx", "Wh", "Wattn", "b"))], own[3:]):
            total += gradient
        np.add.at(grads["W_embed"], captions[:, t], dvectors)
    dA += ((dh + dc) / A.shape[1])[:, None]
    grads["W_proj"] = np.tensordot(features, dA, axes=([0, 1], [0, 1]))
    grads["b_proj"] = dA.sum(axis=(0, 1))
    return loss, grads


def captioning_attention_sample(self, features, max_length=30):
    spoken = [say(self, features[n : n + 1], max_length) for n in range(len(features))]
    longest = max(len(words) for words, _ in spoken)
    captions = np.full((len(spoken), longest), self._null, dtype=np.int32)
    weights = np.zeros((len(spoken), longest, features.shape[1]))
    for n, (words, maps) in enumerate(spoken):
        captions[n, : len(words)], weights[n, : len(words)] = words, maps
    return captions, weights


def say(model, image, most):
    p, words, maps = model.params, [], []
    A = image @ p["W_proj"] + p["b_proj"]
    h, c, last = A.mean(axis=1), A.mean(axis=1), model._start
    while len(words) < most and last != model._end:
        x = p["W_embed"][[last]]
        h, c, looked, _ = attention_lstm_step_forward(x, h, c, A, p["Wx"], p["Wh"], p["Wattn"], p["b"])
        last = int((h @ p["W_vocab"] + p["b_vocab"]).argmax())
        words.append(last)
        maps.append(looked[0])
    return words, maps
