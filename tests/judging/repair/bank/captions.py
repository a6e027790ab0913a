"""The captioning model written out, with names for every parameter."""

from . import Wrong

CODE = """
import numpy as np

def captioning_rnn_loss(self, features, captions):
    captions_in = captions[:, :-1]
    captions_out = captions[:, 1:]
    mask = (captions_out != self._null)
    W_proj, b_proj = self.params['W_proj'], self.params['b_proj']
    W_embed = self.params['W_embed']
    Wx, Wh, b = self.params['Wx'], self.params['Wh'], self.params['b']
    W_vocab, b_vocab = self.params['W_vocab'], self.params['b_vocab']
    h0 = np.dot(features, W_proj) + b_proj
    emb, emb_cache = word_embedding_forward(captions_in, W_embed)
    h, rnn_cache = rnn_forward(emb, h0, Wx, Wh, b)
    scores, score_cache = temporal_affine_forward(h, W_vocab, b_vocab)
    loss, dscores = temporal_softmax_loss(scores, captions_out, mask)
    grads = {}
    dh, dW_vocab, db_vocab = temporal_affine_backward(dscores, score_cache)
    demb, dh0, dWx, dWh, db = rnn_backward(dh, rnn_cache)
    dW_embed = word_embedding_backward(demb, emb_cache)
    dW_proj = np.dot(features.T, dh0)
    db_proj = np.sum(dh0, axis=0)
    grads['W_proj'] = dW_proj
    grads['b_proj'] = db_proj
    grads['W_embed'] = dW_embed
    grads['Wx'] = dWx
    grads['Wh'] = dWh
    grads['b'] = db
    grads['W_vocab'] = dW_vocab
    grads['b_vocab'] = db_vocab
    return loss, grads

def captioning_rnn_sample(self, features, max_length=30):
    N = features.shape[0]
    captions = self._null * np.ones((N, max_length), dtype=np.int32)
    W_proj, b_proj = self.params['W_proj'], self.params['b_proj']
    W_embed = self.params['W_embed']
    Wx, Wh, b = self.params['Wx'], self.params['Wh'], self.params['b']
    W_vocab, b_vocab = self.params['W_vocab'], self.params['b_vocab']
    h = features.dot(W_proj) + b_proj
    current = np.full(N, self._start)
    for t in range(max_length):
        vec = W_embed[current]
        h, _ = rnn_step_forward(vec, h, Wx, Wh, b)
        scores = h.dot(W_vocab) + b_vocab
        best = np.argmax(scores, axis=1)
        captions[:, t] = best
        current = best
    return captions
"""

WRONG = (
    Wrong("captioning_rnn_loss", "captions_in = captions[:, :-1]", "captions_in = captions[:, 1:]"),
    Wrong("captioning_rnn_loss", "captions_out = captions[:, 1:]", "captions_out = captions[:, :-1]"),
    Wrong("captioning_rnn_loss", "mask = (captions_out != self._null)", "mask = (captions_in != self._null)"),
    Wrong("captioning_rnn_loss", "mask = (captions_out != self._null)", "mask = (captions_out != self._end)"),
    Wrong("captioning_rnn_loss", "mask = (captions_out != self._null)", "mask = (captions_out == self._null)"),
    Wrong("captioning_rnn_loss", "np.dot(features, W_proj) + b_proj", "np.dot(features, W_proj)"),
    Wrong("captioning_rnn_loss", "rnn_forward(emb, h0, Wx, Wh, b)", "rnn_forward(emb, np.zeros_like(h0), Wx, Wh, b)"),
    Wrong("captioning_rnn_loss", "dW_proj = np.dot(features.T, dh0)", "dW_proj = np.dot(features.T, h0)"),
    Wrong("captioning_rnn_loss", "dW_proj = np.dot(features.T, dh0)", "dW_proj = np.dot(dh0.T, features)"),
    Wrong("captioning_rnn_loss", "dW_proj = np.dot(features.T, dh0)", "dW_proj = np.dot(features.T, dh[:, 0])"),
    Wrong("captioning_rnn_loss", "db_proj = np.sum(dh0, axis=0)", "db_proj = np.sum(dh0)"),
    Wrong("captioning_rnn_loss", "db_proj = np.sum(dh0, axis=0)", "db_proj = np.sum(h0, axis=0)"),
    Wrong("captioning_rnn_loss", "grads['b_proj'] = db_proj", "grads['b_proj'] = b_proj"),
    Wrong("captioning_rnn_loss", "grads['Wh'] = dWh", "grads['Wh'] = Wh"),
    Wrong("captioning_rnn_loss", "grads['b'] = db\n", "grads['b'] = db_proj\n"),
    Wrong(
        "captioning_rnn_loss", "grads['Wx'] = dWx\n    grads['Wh'] = dWh", "grads['Wx'] = dWh\n    grads['Wh'] = dWx"
    ),
    Wrong("captioning_rnn_loss", "dh, dW_vocab, db_vocab = temporal", "dh, db_vocab, dW_vocab = temporal"),
    Wrong("captioning_rnn_loss", "demb, dh0, dWx, dWh, db = rnn", "demb, dh0, dWh, dWx, db = rnn"),
    Wrong("captioning_rnn_loss", "word_embedding_backward(demb, emb_cache)", "word_embedding_backward(emb, emb_cache)"),
    Wrong(
        "captioning_rnn_loss",
        "temporal_softmax_loss(scores, captions_out, mask)",
        "temporal_softmax_loss(scores, captions_in, mask)",
    ),
    Wrong(
        "captioning_rnn_loss",
        "word_embedding_forward(captions_in, W_embed)",
        "word_embedding_forward(captions_out, W_embed)",
    ),
    Wrong("captioning_rnn_loss", "grads['b_vocab'] = db_vocab", "grads['b_vocab'] = db_vocab[None, :]"),
    Wrong("captioning_rnn_loss", "    return loss, grads", "    return loss / len(features), grads"),
    Wrong(
        "captioning_rnn_sample",
        "captions[:, t] = best\n        current = best",
        "captions[:, t] = current\n        current = best",
    ),
    Wrong(
        "captioning_rnn_sample",
        "        current = best\n",
        "",
        ("captions[:, t] = best", "current = np.full", "vec =", "best ="),
    ),
    Wrong("captioning_rnn_sample", "current = np.full(N, self._start)", "current = np.full(N, self._null)"),
    Wrong("captioning_rnn_sample", "current = np.full(N, self._start)", "current = np.full(N, self._end)"),
    Wrong("captioning_rnn_sample", "current = np.full(N, self._start)", "current = np.zeros(N, dtype=int)"),
    Wrong("captioning_rnn_sample", "np.argmax(scores, axis=1)", "np.argmax(scores, axis=0)"),
    Wrong("captioning_rnn_sample", "np.argmax(scores, axis=1)", "np.argmax(scores)"),
    Wrong("captioning_rnn_sample", "np.argmax(scores, axis=1)", "np.max(scores, axis=1)"),
    Wrong("captioning_rnn_sample", "np.argmax(scores, axis=1)", "np.argmin(scores, axis=1)"),
    Wrong("captioning_rnn_sample", "scores = h.dot(W_vocab) + b_vocab", "scores = h.dot(W_vocab)"),
    Wrong("captioning_rnn_sample", "for t in range(max_length):", "for t in range(1, max_length):"),
    Wrong("captioning_rnn_sample", "for t in range(max_length):", "for t in range(max_length - 1):"),
    Wrong(
        "captioning_rnn_sample",
        "h, _ = rnn_step_forward(vec, h,",
        "hn, _ = rnn_step_forward(vec, h,",
        ("hn, _ =", "scores = h"),
    ),
    Wrong("captioning_rnn_sample", "h = features.dot(W_proj) + b_proj", "h = features.dot(W_proj)"),
    Wrong("captioning_rnn_sample", "h = features.dot(W_proj) + b_proj", "h = np.zeros((N, Wh.shape[0]))"),
    Wrong(
        "captioning_rnn_sample",
        "    for t in range(max_length):\n        vec = W_embed[current]\n",
        "    vec = W_embed[current]\n    for t in range(max_length):\n",
    ),
    Wrong("captioning_rnn_sample", "vec = W_embed[current]", "vec = W_embed[t] * np.ones((N, 1))"),
    Wrong("captioning_rnn_sample", "captions[:, t] = best", "captions[t] = best"),
    Wrong("captioning_rnn_sample", "        current = best\n", "        current = captions[:, 0]\n"),
    Wrong(
        "captioning_rnn_sample",
        "        captions[:, t] = best\n        current = best\n    return captions",
        "        captions[:, t] = best\n        current = best\n        return captions",
    ),
)
