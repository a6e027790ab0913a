"""The whole data set in memory: scenes, pictures, captions and features of both splits."""

from dataclasses import dataclass

import numpy as np

from cs231n.scenes.draw import draw

from . import chinese
from . import pictures as stored_pictures
from .grammar import captions
from .scenes import NEW_SHARE, sample_scenes
from .vocabulary import MIN_COUNT, build_vocabulary

SEED = 2014
SIZES = {"train": 3000, "val": 500}
EVERY = 250  # pictures between two lines of progress


@dataclass(frozen=True)
class Split:
    """N pictures: scenes (list), files (list of bytes, WebP), captions (a list of five for each), and features, float32
    (N, 4096) and (N, 512)."""

    scenes: list
    files: list
    captions: list
    features: np.ndarray
    features_pca: np.ndarray


@dataclass(frozen=True)
class Dataset:
    """splits: a Split for "train" and one for "val". words: the vocabulary, in order. glyphs: the things' pictures.
    chinese: the captions in Chinese by split, five for each picture. chinese_words: their vocabulary.
    """

    splits: dict
    words: list
    glyphs: dict
    chinese: dict
    chinese_words: list


def make(glyphs, net, sizes=None, min_count=MIN_COUNT, files=None, report=lambda line: None):
    """A Dataset with sizes["train"] and sizes["val"] pictures; always the same for the same arguments.

    glyphs: the pictures of the things. net: the SceneNet. files: the pictures' files by split where they are there
    already; else they are drawn. `report` is called with a line of progress now and then.
    """
    sizes = sizes or SIZES
    scenes, said = tell(glyphs, sizes)
    files = files or {split: draw_files(scenes[split], glyphs, report) for split in sizes}
    splits = {}
    for split in sizes:
        report(f"{split}: features of {len(files[split])} pictures")
        full = full_features(net, files[split])
        splits[split] = Split(scenes[split], files[split], said[split], full, net.reduced(full))
    in_chinese = tell_in_chinese(scenes, glyphs)
    words = build_vocabulary(_all(said["train"]), min_count)
    chinese_words = build_vocabulary(_all(in_chinese["train"]), min(min_count, chinese.MIN_COUNT))
    return Dataset(splits, words, glyphs, in_chinese, chinese_words)


def tell(glyphs, sizes=None):
    """What there is to see and to say, before anything is drawn: scenes and captions, dicts by split.

    No scene of val tells the same as one of train, and some show things that train never shows together.
    """
    sizes = sizes or SIZES
    # RandomState rather than default_rng: numpy has promised that its streams never change.
    rng = np.random.RandomState(SEED)
    scenes, said = {}, {}
    for split, new_share in (("train", 0), ("val", NEW_SHARE)):
        scenes[split] = sample_scenes(sizes[split], rng, glyphs, scenes.get("train", ()), new_share)
        said[split] = [captions(scene, glyphs, rng) for scene in scenes[split]]
    return scenes, said


def _all(captions):
    """The captions of all pictures in one list."""
    return [caption for five in captions for caption in five]


def tell_in_chinese(scenes, glyphs):
    """The captions in Chinese of scenes, both dicts by split."""
    rng = np.random.RandomState(SEED + 1)  # of its own: the English ones stay as they are
    return {split: [chinese.captions(scene, glyphs, rng) for scene in scenes[split]] for split in scenes}


def draw_files(scenes, glyphs, report=lambda line: None):
    """The scenes' pictures as files (bytes)."""
    found = []
    for number, scene in enumerate(scenes):
        if number % EVERY == 0:
            report(f"drawing: {number} of {len(scenes)} pictures")
        found.append(stored_pictures.encode(draw(scene, glyphs)))
    return found


def full_features(net, files):
    """Full features (N, 4096) of pictures as they are stored."""
    found = []
    for start in range(0, len(files), EVERY):
        batch = [stored_pictures.decode(content) for content in files[start : start + EVERY]]
        found.append(net.full(np.stack(batch)))
    return np.concatenate(found)
