"""The captioned images: loading them, drawing a minibatch, turning word ids back into words."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import h5py
import numpy as np

BASE_DIR = Path(__file__).resolve().parent / "datasets" / "coco_captioning"
SPLITS = ("train", "val")
CAPTION_DATASETS = ("train_captions", "train_image_idxs", "val_captions", "val_image_idxs")


def load_coco_data(
    base_dir: str | os.PathLike | None = None, max_train: int | None = None, pca_features: bool = True
) -> dict[str, Any]:
    """Load a data set in the layout of the course's COCO files.

    base_dir: its folder; by default the one named by the environment variable COCO_CAPTIONING_DIR, else
    datasets/coco_captioning beside this file. max_train: keep that many training captions, drawn from
    np.random with replacement. pca_features: 512 features an image (True) or the full 4096.

    Returns a dict; for each split s of train and val:
    - s_captions: (captions, 17) int32 word ids; s_image_idxs: (captions,) int32, each caption's image
    - s_features: (images, 512 or 4096) float32; s_urls: (images,) str
    and idx_to_word (list of V words), word_to_idx (dict).
    Features that lie in one piece in their file are read when they are used: what is never looked at takes no memory,
    and what is changed in the arrays is not changed in the file.

    Raises FileNotFoundError when the folder or a file is missing, ValueError when a file is damaged.
    """
    folder = data_folder(base_dir)
    data: dict[str, Any] = _read_h5(_existing(folder, "coco2014_captions.h5"), CAPTION_DATASETS)
    features = "fc7_pca" if pca_features else "fc7"
    for split in SPLITS:
        path = _existing(folder, f"{split}2014_vgg16_{features}.h5")
        data[f"{split}_features"] = _read_h5(path, ("features",))["features"]
    data.update(_read_vocabulary(_existing(folder, "coco2014_vocab.json")))
    for split in SPLITS:
        lines = _existing(folder, f"{split}2014_urls.txt").read_text(encoding="utf-8").splitlines()
        data[f"{split}_urls"] = np.asarray([line.strip() for line in lines])
        _require_pictures(data, split, folder)
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
    Raises ValueError when split is neither "train" nor "val".
    """
    if split not in SPLITS:
        raise ValueError(f"There is no split {split!r}: choose one of {', '.join(map(repr, SPLITS))}.")
    chosen = np.random.choice(len(data[f"{split}_captions"]), batch_size)
    images = data[f"{split}_image_idxs"][chosen]
    return data[f"{split}_captions"][chosen], data[f"{split}_features"][images], data[f"{split}_urls"][images]


def decode_captions(captions: np.ndarray, idx_to_word: list[str]) -> str | list[str]:
    """Turn word ids into words: up to and including <END>, without <NULL>.

    captions: (T,) or (N, T) integers. idx_to_word: the word of each id.
    Returns one string for a (T,) caption, a list of N strings for (N, T).
    """
    captions = np.asarray(captions)
    if captions.ndim == 1:
        return _decode(captions, idx_to_word)
    return [_decode(caption, idx_to_word) for caption in captions]


def _decode(caption: np.ndarray, idx_to_word: list[str]) -> str:
    words = []
    for index in caption:
        word = idx_to_word[index]
        if word != "<NULL>":
            words.append(word)
        if word == "<END>":
            break
    return " ".join(words)


def data_folder(base_dir: str | os.PathLike | None = None) -> Path:
    """The folder of the data set; by default the one that load_coco_data takes. Raises FileNotFoundError."""
    folder = Path(base_dir or os.environ.get("COCO_CAPTIONING_DIR") or BASE_DIR)
    if not folder.is_dir():
        raise FileNotFoundError(
            f"There is no data set at {folder}: put the folder coco_captioning there, or name the folder"
            " that holds coco2014_captions.h5 with base_dir or the environment variable COCO_CAPTIONING_DIR."
        )
    return folder


def _existing(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.is_file():
        raise FileNotFoundError(f"{name} is missing from the data set at {folder}: get the data set again.")
    return path


def _read_h5(path: Path, required: tuple[str, ...]) -> dict[str, np.ndarray]:
    """All datasets of a file as arrays."""
    try:
        with h5py.File(path, "r") as file:
            arrays = {key: _array(item) for key, item in file.items() if isinstance(item, h5py.Dataset)}
    except OSError as error:
        raise ValueError(f"{path} is damaged ({error}): get the data set again.") from error
    for key in required:
        if key not in arrays:
            raise ValueError(f"{path} is damaged (it has no dataset {key!r}): get the data set again.")
    return arrays


def _array(item: h5py.Dataset) -> np.ndarray:
    """A dataset's numbers; floats that lie in the file just as in memory stay there until they are used."""
    offset = item.id.get_offset()
    as_in_memory = item.dtype.kind == "f" and 0 < item.nbytes == item.id.get_storage_size()
    if offset is None or not as_in_memory or item.external or item.file.userblock_size:
        return item[()]
    return np.memmap(item.file.filename, dtype=item.dtype, mode="c", offset=offset, shape=item.shape)


def _read_vocabulary(path: Path) -> dict[str, Any]:
    try:
        vocabulary = json.loads(path.read_text(encoding="utf-8"))
        return {key: vocabulary[key] for key in ("idx_to_word", "word_to_idx")}
    except (ValueError, KeyError, TypeError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise ValueError(f"{path} is damaged ({reason}): get the data set again.") from error


def _require_pictures(data: dict[str, Any], split: str, folder: Path) -> None:
    """Every caption's image must have features and a url; otherwise sampling fails much later."""
    images = int(data[f"{split}_image_idxs"].max(initial=-1)) + 1
    for kind in ("features", "urls"):
        count = len(data[f"{split}_{kind}"])
        if count < images:
            raise ValueError(
                f"The data set at {folder} is damaged (its {split} captions speak of {images} images,"
                f" its {split} {kind} of {count}): get the data set again."
            )
