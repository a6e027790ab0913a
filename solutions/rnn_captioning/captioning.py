"""The reference solution of 2_captioning.ipynb, collected from its solution cells. Built: do not edit."""

import numpy as np


def captioning_rnn_loss(self, features, captions):
    """Loss of some images' captions and gradients of all parameters: the method `loss` of CaptioningRNN.

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
    h, rnn_cache = rnn_forward(vectors, h0, p["Wx"], p["Wh"], p["b"])
    scores, affine_cache = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
    loss, dscores = temporal_softmax_loss(scores, captions_out, mask)

    grads = {}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, affine_cache)
    dvectors, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, rnn_cache)
    grads["W_embed"] = word_embedding_backward(dvectors, embed_cache)
    grads["W_proj"], grads["b_proj"] = features.T @ dh0, dh0.sum(axis=0)
    return loss, grads


def captioning_rnn_sample(self, features, max_length=30):
    """Captions for some images: the method `sample` of CaptioningRNN.

    At every step the word with the highest score is taken and fed back. What stands in a row after its first <END>
    does not matter.

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
    for t in range(max_length):
        h, _ = rnn_step_forward(p["W_embed"][word], h, p["Wx"], p["Wh"], p["b"])
        word = np.argmax(h @ p["W_vocab"] + p["b_vocab"], axis=1)
        captions[:, t] = word
    return captions
