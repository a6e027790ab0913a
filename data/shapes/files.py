"""The data set in the files of the COCO captioning data, and the comparison of two such folders."""

import base64
import io
import json
from pathlib import Path

import h5py
import matplotlib.image
import numpy as np

from .pca import STEP
from .png import data_uri
from .vocabulary import encode

TOLERANCE = {"train2014_vgg16_fc7_pca.h5": STEP, "val2014_vgg16_fc7_pca.h5": STEP}  # one step of rounding


def write(dataset, folder):
    """Write all files of a Dataset into a folder, made when missing."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    captions = {}
    for name, split in dataset.splits.items():
        rows = [caption for five in split.captions for caption in five]
        owners = [i for i, five in enumerate(split.captions) for _ in five]
        captions[f"{name}_captions"] = encode(rows, dataset.words)
        captions[f"{name}_image_idxs"] = np.array(owners, dtype=np.int32)
        _write_h5(folder / f"{name}2014_vgg16_fc7.h5", {"features": split.features})
        _write_h5(folder / f"{name}2014_vgg16_fc7_pca.h5", {"features": split.features_pca})
        _write_lines(folder / f"{name}2014_urls.txt", map(data_uri, split.pictures))
        names = (f"{name}2014/shapes_{i:06d}.png" for i in range(1, len(split.pictures) + 1))
        _write_lines(folder / f"{name}2014_images.txt", names)
    _write_h5(folder / "coco2014_captions.h5", captions)
    numbers = {word: i for i, word in enumerate(dataset.words)}
    vocabulary = json.dumps({"idx_to_word": dataset.words, "word_to_idx": numbers})
    _write_lines(folder / "coco2014_vocab.json", [vocabulary])


def differences(expected, actual):
    """Sentences on how the content of folder `actual` differs from that of `expected`; none when it does not.

    Content, not bytes: builds of zlib and of HDF5 compress the same values differently. The reduced features
    may differ by one step of their rounding, since libraries for linear algebra differ in the last digit.
    """
    expected, actual = Path(expected), Path(actual)
    found = []
    for name in sorted({path.name for folder in (expected, actual) for path in folder.glob("*")}):
        if not (actual / name).exists():
            found.append(f"{name} is missing")
        elif not (expected / name).exists():
            found.append(f"{name} does not belong there")
        else:
            found += [f"{name}: {what}" for what in _file_differences(expected / name, actual / name)]
    return found


def _file_differences(expected, actual):
    if expected.suffix == ".h5":
        return _h5_differences(expected, actual)
    before, after = (path.read_text(encoding="utf-8").splitlines() for path in (expected, actual))
    if len(before) != len(after):
        return [f"{len(after)} lines instead of {len(before)}"]
    same = _same_picture if expected.name.endswith("_urls.txt") else str.__eq__
    wrong = [i for i, (a, b) in enumerate(zip(before, after, strict=True), 1) if not same(a, b)]
    return [f"{len(wrong)} lines differ, the first is line {wrong[0]}"] if wrong else []


def _h5_differences(expected, actual):
    tolerance = TOLERANCE.get(expected.name, 0)
    try:
        before, after = _read_h5(expected), _read_h5(actual)
    except OSError as error:
        return [f"cannot be read ({error})"]
    found = [f"dataset {key} is in one only" for key in sorted(before.keys() ^ after.keys())]
    for key in sorted(before.keys() & after.keys()):
        a, b = before[key], after[key]
        if (a.shape, a.dtype) != (b.shape, b.dtype):
            found.append(f"{key} is {b.dtype}{b.shape} instead of {a.dtype}{a.shape}")
        elif np.abs(a - b).max(initial=0) > tolerance:
            found.append(f"{key} differs in {np.count_nonzero(np.abs(a - b) > tolerance)} values")
    return found


def _same_picture(uri, other):
    if uri == other:
        return True
    try:
        return np.array_equal(_pixels(uri), _pixels(other))
    except (ValueError, SyntaxError, OSError):  # what base64 and the PNG reader raise
        return False


def _pixels(uri):
    return matplotlib.image.imread(io.BytesIO(base64.b64decode(uri.partition(",")[2])), format="png")


def _read_h5(path):
    with h5py.File(path, "r") as file:
        return {key: file[key][()] for key in file}


def _write_h5(path, arrays):
    """Small, and the same bytes every time: no time stamps."""
    with h5py.File(path, "w") as file:
        for name, array in arrays.items():
            file.create_dataset(
                name, data=array, compression="gzip", compression_opts=9, shuffle=True, track_times=False
            )


def _write_lines(path, lines):
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
