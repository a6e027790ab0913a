"""Sampling stops when every caption has ended, and fills up with <NULL>; the loss works caption by caption."""

import numpy as np


def captioning_rnn_loss(self, features, captions):
    N = len(features)
    total, grads = 0.0, {name: np.zeros_like(w) for name, w in self.params.items()}
    for n in range(N):
        loss, own = one_caption(self, features[n : n + 1], captions[n : n + 1])
        total += loss / N
        for name, gradient in own.items():
            grads[name] += gradient / N
    return total, grads


def one_caption(model, features, captions):
    W_proj, b_proj, W_embed = (model.params[name] for name in ("W_proj", "b_proj", "W_embed"))
    Wx, Wh, b, W_vocab, b_vocab = (model.params[name] for name in ("Wx", "Wh", "b", "W_vocab", "b_vocab"))
    h0 = features.dot(W_proj) + b_proj
    words, cache1 = word_embedding_forward(captions[:, :-1], W_embed)
    h, cache2 = rnn_forward(words, h0, Wx, Wh, b)
    scores, cache3 = temporal_affine_forward(h, W_vocab, b_vocab)
    loss, dscores = temporal_softmax_loss(scores, captions[:, 1:], captions[:, 1:] != model._null)
    dh, dW_vocab, db_vocab = temporal_affine_backward(dscores, cache3)
    dwords, dh0, dWx, dWh, db = rnn_backward(dh, cache2)
    dW_embed = word_embedding_backward(dwords, cache1)
    gradients = dict(W_vocab=dW_vocab, b_vocab=db_vocab, Wx=dWx, Wh=dWh, b=db, W_embed=dW_embed)
    return loss, {**gradients, "W_proj": features.T.dot(dh0), "b_proj": np.sum(dh0, axis=0)}


def captioning_rnn_sample(self, features, max_length=30):
    p = self.params
    captions = np.zeros((features.shape[0], max_length), dtype=np.int32) + self._null
    h = np.dot(features, p["W_proj"]) + p["b_proj"]
    word, over = self._start * np.ones(len(features), dtype=np.int32), np.zeros(len(features), dtype=bool)
    for t in range(max_length):
        x, _ = word_embedding_forward(word, p["W_embed"])
        h, _ = rnn_step_forward(x, h, p["Wx"], p["Wh"], p["b"])
        scores, _ = temporal_affine_forward(h[:, None, :], p["W_vocab"], p["b_vocab"])
        word = scores[:, 0].argmax(axis=1)
        captions[~over, t] = word[~over]
        over |= word == self._end
        if over.all():
            break
    return captions
