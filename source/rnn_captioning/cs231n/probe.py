"""What a hidden state still knows of the picture: a linear probe reads it after 0, 1, 2, ... words.

A probe is a linear classifier that is fitted on the states of one split and asked about those of another. What it reads
right is in the state; what it cannot read the scores, which are linear in the state too, cannot say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from . import rnn_layers
from .classifiers.rnn import CaptioningRNN
from .described import DescribedFigure
from .scenes.told import Told, judge, load_told
from .threads import one_thread
from .words import Text, joined, told

WORDS_READ = (0, 1, 2, 3, 5, 7, 9)
RIDGE = 10.0  # keeps the probe's weights small
CAPTIONS = 4000  # of each split are looked at, at most
STYLES = (("o-", "#0b6fa8"), ("s--", "#b8430a"), ("^:", "#1b7837"))
READ_RIGHTLY = {"place": "place read rightly", "time": "time read rightly"}
HOW_OFTEN = {
    "place": "How often the place is read rightly from the hidden state.",
    "time": "How often the time is read rightly from the hidden state.",
}


def hidden_states(model: CaptioningRNN, features: np.ndarray, captions: np.ndarray) -> np.ndarray:
    """The states h0, h1, ... while a model reads captions, by your own layers: (N, T + 1, H).

    features: (N, D). captions: (N, T) word ids; the first, <START>, tells nothing, so h1 has read no word yet.
    """
    p = model.params
    h0 = features @ p["W_proj"] + p["b_proj"]
    forward = getattr(rnn_layers, f"{model.cell_type}_forward")
    h, _ = forward(p["W_embed"][captions], h0, p["Wx"], p["Wh"], p["b"])
    return np.concatenate([h0[:, None], h], axis=1)


def read_off(states: np.ndarray, labels: np.ndarray, new_states: np.ndarray, new_labels: np.ndarray) -> float:
    """The share of new labels that a linear probe gets right, fitted on states (N, H) with labels (N,)."""
    names = np.unique(labels)
    mean, scale = states.mean(axis=0), states.std(axis=0) + 1e-6
    x, y = ((each - mean) / scale for each in (states, new_states))
    targets = (labels[:, None] == names).astype(float)
    weights = np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T @ (targets - targets.mean(axis=0)))
    found = names[(y @ weights + targets.mean(axis=0)).argmax(axis=1)]
    return float(np.mean(found == new_labels))


def remembered(
    model: CaptioningRNN, data: dict, ask: str = "place", words: Sequence[int] = WORDS_READ
) -> dict[int, float]:
    """How often a probe reads the place ("place") or the time of day ("time") rightly, after so many words.

    Only captions that have not named it by then are asked, so that it has to come from the picture. Where fewer than
    100 captions of val are left, nothing is said.
    """
    found = {}
    with one_thread():
        states, labels, named = zip(*(_states(model, data, split, ask) for split in ("train", "val")), strict=True)
        for count in words:
            rows = [each > count for each in named]
            if rows[1].sum() >= 100:
                at = 0 if count == 0 else count + 1
                train, val = (each[keep, at] for each, keep in zip(states, rows, strict=True))
                found[count] = read_off(train, labels[0][rows[0]], val, labels[1][rows[1]])
    return found


def guessed(ask: str = "place", split: str = "val") -> float:
    """How often who always guesses the commonest place ("place") or time of day ("time") of a split is right."""
    answers = [getattr(picture, ask) for picture in load_told(split)]
    return max(map(answers.count, answers)) / len(answers)


def _states(model: CaptioningRNN, data: dict, split: str, ask: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The states, what is asked of each caption's picture, and after how many words the caption has told or ended."""
    captions, owners = (data[f"{split}_{kind}"][:CAPTIONS] for kind in ("captions", "image_idxs"))
    pictures = load_told(split)
    states = hidden_states(model, data[f"{split}_features"][owners], captions)
    shown = [pictures[owner] for owner in owners]
    named = [_named_after(caption, picture, ask, data) for caption, picture in zip(captions, shown, strict=True)]
    return states, np.array([getattr(picture, ask) for picture in shown]), np.array(named)


def _named_after(caption: np.ndarray, picture: Told, ask: str, data: dict) -> int:
    words = [data["idx_to_word"][index] for index in caption[1:]]
    length = words.index("<END>") if "<END>" in words else len(words)
    for count in range(1, length + 1):
        if getattr(judge(" ".join(words[:count]), picture), ask) is not None:
            return count
    return length + 1


def plot_remembered(
    shares: Mapping[str, Mapping[int, float]], ask: str = "place", guess: float | None = None
) -> DescribedFigure:
    """Lines of `remembered` for several models. guess: what `guessed` gives."""
    figure = DescribedFigure(figsize=(7, 3.4), layout="constrained")
    axes = figure.subplots()
    for (name, found), (style, color) in zip(shares.items(), STYLES, strict=False):
        axes.plot(list(found), list(found.values()), style, color=color, label=name)
        count, share = list(found.items())[-1]
        axes.annotate(f" {share:.0%}", (count, share), va="center", color=color)
    if guess is not None:
        axes.axhline(guess, color="gray", linewidth=1, linestyle=(0, (1, 3)), label=told("guessing"))
    axes.set(xlabel=told("words read so far"), ylabel=told(READ_RIGHTLY[ask]), ylim=(0, 1.05))
    axes.legend(frameon=False, loc="lower left")
    lines = [told("{name}: {shares} words", name=name, shares=_shares(found)) for name, found in shares.items()]
    figure.description = "\n".join([told(HOW_OFTEN[ask]), *lines])
    return figure


def _shares(found: Mapping[int, float]) -> str:
    return joined(Text("{share:.0%} after {count}", share=share, count=count) for count, share in found.items())
