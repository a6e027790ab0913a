"""Inputs of one time step that are far enough from zero for every mistake to show, whatever was drawn."""

import numpy as np

from autograder.spec import Arrays

SHIFT = 0.5  # of the sums before they are squashed; near zero tanh is the same as nothing, or as tanh twice


def rnn_step(inputs: Arrays) -> Arrays:
    """With a bias that moves the mean of each sum away from zero."""
    return _shifted(inputs, _sums(inputs))


def lstm_step(inputs: Arrays) -> Arrays:
    """The same, and old cell states that do not cancel what is added to them."""
    return _with_cell_states(rnn_step(inputs), _sums)


def attention_step(inputs: Arrays) -> Arrays:
    """The same for a step that adds what it sees to the sums."""
    return _with_cell_states(_shifted(inputs, _sums_with_attention(inputs)), _sums_with_attention)


def _shifted(inputs: Arrays, sums: np.ndarray) -> Arrays:
    return {**inputs, "b": inputs["b"] + SHIFT * np.sign(sums.mean(axis=0))}


def _with_cell_states(moved: Arrays, sums_of) -> Arrays:
    g = sums_of(moved)[:, -moved["prev_c"].shape[1] :]
    return {**moved, "prev_c": np.copysign(np.abs(moved["prev_c"]) + SHIFT, g)}


def _sums(inputs: Arrays) -> np.ndarray:
    return inputs["x"] @ inputs["Wx"] + inputs["prev_h"] @ inputs["Wh"] + inputs["b"]


def _sums_with_attention(inputs: Arrays) -> np.ndarray:
    prev_h, A = inputs["prev_h"], inputs["A"]
    scores = (A @ prev_h[:, :, np.newaxis])[:, :, 0] / prev_h.shape[1] ** 0.5
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    attn = (weights[:, np.newaxis] @ A)[:, 0] / weights.sum(axis=1, keepdims=True)
    return _sums(inputs) + attn @ inputs["Wattn"]
