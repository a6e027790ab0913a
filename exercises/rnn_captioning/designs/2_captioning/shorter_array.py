"""Captions are lists of words that end with <END>, image by image, and come back as floats, no longer than needed."""

import numpy as np


def captioning_rnn_sample(self, features, max_length=30):
    sentences = [say(self, image[None], max_length) for image in features]
    captions = np.full((len(sentences), max(map(len, sentences))), float(self._null))
    for row, sentence in zip(captions, sentences):
        row[: len(sentence)] = sentence
    return captions


def say(model, image, most):
    p, said = model.params, [model._start]
    h = image @ p["W_proj"] + p["b_proj"]
    while len(said) <= most and (len(said) == 1 or said[-1] != model._end):
        h = np.tanh(p["W_embed"][said[-1:]] @ p["Wx"] + h @ p["Wh"] + p["b"])
        said.append(int(np.argmax(h @ p["W_vocab"] + p["b_vocab"])))
    return said[1:]
