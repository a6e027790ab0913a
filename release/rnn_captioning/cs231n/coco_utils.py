"""The captioned images: loading them, drawing a minibatch, turning word ids back into words."""

from __future__ import annotations

import operator
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from .coco_files import (
    BASE_DIR,
    caption_files,
    damaged,
    data_folder,
    existing,
    read_lines,
    read_vocabulary,
    require_captions,
    require_features,
    require_pictures,
)
from .words import joined, told

Words = Sequence[str] | Mapping[int, str]
SPLITS = ("train", "val")
CAPTION_DATASETS = ("train_captions", "train_image_idxs", "val_captions", "val_image_idxs")


def load_coco_data(
    base_dir: str | os.PathLike | None = None,
    max_train: int | None = None,
    pca_features: bool = True,
    language: str | None = None,
) -> dict[str, Any]:
    """Load a data set in the layout of the course's COCO files.

    base_dir: its folder; by default the one named by the environment variable COCO_CAPTIONING_DIR, else
    datasets/coco_captioning beside this file. A relative one may also lie beside the notebooks, so that it is found
    after %cd. max_train: keep that many training captions, drawn from np.random with replacement. pca_features: 512
    features an image (True) or the full 4096. language: of the captions, "en" or "zh"; by default that of the release,
    as far as the data set has it. Captions in Chinese are written word by word.

    Returns a dict; for each split s of train and val:
    - s_captions: (captions, 17) int32 word ids; s_image_idxs: (captions,) int32, each caption's image
    - s_features: (images, 512 or 4096) float32; s_urls: (images,) str
    and idx_to_word (list of V words), word_to_idx (dict).
    Features that lie in one piece in their file are read when they are used: what is never looked at takes no memory,
    and what is changed in the arrays is not changed in the file.

    Raises FileNotFoundError when the folder or a file is missing, ValueError when a file is damaged, max_train is no
    number of captions or there is no such language.
    """
    max_train = _count("max_train", max_train or 0, least=0)
    folder = data_folder(base_dir, BASE_DIR)
    captions_file, vocabulary = caption_files(folder, language)
    captions = existing(folder, captions_file)
    data: dict[str, Any] = read_h5(captions, CAPTION_DATASETS)
    features = "fc7_pca" if pca_features else "fc7"
    for split in SPLITS:
        path = existing(folder, f"{split}2014_vgg16_{features}.h5")
        data[f"{split}_features"] = read_h5(path, ("features",))["features"]
        require_features(data[f"{split}_features"], path)
    data.update(read_vocabulary(existing(folder, vocabulary)))
    for split in SPLITS:
        data[f"{split}_urls"] = np.asarray(read_lines(existing(folder, f"{split}2014_urls.txt")))
        require_captions(data, split, captions)
        require_pictures(data, split, folder)
    if max_train:
        chosen = np.random.randint(len(data["train_captions"]), size=max_train)
        for key in ("train_captions", "train_image_idxs"):
            data[key] = data[key][chosen]
    return data


def sample_coco_minibatch(
    data: dict[str, Any], batch_size: int = 100, split: str = "train"
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw captions of one split from np.random, with replacement.

    Returns captions (batch_size, 17) int32, the features (batch_size, D) and urls (batch_size,) of their images.
    Raises ValueError when split is neither "train" nor "val", or batch_size is no number of captions.
    """
    batch_size = _count("batch_size", batch_size, least=1)
    if split not in SPLITS:
        unknown = "There is no split {split}: choose one of {splits}."
        raise ValueError(told(unknown, split=repr(split), splits=joined(map(repr, SPLITS))))
    chosen = np.random.choice(len(data[f"{split}_captions"]), batch_size)
    images = data[f"{split}_image_idxs"][chosen]
    return data[f"{split}_captions"][chosen], data[f"{split}_features"][images], data[f"{split}_urls"][images]


def decode_captions(captions: np.ndarray, idx_to_word: Words) -> str | list[str]:
    """Turn word ids into words: up to and including <END>, without <NULL>.

    captions: (T,) or (N, T) integers, floats such as 3.0, or lists of them; rows of a list may differ in length.
    idx_to_word: the word of each id.
    Returns one string for a (T,) caption, a list of N strings for (N, T).
    Raises ValueError where an id is no number of a word, with its place; what stands behind <END> may be anything.
    """
    if isinstance(idx_to_word, Mapping) and any(isinstance(key, str) for key in idx_to_word):
        raise ValueError(
            told('idx_to_word gives the word of an id, and this gives something of a word: use "idx_to_word".')
        )
    ragged = isinstance(captions, list | tuple) and any(np.ndim(caption) for caption in captions)
    rows = [np.asarray(caption) for caption in captions] if ragged else np.asarray(captions)
    dimensions = 1 + max(row.ndim for row in rows) if ragged else rows.ndim
    if dimensions not in (1, 2):
        wrong = "captions has {dimensions} dimensions: give the word ids of one caption, (T,), or of several, (N, T)."
        raise ValueError(told(wrong, dimensions=dimensions))
    if dimensions == 1:
        return _decode(rows, idx_to_word, "captions")
    return [_decode(row, idx_to_word, f"captions[{n}]") for n, row in enumerate(rows)]


def _decode(caption: np.ndarray, idx_to_word: Words, name: str) -> str:
    words = []
    for t, index in enumerate(caption.reshape(-1).tolist()):
        word = _word(index, idx_to_word, f"{name}[{t}]")
        if word != "<NULL>":
            words.append(word)
        if word == "<END>":
            break
    return " ".join(words)


def _word(index: Any, idx_to_word: Words, place: str) -> str:
    """The word of an id; raises ValueError, with the id's place, where there is none."""
    if isinstance(index, bool) or not isinstance(index, int | float) or index % 1:  # NaN and infinity too
        no_id = "{place} is {index}, and no word id: ids are whole numbers, such as np.argmax gives."
        raise ValueError(told(no_id, place=place, index=repr(index)))
    known = idx_to_word if isinstance(idx_to_word, Mapping) else range(len(idx_to_word))
    if int(index) not in known:  # a list would take -1 for its last word
        no_word = "{place} is {index}, but idx_to_word has words for the ids 0 to {last}."
        raise ValueError(told(no_word, place=place, index=int(index), last=len(idx_to_word) - 1))
    return idx_to_word[int(index)]


def _count(name: str, value: int, least: int) -> int:
    """A number of captions; raises ValueError for anything else."""
    try:
        count = operator.index(value)
    except TypeError:
        count = -1
    if count < least:
        raise ValueError(
            told("{name} is {value}: give a number of captions, such as 50.", name=name, value=repr(value))
        )
    return count


def read_h5(path: Path, required: tuple[str, ...]) -> dict[str, np.ndarray]:
    """All datasets of a file as arrays. Raises ValueError where it is damaged or has none of a required name."""
    try:
        with h5py.File(path, "r", locking=False) as file:  # some shared disks have no locks
            arrays = {key: _array(item) for key, item in file.items() if isinstance(item, h5py.Dataset)}
    except PermissionError as error:
        closed = "{path} may not be read by you: ask who put it there to allow it."
        raise PermissionError(told(closed, path=str(path))) from error
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:  # what h5py says of damaged files
        raise damaged(path, error) from error
    for key in required:
        if key not in arrays:
            raise damaged(path, told("it has no dataset {name}", name=repr(key)))
    return arrays


def _array(item: h5py.Dataset) -> np.ndarray:
    """A dataset's numbers; floats that lie in the file just as in memory stay there until they are used."""
    offset = item.id.get_offset()
    as_in_memory = item.dtype.kind == "f" and 0 < item.nbytes == item.id.get_storage_size()
    if offset is None or not as_in_memory or item.external or item.file.userblock_size:
        return item[()]
    return np.memmap(item.file.filename, dtype=item.dtype, mode="c", offset=offset, shape=item.shape)
