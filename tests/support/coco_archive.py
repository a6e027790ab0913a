"""Archives of a data set in the COCO files' schema, as small as can be."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import h5py
import numpy as np

from coco.unpack import INSIDE

PICTURES = {"train": 3, "val": 2}
WORDS = ["<NULL>", "<START>", "<END>", "<UNK>", "cat"]


def h5(**datasets: np.ndarray) -> bytes:
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        for name, values in datasets.items():
            file[name] = values
    return stream.getvalue()


def captions(**changes: np.ndarray) -> bytes:
    arrays = {}
    for split, count in PICTURES.items():
        arrays[f"{split}_captions"] = np.full((2 * count, 17), 4, np.int32)
        arrays[f"{split}_image_idxs"] = np.arange(2 * count, dtype=np.int32) // 2
    return h5(**{**arrays, **changes})


def files(**changes: bytes | None) -> dict[str, bytes]:
    """A data set in the COCO files' schema, as small as can be; `changes` by the name's stem."""
    vocabulary = {"idx_to_word": WORDS, "word_to_idx": {word: i for i, word in enumerate(WORDS)}}
    made = {"coco2014_captions.h5": captions(), "coco2014_vocab.json": json.dumps(vocabulary).encode()}
    for split, count in PICTURES.items():
        features = np.random.default_rng(0).normal(size=(count, 512)).astype(np.float32)
        made[f"{split}2014_vgg16_fc7_pca.h5"] = h5(features=features)
        made[f"{split}2014_urls.txt"] = b"http://127.0.0.1/picture.jpg\n" * count
        made[f"{split}2014_images.txt"] = b"picture.jpg\n" * count
    made |= {name: changes[Path(name).stem] for name in made if Path(name).stem in changes}
    return {name: content for name, content in made.items() if content is not None}


def packed(members: dict[str | zipfile.ZipInfo, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return stream.getvalue()


def archive(**changes: bytes | None) -> bytes:
    return packed({f"{INSIDE}/": b"", **{f"{INSIDE}/{name}": content for name, content in files(**changes).items()}})
