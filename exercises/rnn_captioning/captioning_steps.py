"""Steps of sampling: those that captions are planted with, and what the known mistakes are made of."""

import numpy as np


def rnn_cell(inputs, vectors, h, c):
    """One step of the vanilla RNN, which has no cell state."""
    return (np.tanh(vectors @ inputs["Wx"] + h @ inputs["Wh"] + inputs["b"]),) * 2


def lstm_cell(inputs, vectors, h, c):
    """One step of the LSTM."""
    i, f, o, g = np.split(vectors @ inputs["Wx"] + h @ inputs["Wh"] + inputs["b"], 4, axis=1)
    i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o))
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c


def attention_cell(inputs, vectors, h, c):
    """One step of the LSTM with attention."""
    A = cells(inputs)
    scores = (A @ h[:, :, np.newaxis])[:, :, 0] / h.shape[1] ** 0.5
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    attn = (weights[:, np.newaxis] @ A)[:, 0] / weights.sum(axis=1, keepdims=True)
    return lstm_cell({**inputs, "b": inputs["b"] + attn @ inputs["Wattn"]}, vectors, h, c)


def cells(inputs):
    """The cells of each image, projected."""
    return inputs["features"] @ inputs["W_proj"] + inputs["b_proj"]


def first_state(self, features):
    """The hidden state and the cell state that captions start from, and <START> for each."""
    h = features @ self.params["W_proj"] + self.params["b_proj"]
    return h, np.zeros_like(h), np.full(len(features), self._start)


def step(self, vectors, h, c):
    """One step from the words' vectors: the next states, and the best words."""
    p = self.params
    if self.cell_type == "lstm":
        h, c, _ = lstm_step_forward(vectors, h, c, p["Wx"], p["Wh"], p["b"])
    else:
        h, _ = rnn_step_forward(vectors, h, p["Wx"], p["Wh"], p["b"])
    return h, c, np.argmax(h @ p["W_vocab"] + p["b_vocab"], axis=1)


def go_on(self, h, c, word, max_length, taken=step):
    """The captions that follow from some states and words, with other steps where a mistake takes them."""
    captions = np.zeros((len(word), max_length), dtype=int)
    for t in range(max_length):
        h, c, word = taken(self, self.params["W_embed"][word], h, c)
        captions[:, t] = word
    return captions


HELPERS = (first_state, step, go_on)  # that the mistakes call
