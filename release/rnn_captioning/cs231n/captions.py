"""What a model says about images, beside what is true: captions in words, their scores, and pictures of both."""

from __future__ import annotations

from typing import Any

import numpy as np

from .bleu import corpus_bleu
from .classifiers.rnn import CaptioningRNN
from .coco_utils import decode_captions
from .threads import one_thread

BATCH = 100  # images at a time


def caption_images(model: CaptioningRNN, data: dict[str, Any], split: str, images: np.ndarray) -> list[str]:
    """The model's captions for some images of a split, in words, without <START>, <END> and <NULL>."""
    features = data[f"{split}_features"][images]
    said: list[str] = []
    with one_thread():
        for start in range(0, len(features), BATCH):
            ids = model.sample(features[start : start + BATCH], max_length=data[f"{split}_captions"].shape[1])
            said += decode_captions(ids, data["idx_to_word"])
    return [plain(caption) for caption in said]


def true_captions(data: dict[str, Any], split: str, image: int) -> list[str]:
    """All true captions of an image, in words."""
    rows = np.flatnonzero(data[f"{split}_image_idxs"] == image)
    return [plain(caption) for caption in decode_captions(data[f"{split}_captions"][rows], data["idx_to_word"])]


def plain(caption: str) -> str:
    """A decoded caption without its first <START> and its <END>."""
    return caption.removeprefix("<START> ").removesuffix("<END>").strip()


def score(model: CaptioningRNN, data: dict[str, Any], split: str, count: int | None = None) -> dict[str, float]:
    """How good the captions of a split are; of its first `count` images, or of all that have captions.

    Returns "BLEU-4" of the captions against all true ones of their images, and "exact", the share of captions that are
    word by word one of them.
    """
    images = np.unique(data[f"{split}_image_idxs"])[:count]
    said, true = caption_images(model, data, split, images), [true_captions(data, split, image) for image in images]
    exact = np.mean([caption in known for caption, known in zip(said, true, strict=True)])
    bleu = corpus_bleu([caption.split() for caption in said], [[c.split() for c in known] for known in true])
    return {"BLEU-4": bleu, "exact": float(exact)}


def through_end(captions: Any, model: CaptioningRNN, max_length: int) -> Any:
    """Sampled captions as (N, max_length) word ids with <NULL> behind each first <END>: what comes there is free.

    captions: what `sample` gave, an array or lists; without its last columns where all have ended. Anything else is
    returned as it is.
    """
    given, captions = captions, _as_array(captions)
    if not _are_ids(captions):
        return given
    is_end = captions == model._end
    ids = np.where(np.cumsum(is_end, axis=1) - is_end > 0, model._null, captions)
    missing = max_length - ids.shape[1]
    if missing <= 0 or not is_end.any(axis=1).all():
        return ids
    return np.pad(ids, ((0, 0), (0, missing)), constant_values=model._null)


def without_start(captions: Any, model: CaptioningRNN) -> Any:
    """The sentences themselves: captions moved up by one place where all begin with <START>, or all with <NULL>."""
    given, captions = captions, _as_array(captions)
    if _are_ids(captions) and any((captions[:, 0] == word).all() for word in (model._start, model._null)):
        return np.column_stack([captions[:, 1:], np.full(len(captions), model._null)])
    return given


def weights_through_end(weights: Any, captions: Any, model: CaptioningRNN) -> Any:
    """The weights (N, T, L) of sampled captions with zeros behind each first <END>: what comes there is free.

    captions: (N, T) word ids. weights: what `sample_and_look` gave, without its last steps where all have ended. What
    does not fit is returned as it is.
    """
    given, weights, captions = weights, _as_array(weights), _as_array(captions)
    if not (_are_ids(captions) and isinstance(weights, np.ndarray) and weights.ndim == 3):
        return given
    missing = captions.shape[1] - weights.shape[1]
    if len(weights) != len(captions) or missing < 0:
        return given
    is_end = captions == model._end
    spoken = np.cumsum(is_end, axis=1) - is_end == 0
    return np.where(spoken[..., np.newaxis], np.pad(weights, ((0, 0), (0, missing), (0, 0))), 0.0)


def _as_array(captions: Any) -> Any:
    """Lists as an array; anything else, and lists of different lengths, as they are."""
    if not isinstance(captions, list | tuple):
        return captions
    try:
        return np.array(captions)
    except ValueError:
        return captions


def _are_ids(captions: Any) -> bool:
    return isinstance(captions, np.ndarray) and captions.ndim == 2 and captions.size and captions.dtype.kind in "iuf"
