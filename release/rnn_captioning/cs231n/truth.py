"""How much of what a model says of the scenes is right."""

from __future__ import annotations

from typing import Any

import numpy as np

from .captions import caption_images
from .classifiers.rnn import CaptioningRNN
from .scenes.told import Right, judge, load_told
from .words import told

ASKED = ("things", "place", "time", "all")


def share_right(model: CaptioningRNN, data: dict[str, Any], split: str = "val") -> dict[str, dict[str, float]]:
    """The shares of the model's captions whose things, whose place and whose time of day are right, and of those where
    nothing that is named is wrong ("all"): of "all pictures" of the split, and of those with a "new pair" of things,
    which no picture of train shows together.

    Each share is of the captions that name something of the kind. Where things stand is not looked at. The two groups
    have their names in the language of the release, as heads of lines.
    """
    pictures = load_told(split)
    said = caption_images(model, data, split, np.arange(len(pictures)))
    judged = [judge(caption, picture) for caption, picture in zip(said, pictures, strict=True)]
    groups = {
        told("all pictures"): judged,
        told("new pair"): [each for each, picture in zip(judged, pictures, strict=True) if picture.new_pair],
    }
    return {name: _shares(group) for name, group in groups.items() if group}


def _shares(judged: list[Right]) -> dict[str, float]:
    found = {}
    for ask in ASKED:
        named = [getattr(each, ask) for each in judged if getattr(each, ask) is not None]
        found[ask] = float(np.mean(named)) if named else float("nan")
    return found
