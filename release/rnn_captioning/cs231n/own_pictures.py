"""What a model says about a picture of your own, and how sure it is of each word."""

from __future__ import annotations

import os

import numpy as np
from PIL import Image

from .captions import plain, through_end
from .classifiers.rnn import CaptioningRNN
from .coco_files import scene_file
from .described import DescribedFigure
from .image_utils import image_from_url
from .scenes.things import SIDE
from .scenes.vision import FILE, SceneNet
from .threads import one_thread
from .words import joined, told

ROUNDING = 1e-3  # the most that rounding makes of a loss in float32
COLUMNS = (512, 4096)  # of the reduced features and of the full ones
Picture = np.ndarray | str | os.PathLike


def picture_features(picture: Picture, columns: int = 512) -> np.ndarray:
    """The features of one picture, as the data set's pictures have them: (1, columns) float32.

    picture: (height, width, 3) uint8 as `compose` gives it, the path of a picture file, or its address on the web. What
    is not square is cut to its middle. columns: 512, or 4096 for the full features.
    """
    if columns not in COLUMNS:
        other = "A picture has {few} features or {many}, not {columns}."
        raise ValueError(told(other, few=COLUMNS[0], many=COLUMNS[1], columns=str(columns)))
    net = SceneNet.read(scene_file(FILE))
    with one_thread():
        full = net.full(as_pixels(picture)[None])
        return full if columns == full.shape[1] else net.reduced(full)


def as_pixels(picture: Picture) -> np.ndarray:
    """A picture as the net sees it: (128, 128, 3) uint8. Raises ValueError where there is no picture."""
    pixels = image_from_url(os.fspath(picture)) if isinstance(picture, str | os.PathLike) else np.asarray(picture)
    if pixels is None:
        raise ValueError(told("There is no picture there; the line above says why."))
    image = Image.fromarray(_bytes(pixels)).convert("RGB")
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    square = image.crop((left, top, left + side, top + side))
    return np.asarray(square if side == SIDE else square.resize((SIDE, SIDE), Image.Resampling.LANCZOS))


def _bytes(pixels: np.ndarray) -> np.ndarray:
    """A picture's numbers as uint8; those between 0 and 1 are shares of 255."""
    if not pixels.size or pixels.ndim not in (2, 3) or pixels.shape[2:] not in ((), (3,), (4,)):
        raise ValueError(told("A picture has shape (height, width, 3), not {shape}.", shape=str(pixels.shape)))
    if pixels.dtype.kind in "iu":
        return np.clip(pixels, 0, 255).astype(np.uint8)
    return np.rint(np.clip(np.nan_to_num(pixels), 0, 1) * 255).astype(np.uint8)


def word_probabilities(model: CaptioningRNN, features: np.ndarray, caption: np.ndarray) -> np.ndarray:
    """How probable the model finds each word of a caption, given the picture and the words before: (T - 1,).

    features: (1, D). caption: (T,) word ids, <START> first, without <NULL>.

    The loss of a caption is the sum of -log(probability) over its words, so that of one word more than before tells the
    probability of that word. It is the loss that you wrote. Raises ValueError where it gives no probabilities.
    """
    losses = [0.0]
    for end in range(2, len(caption) + 1):
        losses.append(float(model.loss(features, caption[None, :end])[0]))
    if not np.isfinite(losses).all() or (np.diff(losses) < -ROUNDING).any():
        no_sum = 'model.loss is no sum of -log(probability). See what check("captioning_{cell_type}_loss") says.'
        raise ValueError(told(no_sum, cell_type=model.cell_type))
    return np.exp(-np.diff(losses))


def caption_picture(model: CaptioningRNN, picture: Picture) -> DescribedFigure:
    """A figure of a picture, the model's caption for it, and how sure the model is of each word."""
    pixels = as_pixels(picture)
    features = picture_features(pixels, len(model.params["W_proj"]))
    words = said(model, features)
    sure = word_probabilities(model, features, np.array([model._start, *words]))
    return _figure(pixels, [model.idx_to_word[word] for word in words], sure)


def said(model: CaptioningRNN, features: np.ndarray, longest: int = 16) -> list[int]:
    """The ids of the words that the model says, <END> included if it comes, without <NULL>.

    Raises ValueError where it says anything else.
    """
    with one_thread():
        ids = through_end(model.sample(features, max_length=longest), model, longest)
    ids = np.asarray(ids)
    if ids.ndim != 2 or not np.isin(ids, list(model.idx_to_word)).all():
        no_ids = (
            "model.sample gave no word ids of shape (1, {longest})."
            ' See what check("captioning_{cell_type}_sample") says.'
        )
        raise ValueError(told(no_ids, longest=longest, cell_type=model.cell_type))
    return [int(word) for word in ids[0] if word != model._null]


def _figure(pixels: np.ndarray, words: list[str], sure: np.ndarray) -> DescribedFigure:
    figure = DescribedFigure(figsize=(8, 3.2), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.9))
    left.imshow(pixels)
    left.set(xticks=[], yticks=[])
    places = np.arange(len(words))
    right.bar(places, sure, color="#0b7fc0", width=0.75)
    right.set(ylim=(0, 1.05), ylabel=told("probability"), xlim=(-0.6, max(len(words), 6) - 0.4))
    right.set_xticks(places, words, rotation=45, ha="right", fontsize=9)
    for place, value in zip(places, sure, strict=True):
        right.text(place, value + 0.015, f"{value:.0%}", ha="center", fontsize=7)
    caption = plain(" ".join(words))
    right.set_title(caption, fontsize=10)
    each = joined(f"{word} {value:.0%}" for word, value in zip(words, sure, strict=True))
    description = "The model says: {caption}. How probable it finds each word: {words}."
    figure.description = told(description, caption=caption or told("(nothing)"), words=each)
    return figure
