"""The reference solution of 3_lstm.ipynb, collected from its solution cells. Built: do not edit."""

import numpy as np


def sigmoid(x):
    """The logistic function 1 / (1 + exp(-x)), written so that it overflows for no x."""
    return (1 + np.tanh(x / 2)) / 2


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    """Forward pass of one time step of an LSTM.

    Inputs:
    - x: Input at this time step, of shape (N, D)
    - prev_h: Hidden state of the time step before, of shape (N, H)
    - prev_c: Cell state of the time step before, of shape (N, H)
    - Wx: Weights from the input to the gates, of shape (D, 4H)
    - Wh: Weights from the hidden state to the gates, of shape (H, 4H)
    - b: Biases of the gates, of shape (4H,)

    Returns a tuple of:
    - next_h: Hidden state of this time step, of shape (N, H)
    - next_c: Cell state of this time step, of shape (N, H)
    - cache: What the backward pass needs
    """
    ai, af, ao, ag = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    i, f, o, g = sigmoid(ai), sigmoid(af), sigmoid(ao), np.tanh(ag)
    next_c = f * prev_c + i * g
    tanh_c = np.tanh(next_c)
    next_h = o * tanh_c
    cache = (x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c)
    return next_h, next_c, cache


def lstm_step_backward(dnext_h, dnext_c, cache):
    """Backward pass of one time step of an LSTM.

    Inputs:
    - dnext_h: Gradient with respect to the next hidden state, of shape (N, H)
    - dnext_c: Gradient with respect to the next cell state, of shape (N, H)
    - cache: The cache that lstm_step_forward returned

    Returns a tuple of:
    - dx: Gradient with respect to the input, of shape (N, D)
    - dprev_h: Gradient with respect to the previous hidden state, of shape (N, H)
    - dprev_c: Gradient with respect to the previous cell state, of shape (N, H)
    - dWx: Gradient with respect to the weights of the input, of shape (D, 4H)
    - dWh: Gradient with respect to the weights of the hidden state, of shape (H, 4H)
    - db: Gradient with respect to the biases, of shape (4H,)
    """
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c = cache
    dc = dnext_c + dnext_h * o * (1 - tanh_c**2)  # next_c is used twice: by the next step, and for next_h
    dprev_c = dc * f

    dai = dc * g * i * (1 - i)
    daf = dc * prev_c * f * (1 - f)
    dao = dnext_h * tanh_c * o * (1 - o)
    dag = dc * i * (1 - g**2)
    da = np.concatenate([dai, daf, dao, dag], axis=1)
    return da @ Wx.T, da @ Wh.T, dprev_c, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def lstm_forward(x, h0, Wx, Wh, b):
    """Forward pass of an LSTM over a whole sequence. The cell state starts from zeros.

    Inputs:
    - x: Inputs at all time steps, of shape (N, T, D)
    - h0: Hidden state before the first time step, of shape (N, H)
    - Wx: Weights from the input to the gates, of shape (D, 4H)
    - Wh: Weights from the hidden state to the gates, of shape (H, 4H)
    - b: Biases of the gates, of shape (4H,)

    Returns a tuple of:
    - h: Hidden states of all time steps, of shape (N, T, H)
    - cache: What the backward pass needs
    """
    prev_h, prev_c = h0, np.zeros_like(h0)
    states, cache = [], []
    for t in range(x.shape[1]):
        prev_h, prev_c, step_cache = lstm_step_forward(x[:, t], prev_h, prev_c, Wx, Wh, b)
        states.append(prev_h)
        cache.append(step_cache)
    return np.stack(states, axis=1), cache


def lstm_backward(dh, cache):
    """Backward pass of an LSTM over a whole sequence.

    Inputs:
    - dh: Gradients with respect to the hidden states of all time steps, of shape (N, T, H)
    - cache: The cache that lstm_forward returned

    Returns a tuple of:
    - dx: Gradient with respect to the inputs, of shape (N, T, D)
    - dh0: Gradient with respect to the first hidden state, of shape (N, H)
    - dWx: Gradient with respect to the weights of the input, of shape (D, 4H)
    - dWh: Gradient with respect to the weights of the hidden state, of shape (H, 4H)
    - db: Gradient with respect to the biases, of shape (4H,)
    """
    dx, weights = [], []
    dprev_h, dprev_c = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in reversed(range(dh.shape[1])):
        dx_t, dprev_h, dprev_c, *dweights = lstm_step_backward(dh[:, t] + dprev_h, dprev_c, cache[t])
        dx.append(dx_t)
        weights.append(dweights)
    dWx, dWh, db = (sum(steps) for steps in zip(*weights))
    return np.stack(dx[::-1], axis=1), dprev_h, dWx, dWh, db


def captioning_lstm_loss(self, features, captions):
    """The loss of CaptioningRNN for cell_type "lstm": as captioning_rnn_loss, with an LSTM in the middle.

    Inputs:
    - self: The CaptioningRNN, for self.params and self._null
    - features: Features of the images, of shape (N, D)
    - captions: Right captions, integers of shape (N, T) with 0 <= captions[n, t] < V; each starts with <START>

    Returns a tuple of:
    - loss: The loss, a number
    - grads: A dict with the gradient of every parameter, under the names and of the shapes of self.params
    """
    captions_in, captions_out = captions[:, :-1], captions[:, 1:]
    mask = captions_out != self._null
    p = self.params

    h0 = features @ p["W_proj"] + p["b_proj"]
    vectors, embed_cache = word_embedding_forward(captions_in, p["W_embed"])
    h, lstm_cache = lstm_forward(vectors, h0, p["Wx"], p["Wh"], p["b"])
    scores, affine_cache = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
    loss, dscores = temporal_softmax_loss(scores, captions_out, mask)

    grads = {}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, affine_cache)
    dvectors, dh0, grads["Wx"], grads["Wh"], grads["b"] = lstm_backward(dh, lstm_cache)
    grads["W_embed"] = word_embedding_backward(dvectors, embed_cache)
    grads["W_proj"], grads["b_proj"] = features.T @ dh0, dh0.sum(axis=0)
    return loss, grads


def captioning_lstm_sample(self, features, max_length=30):
    """The sampling of CaptioningRNN for cell_type "lstm": as captioning_rnn_sample, with two states to hand on.

    Inputs:
    - self: The CaptioningRNN, for self.params and self._start
    - features: Features of the images, of shape (N, D)
    - max_length: The number of words to sample, T

    Returns:
    - captions: Word ids, integers of shape (N, max_length). captions[:, 0] holds the first sampled words, not <START>
    """
    p = self.params
    captions = np.full((len(features), max_length), self._null)
    word = np.full(len(features), self._start)
    h = features @ p["W_proj"] + p["b_proj"]
    c = np.zeros_like(h)
    for t in range(max_length):
        h, c, _ = lstm_step_forward(p["W_embed"][word], h, c, p["Wx"], p["Wh"], p["b"])
        word = np.argmax(h @ p["W_vocab"] + p["b_vocab"], axis=1)
        captions[:, t] = word
    return captions
