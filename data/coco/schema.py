"""Whether a folder holds the data set in the COCO files' schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from .problem import DownloadError
from .unpack import NEEDED

LENGTH = 17  # words of a caption, with its marks
MARKS = ["<NULL>", "<START>", "<END>", "<UNK>"]
FEATURES = {"vgg16_fc7_pca": 512, "vgg16_fc7": 4096}


def describe(folder: Path) -> str:
    """What the data set in `folder` holds, in a few words; raises DownloadError where it is not as it should be."""
    try:
        words = _words(folder / "coco2014_vocab.json")
        with h5py.File(folder / "coco2014_captions.h5") as file:
            counts = [_split(folder, file, split, words) for split in ("train", "val")]
    except (OSError, AttributeError, KeyError, RuntimeError, TypeError, ValueError) as problem:  # h5py's and json's
        raise DownloadError(f"a file cannot be read ({problem})") from None
    told = [f"{captions:,} captions of {pictures:,} pictures" for captions, pictures in counts]
    return f"{told[0]} to train on, {told[1]} to validate on, {words:,} words"


def _words(path: Path) -> int:
    """The number of words."""
    vocabulary = json.loads(path.read_text(encoding="utf-8"))
    words, numbers = vocabulary["idx_to_word"], vocabulary["word_to_idx"]
    right = isinstance(words, list) and words[: len(MARKS)] == MARKS
    _require(right and numbers == {word: i for i, word in enumerate(words)}, path.name, "holds no such vocabulary")
    return len(words)


def _split(folder: Path, file: h5py.File, split: str, words: int) -> tuple[int, int]:
    """The numbers of captions and pictures of one split."""
    captions, pictures = file[f"{split}_captions"], file[f"{split}_image_idxs"]
    _shaped(captions, (len(captions), LENGTH), np.int32)
    _shaped(pictures, (len(captions),), np.int32)
    _require(_within(captions, words), captions.name, "holds words that the vocabulary lacks")
    count = len((folder / f"{split}2014_urls.txt").read_text(encoding="utf-8").splitlines())
    _require(_within(pictures, count), pictures.name, "speaks of pictures that have no address")
    for kind, width in FEATURES.items():
        path = folder / f"{split}2014_{kind}.h5"
        if path.name in NEEDED or path.exists():
            with h5py.File(path) as features:
                _shaped(features["features"], (count, width), np.float32)
    return len(captions), count


def _shaped(dataset: h5py.Dataset, shape: tuple[int, ...], dtype: Any) -> None:
    found, expected = f"{dataset.shape} {dataset.dtype}", f"{shape} {np.dtype(dtype)}"
    where = f"{Path(dataset.file.filename).name}{dataset.name}"
    _require(found == expected, where, f"is {found} and not {expected}")


def _within(dataset: h5py.Dataset, count: int) -> bool:
    """Whether there are numbers, all of them from 0 to below `count`."""
    values = dataset[()]
    return bool(values.size > 0 and values.min() >= 0 and values.max() < count)


def _require(true: bool, what: str, otherwise: str) -> None:
    if not true:
        raise DownloadError(f"{what} {otherwise}")
