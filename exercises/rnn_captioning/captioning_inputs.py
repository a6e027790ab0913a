"""Inputs for the captioning model: word ids, parameters, and captions planted into the parameters."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder.spec import Arrays

MODEL = """
from cs231n.classifiers.rnn import CaptioningRNN
weights = dict(W_proj=W_proj, b_proj=b_proj, W_embed=W_embed, Wx=Wx, Wh=Wh, b=b, W_vocab=W_vocab, b_vocab=b_vocab)
{more}model = CaptioningRNN.from_params(weights, words, "{cell}")
"""
MORE = {"attention": 'weights["Wattn"] = Wattn\n'}  # parameters that only one kind of cell has
NULL, START, END = 0, 1, 2  # the usual ids of the special words
MARGIN = (
    9.5  # between the score of a planted word and those of the others; who takes it for a word gets none that is said
)
BIASED = 20.0  # so that who forgets the scores' bias gets other words
LIVELY = 2.0  # keeps the states of long captions apart without making them chaotic
LOUD = 4.0  # so that it matters which vectors and which bias the first state was made of

States = tuple[np.ndarray, np.ndarray]
Cell = Callable[[Arrays, np.ndarray, np.ndarray, np.ndarray], States]


def call(cell: str, use: str) -> str:
    """The snippet that makes a model of the given parameters and uses it."""
    return (MODEL + use).strip().format(cell=cell, more=MORE.get(cell, ""))


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


def from_image(inputs: Arrays) -> States:
    """The states (N, H) that captions start from where the image is one vector."""
    h = inputs["features"] @ inputs["W_proj"] + inputs["b_proj"]
    return h, np.zeros_like(h)


def wrong_starts(cell: Cell, inputs: Arrays) -> list[np.ndarray]:
    """The hidden states (N, H) after a first step from a wrong word, a wrong image or a wrong cell state."""
    h, zeros = from_image(inputs)
    begin, others = first_vectors(inputs)
    right = cell(inputs, begin, h, zeros)
    tried = [
        *(cell(inputs, vectors, h, zeros)[0] for vectors in others),
        *(cell(inputs, begin, wrong, zeros)[0] for wrong in (zeros, h - inputs["b_proj"])),
        cell(inputs, begin, h, h)[0],
        right[1],
    ]
    return [states for states in tried if not np.allclose(states, right[0])]


def first_vectors(inputs: Arrays) -> tuple[np.ndarray, list[np.ndarray]]:
    """The vectors (N, W) of <START>, and those that are taken for it: of other words, and zeros."""
    N, (null, start, _) = len(inputs["features"]), inputs["words"]
    begin = np.repeat(inputs["W_embed"][[start]], N, axis=0)
    others = [np.repeat(inputs["W_embed"][[word]], N, axis=0) for word in {int(null), START} - {int(start)}]
    return begin, [*others, np.zeros_like(begin)]


def plant(
    cell: Cell,
    begin: Callable[[Arrays], States] = from_image,
    wrong: Callable[[Cell, Arrays], list[np.ndarray]] = wrong_starts,
) -> Callable[[Arrays], Arrays]:
    """Prepare inputs of `sample`: parameters for which the model says planned captions, word by word.

    cell: one step; takes the inputs, some word vectors (N, W) and both states (N, H), and gives the next states. begin:
    gives the states that captions start from. wrong: gives the hidden states after wrong first steps. The scores'
    weights are then the solution of a linear system: at every step up to <END>, the planned word is the best by
    MARGIN, and where the first step starts wrong, as known mistakes do, another one is. So such a mistake shows in every
    case, whatever was drawn. For this H must be at least the number of these steps. What was planned does not stay among
    the inputs: it is the answer.
    """

    def prepare(inputs: Arrays) -> Arrays:
        inputs = with_words(inputs | lively(inputs))
        path = planned(inputs)
        fed = np.column_stack([np.full(len(path), inputs["words"][1]), path[:, :-1]])
        is_end = path == inputs["words"][2]
        matters = np.cumsum(is_end, axis=1) - is_end == 0
        hidden = [states_of(cell, inputs, fed, begin(inputs))[matters], *wrong(cell, inputs)]
        words = [path[matters], *decoys(inputs, path[:, 0], len(hidden) - 1)]
        scores = MARGIN * np.eye(len(inputs["b_vocab"]))[np.concatenate(words)]
        weights = solved(np.concatenate(hidden), scores, inputs)
        model = {name: array for name, array in inputs.items() if name not in ("path", "ends")}
        return {**model, "W_vocab": weights, "max_length": np.array(path.shape[1])}

    return prepare


def enough_units(sizes: dict[str, int], rng: np.random.Generator) -> dict[str, int]:
    """Sizes for which captions can be planted: as many hidden units as words."""
    return {**sizes, "H": sizes["N"] * sizes["T"] + int(rng.integers(7))}


def planned(inputs: Arrays) -> np.ndarray:
    """Captions (N, T) of ordinary words drawn as `path`, with <END> after `ends` words; by default after many words in
    the first row, after fewer in the next ones. Which words they are depends on what was drawn for b_vocab."""
    _, T = inputs["path"].shape
    path = ordinary(inputs)[inputs["path"] % len(ordinary(inputs))]
    for row, words in enumerate(path):
        words[inputs["ends"][row] if "ends" in inputs else max(1, (T - 2) // (row + 1)) :][:1] = inputs["words"][2]
    return path


def lively(inputs: Arrays) -> Arrays:
    """Parameters that keep states and scores apart; without the scores' bias, <NULL> is the best word everywhere."""
    bias = inputs["b_vocab"] * BIASED
    bias[inputs["words"][0] if "words" in inputs else NULL] = bias.min() - 2 * MARGIN
    return {
        "Wh": inputs["Wh"] * LIVELY / len(inputs["Wh"]) ** 0.5,
        "W_embed": inputs["W_embed"] * LOUD,
        "b_proj": inputs["b_proj"] * LOUD,
        "b_vocab": bias,
    }


def ordinary(inputs: Arrays) -> np.ndarray:
    """The ids of the words that are not special, in an order that was drawn."""
    ids = np.setdiff1d(np.arange(len(inputs["b_vocab"])), inputs["words"])
    return ids[np.argsort(inputs["b_vocab"][ids])]


def states_of(cell: Cell, inputs: Arrays, words: np.ndarray, begin: States) -> np.ndarray:
    """The hidden states (N, T, H) that come of feeding words (N, T)."""
    (h, c), states = begin, []
    for vectors in np.moveaxis(inputs["W_embed"][words], 1, 0):
        h, c = cell(inputs, vectors, h, c)
        states.append(h)
    return np.stack(states, axis=1)


def solved(hidden: np.ndarray, scores: np.ndarray, inputs: Arrays) -> np.ndarray:
    """The scores' weights (H, V) with which some hidden states have these scores."""
    return np.linalg.lstsq(hidden, scores - inputs["b_vocab"], rcond=None)[0].astype(hidden.dtype)


def decoys(inputs: Arrays, words: np.ndarray, count: int) -> list[np.ndarray]:
    """For each of `count` wrong starts, a word for each row that is not the planned one, and another each time."""
    several = np.append(ordinary(inputs), inputs["words"][2])
    place = np.array([np.flatnonzero(several == word)[0] for word in words])
    return [several[(place + 1 + number % (len(several) - 1)) % len(several)] for number in range(count)]
