"""Inputs for the captioning model: word ids, parameters, and captions planted into the parameters."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..spec import Arrays

MODEL = """
from cs231n.classifiers.rnn import CaptioningRNN
weights = dict(W_proj=W_proj, b_proj=b_proj, W_embed=W_embed, Wx=Wx, Wh=Wh, b=b, W_vocab=W_vocab, b_vocab=b_vocab)
model = CaptioningRNN.from_params(weights, words, "{cell}")
"""
NULL, START, END = 0, 1, 2  # the usual ids of the special words
MARGIN = 4.0  # between the score of a planted word and those of the others
BIASED = 20.0  # so that who forgets the scores' bias gets other words
LIVELY = 2.0  # keeps the states of long captions apart without making them chaotic


def call(cell: str, use: str) -> str:
    """The snippet that makes a model of the given parameters and uses it."""
    return (MODEL + use).strip().format(cell=cell)


def published(cell: str) -> Arrays:
    """The inputs of the course's own check: everything is linspace, and the vocabulary has no <START>."""
    N, T, D, W, H, V = 10, 13, 20, 30, 40, 3
    G = 4 * H if cell == "lstm" else H
    shapes = dict(
        W_proj=(D, H), b_proj=(H,), W_embed=(V, W), Wx=(W, G), Wh=(H, G), b=(G,), W_vocab=(H, V), b_vocab=(V,)
    )
    first, last = (-0.5, 1.7) if cell == "lstm" else (-1.5, 0.3)
    return {
        "words": np.array([NULL, -1, -1]),
        "features": np.linspace(first, last, N * D).reshape(N, D),
        "captions": (np.arange(N * T) % V).reshape(N, T),
        **{name: np.linspace(-1.4, 1.3, int(np.prod(shape))).reshape(shape) for name, shape in shapes.items()},
    }


def with_words(inputs: Arrays) -> Arrays:
    """The usual ids of the special words, where a case has not chosen others."""
    return {"words": np.array([NULL, START, END]), **inputs}


def plant(states: Callable[[Arrays, np.ndarray], np.ndarray]) -> Callable[[Arrays], Arrays]:
    """Prepare inputs of `sample`: parameters for which the model says planned captions, word by word.

    states: gives the hidden states (N, T, H) that come of feeding some words (N, T). The scores' weights are then the
    solution of a linear system: at every step up to <END>, the planned word is the best by MARGIN. For this H must be
    at least the number of steps. What was planned does not stay among the inputs: it is the answer.
    """

    def prepare(inputs: Arrays) -> Arrays:
        lively = {"Wh": inputs["Wh"] * LIVELY / len(inputs["Wh"]) ** 0.5, "b_vocab": inputs["b_vocab"] * BIASED}
        inputs = with_words(inputs | lively)
        path = planned(inputs)
        fed = np.column_stack([np.full(len(path), inputs["words"][1]), path[:, :-1]])
        hidden = states(inputs, fed)
        is_end = path == inputs["words"][2]
        matters = np.cumsum(is_end, axis=1) - is_end == 0
        scores = MARGIN * np.eye(len(inputs["b_vocab"]))[path[matters]]
        weights = np.linalg.lstsq(hidden[matters], scores - inputs["b_vocab"], rcond=None)[0]
        model = {name: array for name, array in inputs.items() if name not in ("path", "ends")}
        return {**model, "W_vocab": weights.astype(hidden.dtype), "max_length": np.array(path.shape[1])}

    return prepare


def planned(inputs: Arrays) -> np.ndarray:
    """Captions (N, T) of ordinary words drawn as `path`, with <END> after `ends` words; by default after many words in
    the first row, after fewer in the next ones."""
    _, T = inputs["path"].shape
    ordinary = np.setdiff1d(np.arange(len(inputs["b_vocab"])), inputs["words"])
    path = ordinary[inputs["path"] % len(ordinary)]
    for row, words in enumerate(path):
        words[inputs["ends"][row] if "ends" in inputs else max(1, (T - 2) // (row + 1)) :][:1] = inputs["words"][2]
    return path
