"""Inputs for the beam search: parameters for which the best first word does not begin the best sentence."""

from __future__ import annotations

import numpy as np

from autograder.spec import Arrays

from .captioning_inputs import (
    MARGIN,
    decoys,
    first_vectors,
    from_image,
    lively,
    ordinary,
    solved,
    states_of,
    with_words,
)
from .captioning_steps import lstm_cell

BEHIND = 0.5  # how far the second best word is behind the best: probabilities of about 0.62 and 0.38
SOME, MORE = 0.3, 0.4  # the scores of two words that are better than the others where all are about as good
TILT = 0.02  # between the scores of other words, so that no order depends on rounding
LEVEL = 30.0  # of all scores there, so that who adds scores that are no logarithms of probabilities likes it there
BETTER = 0.5  # by which words are more certain in the sentence that loses, so that who looks at single words takes it
APART = 10.0  # between the scores of two equal words and those of all others

Branch = tuple[list[int], dict[int, np.ndarray]]  # words, and the scores (V,) after some numbers of them


def beam_inputs(inputs: Arrays) -> Arrays:
    """Parameters with which a beam search has to decide, for three kinds of image in turn.

    1. The best first word leads to where all words are about as good, and certain ones follow only then; the second best
       begins a sentence of certain words, which wins.
    2. The same one word later: the best word goes on well once more, and the second best ends at once and wins.
    3. The best first word goes on well and does not end in time; the second best ends at once and loses.

    Behind <END> the same words go on, so that who goes on there gets other probabilities and, up to <END>, the same words.
    """
    tied = inputs.get("tied")
    inputs = with_words({"width": np.array(3), **inputs, **lively(inputs)})
    hidden, scores = _planted(inputs)
    model = {name: array for name, array in inputs.items() if name not in ("path", "tied", "endless")}
    weights = solved(hidden, scores, inputs)
    if tied is not None:
        weights = np.zeros_like(weights)
        bias = model["b_vocab"].copy()
        bias[inputs["words"][2]] = bias.min() - APART
        bias[tied] = bias.max() + APART
        model["b_vocab"] = bias
    return {**model, "W_vocab": weights, "max_length": np.array(inputs["path"].shape[1])}


def _planted(inputs: Arrays) -> tuple[np.ndarray, np.ndarray]:
    """Hidden states, one a row, and the scores that they are to have."""
    T, start, hidden, scores = inputs["path"].shape[1], inputs["words"][1], [], []
    h, c = from_image(inputs)
    for n, path in enumerate(inputs["path"]):
        own = {**inputs, "features": inputs["features"][[n]]}
        for words, wanted in _branches(inputs, n, path):
            fed = np.array([[start, *words[: T - 1]]])
            states = states_of(lstm_cell, own, fed, (h[[n]], c[[n]]))[0]
            for count, row in wanted.items():
                if count < T:
                    hidden.append(states[count])
                    scores.append(row)
    wrong = _wrong_starts(inputs)
    firsts = np.array([_branches(inputs, n, path)[0][0][0] for n, path in enumerate(inputs["path"])])
    for states, words in zip(wrong, decoys(inputs, firsts, len(wrong)), strict=True):
        hidden += list(states)
        scores += [_scores(inputs, {int(word): MARGIN}) for word in words]
    return np.array(hidden), np.array(scores)


def _wrong_starts(inputs: Arrays) -> list[np.ndarray]:
    """The hidden states (N, H) after a first step from a wrong word or a wrong cell state, as known mistakes make it."""
    h, zeros = from_image(inputs)
    begin, (*others, _) = first_vectors(inputs)
    return [
        *(lstm_cell(inputs, vectors, h, zeros)[0] for vectors in others),
        lstm_cell(inputs, begin, h, h)[0],
    ]


def _branches(inputs: Arrays, n: int, path: np.ndarray) -> list[Branch]:
    """The two sentences that are planned for an image: their words, and the scores after each number of words."""
    best, second = _first_two(inputs, path)
    end, ids = int(inputs["words"][2]), ordinary(inputs)
    words = [int(ids[word % len(ids)]) for word in path]
    choice = _scores(inputs, {best: MARGIN, second: MARGIN - BEHIND, end: 1.0})
    flat = LEVEL + _scores(inputs, {best: MORE, end: SOME})
    if n % 3 == 0:
        long = words if "endless" in inputs else [*words[: max(1, len(path) - 3)], end]
        losing, winning = [best, best, *words], [second, *long, *words]
        return [
            (losing, {**_certainly(inputs, losing, 2, BETTER), 0: choice, 1: flat}),
            (winning, _certainly(inputs, winning, 1)),
        ]
    if n % 3 == 1:
        losing, winning = [words[0], best, words[-1], best, *words], [words[0], second, end, *words]
        return [
            (losing, {**_certainly(inputs, losing, 0, BETTER), 1: choice, 3: flat}),
            (winning, _certainly(inputs, winning, 2)),
        ]
    winning, losing = [best, *words], [second, end]
    return [(winning, {**_certainly(inputs, winning, 1), 0: choice}), (losing, _certainly(inputs, losing, 1))]


def _certainly(inputs: Arrays, words: list[int], after: int, more: float = 0.0) -> dict[int, np.ndarray]:
    """Scores with which each word of a sentence but the first ones is nearly certain."""
    return {count: _scores(inputs, {words[count]: MARGIN + more}) for count in range(after, len(words))}


def _scores(inputs: Arrays, some: dict[int, float]) -> np.ndarray:
    """Scores of all words: those of some, and about 0 for the others."""
    row = TILT * np.arange(len(inputs["b_vocab"]))
    row[list(some)] = list(some.values())
    return row


def _first_two(inputs: Arrays, path: np.ndarray) -> tuple[int, int]:
    """The best and the second best first word of an image: two different ordinary words."""
    ids = ordinary(inputs)
    place = int(path[0]) % len(ids)
    return int(ids[place]), int(ids[place - 1])
