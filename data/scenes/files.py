"""The data set in the files of the COCO captioning data, and the comparison of two such folders."""

import json
from pathlib import Path

import h5py
import numpy as np

from cs231n.scenes.scene import box

from .pictures import data_uri, from_data_uri
from .scenes import is_kept_for_val, pairs
from .vocabulary import encode

GLYPHS, NET = "scene_glyphs.json", "scene_net.h5"
PARTS = (GLYPHS, NET)  # what the rest is made of


def write(dataset, folder):
    """Write all files of a Dataset into a folder, made when missing; the parts that it is made of must be there."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, split in dataset.splits.items():
        # Whole numbers from 0 to 3 take two bits each so, and less when they are compressed.
        _write_h5(folder / f"{name}2014_vgg16_fc7.h5", {"features": split.features}, scaleoffset=0, shuffle=False)
        _write_h5(folder / f"{name}2014_vgg16_fc7_pca.h5", {"features": split.features_pca})
        _write_lines(folder / f"{name}2014_urls.txt", map(data_uri, split.files))
        _write_lines(folder / f"{name}2014_images.txt", _names(name, split))
        _write_json(folder / f"instances_{name}2014.json", instances(name, split, dataset.glyphs))
    english = {name: split.captions for name, split in dataset.splits.items()}
    _write_captions(folder, "", english, dataset.words)
    _write_captions(folder, "_zh", dataset.chinese, dataset.chinese_words)


def _write_captions(folder, language, captions, words):
    """The files of the captions and their vocabulary in one language."""
    arrays = {}
    for name, told in captions.items():
        owners = [i for i, five in enumerate(told) for _ in five]
        arrays[f"{name}_captions"] = encode([caption for five in told for caption in five], words)
        arrays[f"{name}_image_idxs"] = np.array(owners, dtype=np.int32)
    _write_h5(folder / f"coco2014_captions{language}.h5", arrays)
    numbers = {word: i for i, word in enumerate(words)}
    _write_json(folder / f"coco2014_vocab{language}.json", {"idx_to_word": words, "word_to_idx": numbers})


def _names(name, split):
    return [f"{name}2014/scene_{i:06d}.webp" for i in range(1, len(split.files) + 1)]


def instances(name, split, glyphs):
    """Where the things are, as COCO's instances files say it: images, annotations with boxes, categories."""
    names = sorted({placed.name for scene in split.scenes for placed in scene.things} | set(glyphs))
    images, annotations = [], []
    for i, (scene, file) in enumerate(zip(split.scenes, _names(name, split), strict=True)):
        images.append({"id": i, "file_name": file, **_told(scene)})
        for placed in scene.things:
            number = names.index(placed.name) + 1
            annotations.append(
                {"id": len(annotations), "image_id": i, "category_id": number, "bbox": box(placed, glyphs)}
            )
    categories = [{"id": i, "name": each} for i, each in enumerate(names, 1)]
    return {"images": images, "annotations": annotations, "categories": categories}


def _told(scene):
    """What else can be said of a scene: beyond COCO's schema, for measuring whether a caption is true."""
    new = any(is_kept_for_val(*pair) for pair in pairs(scene))
    return {"place": scene.place, "time": scene.time, "relation": scene.relation, "new_pair": new}


def read_pictures(folder):
    """The pictures' files (bytes) of a folder, by split.

    Raises OSError where a file cannot be read, ValueError where it holds other things.
    """
    found = {}
    for name in ("train", "val"):
        lines = (Path(folder) / f"{name}2014_urls.txt").read_text(encoding="utf-8").splitlines()
        found[name] = [from_data_uri(line) for line in lines]
    return found


def differences(expected, actual):
    """Sentences on how the content of folder `actual` differs from that of `expected`; none when it does not.

    Content, not bytes: builds of HDF5 compress the same values differently.
    """
    expected, actual = Path(expected), Path(actual)
    found = []
    for name in sorted({path.name for folder in (expected, actual) for path in folder.glob("*")} - set(PARTS)):
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
    wrong = [i for i, (a, b) in enumerate(zip(before, after, strict=True), 1) if a != b]
    return [f"{len(wrong)} lines differ, the first is line {wrong[0]}"] if wrong else []


def _h5_differences(expected, actual):
    try:
        before, after = _read_h5(expected), _read_h5(actual)
    except OSError as error:
        return [f"cannot be read ({error})"]
    found = [f"dataset {key} is in one only" for key in sorted(before.keys() ^ after.keys())]
    for key in sorted(before.keys() & after.keys()):
        a, b = before[key], after[key]
        if (a.shape, a.dtype) != (b.shape, b.dtype):
            found.append(f"{key} is {b.dtype}{b.shape} instead of {a.dtype}{a.shape}")
        elif not np.array_equal(a, b):
            found.append(f"{key} differs in {np.count_nonzero(a != b)} values")
    return found


def _read_h5(path):
    with h5py.File(path, "r") as file:
        return {key: file[key][()] for key in file}


def write_net(layers, axes, middle, scale, path):
    """The net's file: what training.whole_numbers gave, and what pca.projection gave."""
    arrays = {"tops": np.array([top for *_, top in layers], np.int32)}
    for i, (weights, factor, shift, _) in enumerate(layers):
        arrays |= {f"weights{i}": weights, f"scale{i}": factor, f"shift{i}": shift}
    _write_h5(path, arrays | {"axes": axes, "middle": middle, "axis_scale": scale})


def _write_h5(path, arrays, **packing):
    """Small, and the same bytes every time: no time stamps."""
    settings = {"compression": "gzip", "compression_opts": 9, "shuffle": True, "track_times": False, **packing}
    with h5py.File(path, "w") as file:
        for name, array in arrays.items():
            file.create_dataset(name, data=array, **settings)


def _write_json(path, content):
    _write_lines(path, [json.dumps(content, separators=(",", ":"), ensure_ascii=False)])


def _write_lines(path, lines):
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
