"""The data set's files in Chinese: what the maker makes, and a vocabulary that the tables explain."""

from __future__ import annotations

import json
from collections import Counter

import h5py
import numpy as np
import pytest

from autograder.assignment import Assignment
from cs231n.scenes.chinese import CLASSIFIER, CLASSIFIERS, COLORS, NOUNS, PLACE_WORDS, THINGS, TIME_WORDS
from cs231n.scenes.things import CATALOGUE, PLACES, TIMES
from scenes import chinese, chinese_words, dataset, vocabulary
from tests.support.house import data_folder

SPLITS = ("train", "val")
FRAME = "的 在 有 站 和 比 大 之间 画面 图中 天空 中 排成 一排"  # what the sentences are built with
TABLES = ("SIZES", "RARE_SIZES", "RARE", "PLACES", "OVER", "IN_WATER", "TIMES", "COLUMNS", "RELATIONS", "NEAR")


@pytest.fixture(scope="module")
def in_chinese(told: tuple, glyphs: dict) -> dict:
    """The captions in Chinese, by split, one after another."""
    captions = dataset.tell_in_chinese(told[0], glyphs)
    return {split: [caption for five in captions[split] for caption in five] for split in SPLITS}


@pytest.fixture(scope="module")
def arrays(assignment: Assignment) -> dict:
    with h5py.File(data_folder(assignment) / "coco2014_captions_zh.h5") as file:
        return {name: file[name][()] for name in file}


@pytest.fixture(scope="module")
def vocab(assignment: Assignment) -> dict:
    return json.loads((data_folder(assignment) / "coco2014_vocab_zh.json").read_text(encoding="utf-8"))


def words_of(table) -> set[str]:
    """All words in a table, however deep they lie."""
    if isinstance(table, str):
        return set(table.split())
    return set().union(*(words_of(each) for each in (table.values() if isinstance(table, dict) else table)))


MEANT_TO_BE_RARE = words_of([chinese_words.RARE, chinese_words.RARE_SIZES]) - {"的"}


@pytest.mark.slow
def test_the_files_are_what_the_maker_makes(in_chinese, arrays, vocab):
    words = vocabulary.build_vocabulary(in_chinese["train"], chinese.MIN_COUNT)
    assert vocab == {"idx_to_word": words, "word_to_idx": {word: i for i, word in enumerate(words)}}
    for split in SPLITS:
        made = vocabulary.encode(in_chinese[split], words)
        assert arrays[f"{split}_captions"].dtype == made.dtype
        assert np.array_equal(arrays[f"{split}_captions"], made)


def test_the_captions_are_of_the_same_pictures_as_those_in_english(arrays, committed):
    assert arrays.keys() == {f"{split}_{kind}" for split in SPLITS for kind in ("captions", "image_idxs")}
    for split in SPLITS:
        mine, english = arrays[f"{split}_image_idxs"], committed[f"{split}_image_idxs"]
        assert mine.dtype == english.dtype and np.array_equal(mine, english)


def test_the_vocabulary_is_as_large_as_the_english_one_and_all_of_it_is_said(arrays, vocab):
    words = vocab["idx_to_word"]
    assert words[:4] == ["<NULL>", "<START>", "<END>", "<UNK>"]
    assert 150 <= len(words) == len(set(words)) <= 300
    assert np.array_equal(np.unique(arrays["train_captions"]), np.arange(len(words)))
    assert len(np.unique(arrays["val_captions"])) >= 0.95 * len(words)


@pytest.mark.parametrize("split", SPLITS)
def test_a_word_is_unknown_now_and_then(arrays, split):
    assert 0.005 < (arrays[f"{split}_captions"] == vocabulary.UNK).any(axis=1).mean() < 0.01


@pytest.mark.parametrize("split", SPLITS)
def test_only_words_that_are_meant_to_be_rare_are_unknown(in_chinese, arrays, split):
    unknown = {
        word
        for caption, row in zip(in_chinese[split], arrays[f"{split}_captions"], strict=True)
        for word, number in zip(caption.split(), row[1:], strict=False)
        if number == vocabulary.UNK
    }
    assert unknown and unknown <= MEANT_TO_BE_RARE


def test_a_word_that_is_said_often_enough_is_known_and_a_rare_one_is_not(in_chinese, vocab):
    known = {*vocab["idx_to_word"]}
    counts = Counter(word for caption in in_chinese["train"] for word in caption.split())
    assert {word for word, count in counts.items() if count >= chinese.MIN_COUNT} <= known
    assert not known & MEANT_TO_BE_RARE


def test_each_word_stands_in_a_table(in_chinese, vocab):
    known = {f"{number}{each}" for number in chinese_words.NUMBERS.values() for each in CLASSIFIERS}
    known |= {*FRAME.split(), *NOUNS.values(), *COLORS.values()}
    known |= {*chinese_words.VERB_BEFORE.values(), *chinese_words.VERB_BEHIND.values()}
    known |= words_of([getattr(chinese_words, name) for name in TABLES])
    assert set(vocab["idx_to_word"][4:]) - known == set()
    assert {word for caption in in_chinese["train"] for word in caption.split()} - known == set(), "rare ones too"


def test_each_thing_has_one_word_and_one_classifier():
    words = {thing.word for thing in CATALOGUE}
    assert NOUNS.keys() == CLASSIFIER.keys() == words
    assert len(THINGS) == len(words), "two things share a word"
    assert len(" ".join(CLASSIFIERS.values()).split()) == len(words), "a thing has two classifiers"
    assert COLORS.keys() == {color for thing in CATALOGUE for color in thing.colors}


def test_the_library_knows_every_word_for_a_place_and_a_time():
    """It judges captions by them."""
    assert {*chinese_words.PLACES} == {*chinese_words.OVER} == {*PLACE_WORDS} == {*PLACES}
    assert {*chinese_words.TIMES} == {*TIME_WORDS} == {*TIMES}
    said = {place: [*chinese_words.PLACES[place], *chinese_words.OVER[place]] for place in PLACES}
    said["sea"] += chinese_words.IN_WATER
    for known, phrases in ((PLACE_WORDS, said), (TIME_WORDS, chinese_words.TIMES)):
        for kind, told_of in phrases.items():
            for phrase in told_of:
                assert [each for each in known if words_of(known[each]) & words_of(phrase)] == [kind], phrase
