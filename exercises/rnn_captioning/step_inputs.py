"""Inputs of one time step that are far enough from zero for every mistake to show, whatever was drawn."""

import numpy as np

from autograder.spec import Arrays

SHIFT = 0.5  # of the sums before they are squashed; near zero tanh is the same as nothing, or as tanh twice


def rnn_step(inputs: Arrays) -> Arrays:
    """With a bias that moves the mean of each sum away from zero."""
    return {**inputs, "b": inputs["b"] + SHIFT * np.sign(_sums(inputs).mean(axis=0))}


def lstm_step(inputs: Arrays) -> Arrays:
    """The same, and old cell states that do not cancel what is added to them."""
    moved = rnn_step(inputs)
    g = _sums(moved)[:, -inputs["prev_c"].shape[1] :]
    return {**moved, "prev_c": np.copysign(np.abs(inputs["prev_c"]) + SHIFT, g)}


def _sums(inputs: Arrays) -> np.ndarray:
    return inputs["x"] @ inputs["Wx"] + inputs["prev_h"] @ inputs["Wh"] + inputs["b"]
