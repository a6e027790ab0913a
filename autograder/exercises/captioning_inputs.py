"""Inputs for the captioning model: word ids, parameters, and captions planted into the parameters."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..spec import FLOAT32, Arrays, Exercise

MODEL = """
from cs231n.classifiers.rnn import CaptioningRNN
weights = dict(W_proj=W_proj, b_proj=b_proj, W_embed=W_embed, Wx=Wx, Wh=Wh, b=b, W_vocab=W_vocab, b_vocab=b_vocab)
model = CaptioningRNN.from_params(weights, words, "{cell}")
"""
LOSS = """
loss, grads = captioning_{cell}_loss(model, features, captions)
dW_proj, db_proj, dW_embed = grads.get("W_proj"), grads.get("b_proj"), grads.get("W_embed")
dWx, dWh, db = grads.get("Wx"), grads.get("Wh"), grads.get("b")
dW_vocab, db_vocab = grads.get("W_vocab"), grads.get("b_vocab")
"""
SAMPLE = """
from cs231n.captions import through_end, without_start
sampled = captioning_{cell}_sample(model, features, int(max_length))
captions = through_end(sampled, model, int(max_length))
sentences = without_start(captions, model)
"""
TRAINING = """
from cs231n.captioning_solver import adam_losses
losses = adam_losses(captioning_{cell}_loss, model, features, captions)
"""
NULL, START, END = 0, 1, 2  # the usual ids of the special words
FIRST = 3  # the first id of an ordinary word
MARGIN = 4.0  # between the score of a planted word and those of the others
LIVELY = 2.0  # keeps the states of long captions apart without making them chaotic


def call(cell: str, use: str) -> str:
    """The snippet that makes a model of the given parameters and uses it."""
    return (MODEL + use).strip().format(cell=cell)


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
        inputs = with_words({**inputs, "Wh": inputs["Wh"] * LIVELY / np.sqrt(len(inputs["Wh"]))})
        path = planned(inputs)
        fed = np.column_stack([np.full(len(path), inputs["words"][1]), path[:, :-1]])
        hidden = states(inputs, fed)
        is_end = path == inputs["words"][2]
        matters = np.cumsum(is_end, axis=1) - is_end == 0
        scores = MARGIN * np.eye(len(inputs["b_vocab"]))[path[matters]]
        weights = np.linalg.lstsq(hidden[matters], scores - inputs["b_vocab"], rcond=None)[0]
        model = {name: array for name, array in inputs.items() if name not in ("path", "ends")}
        return {**model, "W_vocab": weights, "max_length": np.array(path.shape[1])}

    return prepare


def planned(inputs: Arrays) -> np.ndarray:
    """Captions (N, T) of ordinary words drawn as `path`, with <END> after `ends` words; else soon before the last."""
    _, T = inputs["path"].shape
    ordinary = np.setdiff1d(np.arange(len(inputs["b_vocab"])), inputs["words"])
    path = ordinary[inputs["path"] % len(ordinary)]
    for row, words in enumerate(path):
        words[inputs["ends"][row] if "ends" in inputs else max(1, T - 2 - row % 3) :][:1] = inputs["words"][2]
    return path


def add_loss_cases(exercise: Exercise) -> None:
    """The cases of a model's loss beside the usual ones."""

    @exercise.case("captions of different lengths")
    def different_lengths(inputs):
        captions = np.maximum(inputs["captions"], FIRST)
        captions[0, -1:], captions[-1, 3:] = NULL, NULL
        return {"captions": captions}

    @exercise.case("a vocabulary without <START> and <END>")
    def no_start(inputs):
        return {"words": np.array([NULL, -1, -1])}

    @exercise.case("another id for <NULL>")
    def other_null(inputs):
        return {"words": np.array([4, START, END])}

    @exercise.case("a float32 model", limit=FLOAT32)
    def float32(inputs):
        return {name: array.astype(np.float32) for name, array in inputs.items() if array.dtype.kind == "f"}


def add_sample_cases(exercise: Exercise) -> None:
    """The cases of a model's sampling beside the usual ones."""

    @exercise.case("captions that end after very different numbers of words")
    def early_end(inputs):
        return {"ends": np.array([2, 6, 3])}

    @exercise.case("<END> as the first word of a caption")
    def end_at_once(inputs):
        return {"ends": np.array([4, 0, 6])}

    @exercise.case("captions that do not end in time")
    def no_end(inputs):
        return {"ends": np.full(len(inputs["path"]), inputs["path"].shape[1])}

    @exercise.case("other ids for <NULL>, <START> and <END>")
    def other_words(inputs):
        return {"words": np.array([5, 6, 4])}

    @exercise.case("captions that say one word again and again")
    def same_word(inputs):
        return {"path": np.zeros_like(inputs["path"]), "ends": np.array([3, 5, 4])}

    @exercise.case("a float32 model")
    def float32(inputs):
        return {name: array.astype(np.float32) for name, array in inputs.items() if array.dtype.kind == "f"}
