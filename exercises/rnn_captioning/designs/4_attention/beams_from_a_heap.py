"""The beam search with objects, heapq and a stop when all have ended; captions are lists."""

import heapq
from dataclasses import dataclass

import numpy as np


@dataclass
class Sentence:
    h: np.ndarray
    c: np.ndarray
    words: tuple = ()
    total: float = 0.0

    def grown(self, model):
        p = model.params
        if self.words and self.words[-1] == model._end:
            return [self]
        last = self.words[-1] if self.words else model._start
        h, c, _ = lstm_step_forward(p["W_embed"][last][None], self.h, self.c, p["Wx"], p["Wh"], p["b"])
        scores = (h @ p["W_vocab"])[0] + p["b_vocab"]
        logs = scores - scores.max()
        logs = logs - np.log(np.sum(np.exp(logs)))
        return [Sentence(h, c, (*self.words, word), self.total + logs[word]) for word in range(len(logs))]


def captioning_beam_search(self, features, width=3, max_length=30):
    captions, log_probs = [], []
    for h in np.dot(features, self.params["W_proj"]) + self.params["b_proj"]:
        beams = [Sentence(h[None], np.zeros_like(h)[None])]
        for _ in range(max_length):
            if all(beam.words and beam.words[-1] == self._end for beam in beams):
                break
            every = [sentence for beam in beams for sentence in beam.grown(self)]
            beams = heapq.nlargest(width, every, key=lambda sentence: sentence.total)
        captions.append([*beams[0].words, *[self._null] * (max_length - len(beams[0].words))])
        log_probs.append(beams[0].total)
    return captions, log_probs
