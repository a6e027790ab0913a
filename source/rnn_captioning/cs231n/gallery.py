"""Pictures with what a model says about them and what people said."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np

from .captions import caption_images, true_captions
from .classifiers.rnn import CaptioningRNN
from .described import DescribedFigure
from .image_utils import image_from_url
from .words import columns, told

COLUMNS = 4
WIDTH = 30  # characters in a line below a picture


def gallery(model: CaptioningRNN, data: dict[str, Any], split: str, images: np.ndarray) -> DescribedFigure:
    """A figure of some images of a split, each with the model's caption and a true one.

    images: their numbers in the split. A tick stands before a caption that is word by word a true one.
    """
    said = caption_images(model, data, split, np.asarray(images))
    rows = -(-len(said) // COLUMNS)
    figure = DescribedFigure(figsize=(2.9 * COLUMNS, 3.5 * rows), layout="constrained")
    lines = []
    for axes in figure.subplots(rows, COLUMNS, squeeze=False).flat[len(said) :]:
        axes.axis("off")
    for axes, image, caption in zip(figure.axes, images, said, strict=False):
        true = true_captions(data, split, image)
        picture = image_from_url(data[f"{split}_urls"][image])
        if picture is not None:
            axes.imshow(picture)
        axes.set(xticks=[], yticks=[])
        mark, words = "✓ " if caption in true else "", caption or told("(nothing)")
        line = "{picture}: {mark}model: {said}; true: {known}"
        lines.append(told(line, picture=f"{split} {image}", mark=mark, said=words, known=true[0]))
        axes.set_title(f"{split} {image}", fontsize=8, color="dimgray", loc="left")
        below = told("{mark}model: {said}", mark=mark, said=words), told("true: {known}", known=true[0])
        axes.set_xlabel("\n".join(map(_wrapped, below)), fontsize=9, loc="left")
    figure.description = "\n".join(lines)
    return figure


def _wrapped(text: str) -> str:
    """Lines that fit below a picture: a Chinese character is as wide as five thirds of another letter."""
    wide = sum(columns(letter) > 1 for letter in text)
    return textwrap.fill(text, WIDTH * len(text) // max(1, len(text) + wide * 2 // 3), subsequent_indent="   ")
