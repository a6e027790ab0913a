"""The whole data set in memory: scenes, pictures, captions and features of both splits."""

from dataclasses import dataclass

import numpy as np

from .draw import render
from .features import full_features
from .grammar import captions
from .pca import reduce
from .scenes import sample_scenes
from .vocabulary import MIN_COUNT, build_vocabulary

SEED = 2014
SIZES = {"train": 1500, "val": 300}


@dataclass(frozen=True)
class Split:
    """N pictures: scenes (list), pictures (N, SIDE, SIDE, 3) uint8, captions (a list of five for each), and
    features, float32 (N, 4096) and (N, 512)."""

    scenes: list
    pictures: np.ndarray
    captions: list
    features: np.ndarray
    features_pca: np.ndarray


@dataclass(frozen=True)
class Dataset:
    """splits: a Split for "train" and one for "val". words: the vocabulary, in order."""

    splits: dict
    words: list


def make(sizes=None, min_count=MIN_COUNT, report=lambda line: None):
    """A Dataset with sizes["train"] and sizes["val"] pictures; always the same for the same arguments.

    `report` is called with a line of progress now and then.
    """
    sizes = sizes or SIZES
    scenes, said = tell(sizes)
    pictures, features = {}, {}
    for split in sizes:
        report(f"{split}: drawing {sizes[split]} pictures")
        pictures[split] = np.stack([render(scene) for scene in scenes[split]])
        features[split] = full_features(pictures[split], report)
    report("principal components")
    reduced = dict(zip(("train", "val"), reduce(features["train"], features["val"]), strict=True))
    words = build_vocabulary([caption for five in said["train"] for caption in five], min_count)
    parts = (scenes, pictures, said, features, reduced)
    return Dataset({split: Split(*(part[split] for part in parts)) for split in sizes}, words)


def tell(sizes=None):
    """What there is to see and to say, before anything is drawn: scenes and captions, dicts by split.

    No scene of val is in train.
    """
    sizes = sizes or SIZES
    # RandomState rather than default_rng: numpy has promised that its streams never change.
    rng = np.random.RandomState(SEED)
    scenes, said = {}, {}
    for split in ("train", "val"):
        scenes[split] = sample_scenes(sizes[split], rng, taken=scenes.get("train", ()))
        said[split] = [captions(scene, rng) for scene in scenes[split]]
    return scenes, said
