"""The reference solution of 4_attention.ipynb, collected from its solution cells. Built: do not edit."""

import numpy as np


def attention_forward(prev_h, A):
    """Dot-product attention: look at the cells of a picture, at each as much as it suits the hidden state.

    Inputs:
    - prev_h: Hidden state of the time step before, of shape (N, H)
    - A: The cells of each picture, of shape (N, L, H)

    Returns a tuple of:
    - attn: The weighted sum of the cells, of shape (N, H)
    - weights: The weights of the cells, the softmax of (prev_h . cell) / sqrt(H), of shape (N, L)
    - cache: What the backward pass needs
    """
    scores = (A * prev_h[:, np.newaxis]).sum(axis=2) / prev_h.shape[1] ** 0.5
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = weights / weights.sum(axis=1, keepdims=True)
    attn = (A * weights[:, :, np.newaxis]).sum(axis=1)
    return attn, weights, (prev_h, A, weights)


def attention_backward(dattn, cache):
    """Backward pass of dot-product attention.

    Inputs:
    - dattn: Gradient with respect to attn, of shape (N, H)
    - cache: The cache that attention_forward returned

    Returns a tuple of:
    - dprev_h: Gradient with respect to the hidden state, of shape (N, H)
    - dA: Gradient with respect to the cells, of shape (N, L, H)
    """
    prev_h, A, weights = cache
    dweights = (A * dattn[:, np.newaxis]).sum(axis=2)
    dscores = weights * (dweights - (weights * dweights).sum(axis=1, keepdims=True)) / prev_h.shape[1] ** 0.5
    dprev_h = (A * dscores[:, :, np.newaxis]).sum(axis=1)
    dA = weights[:, :, np.newaxis] * dattn[:, np.newaxis] + dscores[:, :, np.newaxis] * prev_h[:, np.newaxis]
    return dprev_h, dA


def attention_lstm_step_forward(x, prev_h, prev_c, A, Wx, Wh, Wattn, b):
    """Forward pass of one time step of an LSTM with attention.

    Inputs:
    - x: Input at this time step, of shape (N, D)
    - prev_h: Hidden state of the time step before, of shape (N, H)
    - prev_c: Cell state of the time step before, of shape (N, H)
    - A: The cells of each picture, of shape (N, L, H)
    - Wx: Weights from the input to the gates, of shape (D, 4H)
    - Wh: Weights from the hidden state to the gates, of shape (H, 4H)
    - Wattn: Weights from what is seen to the gates, of shape (H, 4H)
    - b: Biases of the gates, of shape (4H,)

    Returns a tuple of:
    - next_h: Hidden state of this time step, of shape (N, H)
    - next_c: Cell state of this time step, of shape (N, H)
    - weights: The weights of the cells, of shape (N, L)
    - cache: What the backward pass needs
    """
    attn, weights, attention_cache = attention_forward(prev_h, A)
    both, W = np.concatenate([x, attn], axis=1), np.concatenate([Wx, Wattn])
    next_h, next_c, lstm_cache = lstm_step_forward(both, prev_h, prev_c, W, Wh, b)
    return next_h, next_c, weights, (lstm_cache, attention_cache)


def attention_lstm_step_backward(dnext_h, dnext_c, cache):
    """Backward pass of one time step of an LSTM with attention.

    Inputs:
    - dnext_h: Gradient with respect to the next hidden state, of shape (N, H)
    - dnext_c: Gradient with respect to the next cell state, of shape (N, H)
    - cache: The cache that attention_lstm_step_forward returned

    Returns a tuple of:
    - dx: Gradient with respect to the input, of shape (N, D)
    - dprev_h: Gradient with respect to the previous hidden state, of shape (N, H)
    - dprev_c: Gradient with respect to the previous cell state, of shape (N, H)
    - dA: Gradient with respect to the cells, of shape (N, L, H)
    - dWx: Gradient with respect to the weights of the input, of shape (D, 4H)
    - dWh: Gradient with respect to the weights of the hidden state, of shape (H, 4H)
    - dWattn: Gradient with respect to the weights of what is seen, of shape (H, 4H)
    - db: Gradient with respect to the biases, of shape (4H,)
    """
    lstm_cache, attention_cache = cache
    dboth, dprev_h, dprev_c, dW, dWh, db = lstm_step_backward(dnext_h, dnext_c, lstm_cache)
    D = dboth.shape[1] - dprev_h.shape[1]  # the columns of x; those of attn follow
    asked_h, dA = attention_backward(dboth[:, D:], attention_cache)
    return dboth[:, :D], dprev_h + asked_h, dprev_c, dA, dW[:D], dWh, dW[D:], db


def attention_lstm_forward(x, A, Wx, Wh, Wattn, b):
    """Forward pass of an LSTM with attention over a whole sequence. Both states start from the mean of the cells.

    Inputs:
    - x: Inputs at all time steps, of shape (N, T, D)
    - A: The cells of each picture, of shape (N, L, H)
    - Wx: Weights from the input to the gates, of shape (D, 4H)
    - Wh: Weights from the hidden state to the gates, of shape (H, 4H)
    - Wattn: Weights from what is seen to the gates, of shape (H, 4H)
    - b: Biases of the gates, of shape (4H,)

    Returns a tuple of:
    - h: Hidden states of all time steps, of shape (N, T, H)
    - weights: The weights of the cells at all time steps, of shape (N, T, L)
    - cache: What the backward pass needs
    """
    prev_h = prev_c = A.mean(axis=1)
    states, maps, cache = [], [], []
    for t in range(x.shape[1]):
        prev_h, prev_c, looked, step_cache = attention_lstm_step_forward(x[:, t], prev_h, prev_c, A, Wx, Wh, Wattn, b)
        states.append(prev_h)
        maps.append(looked)
        cache.append(step_cache)
    return np.stack(states, axis=1), np.stack(maps, axis=1), cache


def attention_lstm_backward(dh, cache):
    """Backward pass of an LSTM with attention over a whole sequence.

    Inputs:
    - dh: Gradients with respect to the hidden states of all time steps, of shape (N, T, H)
    - cache: The cache that attention_lstm_forward returned

    Returns a tuple of:
    - dx: Gradient with respect to the inputs, of shape (N, T, D)
    - dA: Gradient with respect to the cells, of shape (N, L, H)
    - dWx: Gradient with respect to the weights of the input, of shape (D, 4H)
    - dWh: Gradient with respect to the weights of the hidden state, of shape (H, 4H)
    - dWattn: Gradient with respect to the weights of what is seen, of shape (H, 4H)
    - db: Gradient with respect to the biases, of shape (4H,)
    """
    dx, shared = [], []
    dprev_h, dprev_c = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in reversed(range(dh.shape[1])):
        dx_t, dprev_h, dprev_c, *gradients = attention_lstm_step_backward(dh[:, t] + dprev_h, dprev_c, cache[t])
        dx.append(dx_t)
        shared.append(gradients)
    dA, dWx, dWh, dWattn, db = (sum(steps) for steps in zip(*shared))
    dA = dA + ((dprev_h + dprev_c) / dA.shape[1])[:, np.newaxis]  # both states started from the mean of the cells
    return np.stack(dx[::-1], axis=1), dA, dWx, dWh, dWattn, db


def captioning_attention_loss(self, features, captions):
    """The loss of CaptioningRNN for cell_type "attention": as captioning_lstm_loss, with a look at the cells each step.

    Inputs:
    - self: The CaptioningRNN, for self.params and self._null
    - features: Features of the cells of the images, of shape (N, L, D)
    - captions: Right captions, integers of shape (N, T) with 0 <= captions[n, t] < V; each starts with <START>

    Returns a tuple of:
    - loss: The loss, a number
    - grads: A dict with the gradient of every parameter, under the names and of the shapes of self.params
    """
    captions_in, captions_out = captions[:, :-1], captions[:, 1:]
    mask = captions_out != self._null
    p = self.params

    A, proj_cache = temporal_affine_forward(features, p["W_proj"], p["b_proj"])
    vectors, embed_cache = word_embedding_forward(captions_in, p["W_embed"])
    h, _, lstm_cache = attention_lstm_forward(vectors, A, p["Wx"], p["Wh"], p["Wattn"], p["b"])
    scores, affine_cache = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
    loss, dscores = temporal_softmax_loss(scores, captions_out, mask)

    grads = {}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, affine_cache)
    dvectors, dA, grads["Wx"], grads["Wh"], grads["Wattn"], grads["b"] = attention_lstm_backward(dh, lstm_cache)
    grads["W_embed"] = word_embedding_backward(dvectors, embed_cache)
    _, grads["W_proj"], grads["b_proj"] = temporal_affine_backward(dA, proj_cache)
    return loss, grads


def captioning_attention_sample(self, features, max_length=30):
    """The sampling of CaptioningRNN for cell_type "attention": greedy decoding, and where the model looked.

    Inputs:
    - self: The CaptioningRNN, for self.params and self._start
    - features: Features of the cells of the images, of shape (N, L, D)
    - max_length: The number of words to sample, T

    Returns a tuple of:
    - captions: Word ids, integers of shape (N, max_length). captions[:, 0] holds the first sampled words, not <START>
    - weights: The weights of the cells for each word, of shape (N, max_length, L)
    """
    p = self.params
    captions = np.full((len(features), max_length), self._null)
    weights = np.zeros((len(features), max_length, features.shape[1]))
    word = np.full(len(features), self._start)
    A, _ = temporal_affine_forward(features, p["W_proj"], p["b_proj"])
    h = c = A.mean(axis=1)
    for t in range(max_length):
        vectors = p["W_embed"][word]
        h, c, looked, _ = attention_lstm_step_forward(vectors, h, c, A, p["Wx"], p["Wh"], p["Wattn"], p["b"])
        word = np.argmax(h @ p["W_vocab"] + p["b_vocab"], axis=1)
        captions[:, t], weights[:, t] = word, looked
    return captions, weights


def log_softmax(scores):
    """The logarithm of the softmax over the last axis, without overflow."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def captioning_beam_search(self, features, width=3, max_length=30):
    """The most probable captions that a beam search finds, with a CaptioningRNN of cell_type "lstm".

    At each step every sentence that has not ended is continued by each word, sentences that have ended stay as they
    are, and the `width` best of all stay. Of equals, the one from the better sentence stays; of one sentence's
    continuations, that with the lower word id.

    Inputs:
    - self: The CaptioningRNN, for self.params, self._start, self._end and self._null
    - features: Features of the images, of shape (N, D)
    - width: How many sentences stay at each step
    - max_length: The largest number of words

    Returns a tuple of:
    - captions: Word ids of the best sentences, integers of shape (N, max_length), with <NULL> behind each <END>
    - log_probs: The sum of the logarithms of their words' probabilities, of shape (N,)
    """
    p = self.params
    captions = np.full((len(features), max_length), self._null)
    log_probs = np.zeros(len(features))
    first = features @ p["W_proj"] + p["b_proj"]
    for n in range(len(features)):
        beams = [(0.0, [self._start], first[[n]], np.zeros_like(first[[n]]))]
        for _ in range(max_length):
            candidates = []
            for beam in beams:
                total, words, h, c = beam
                if words[-1] == self._end:
                    candidates.append(beam)
                    continue
                h, c = lstm_step_forward(p["W_embed"][words[-1:]], h, c, p["Wx"], p["Wh"], p["b"])[:2]
                logs = log_softmax(h @ p["W_vocab"] + p["b_vocab"])[0]
                candidates += [(total + log, [*words, word], h, c) for word, log in enumerate(logs)]
            candidates.sort(key=lambda candidate: -candidate[0])
            beams = candidates[:width]
        log_probs[n], words = beams[0][:2]
        captions[n, : len(words) - 1] = words[1:]
    return captions, log_probs


def clip_gradients(grads, max_norm):
    """Shorten gradients whose global norm is larger than max_norm; grads and its arrays stay as they are.

    Inputs:
    - grads: A dict of gradients by name, arrays of any shape (finite numbers)
    - max_norm: The largest global norm that is let through, a number above 0

    Returns a tuple of:
    - clipped: A new dict with the same names and shapes. Where the norm of grads is larger than max_norm, all of them
      are multiplied by one factor, so that their norm is max_norm; else they are the same as in grads
    - norm: The global norm of grads, before clipping: a number
    """
    norm = sum((gradient**2).sum() for gradient in grads.values()) ** 0.5
    if norm <= max_norm:
        return dict(grads), norm
    return {name: gradient * (max_norm / norm) for name, gradient in grads.items()}, norm
