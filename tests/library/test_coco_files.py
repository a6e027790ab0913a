"""Where the data set is looked for, and what is said of a file that is not as it should be."""

import json
from pathlib import Path

import numpy as np
import pytest

from cs231n import coco_files
from cs231n.coco_files import (
    CAPTIONS,
    data_folder,
    existing,
    read_lines,
    read_vocabulary,
    require_captions,
    require_features,
    require_pictures,
)

WORDS = ["<NULL>", "<START>", "<END>", "größer"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of notebooks with a data set in course/small, and nothing named by the environment."""
    small = tmp_path / "course" / "small"
    small.mkdir(parents=True)
    (small / CAPTIONS).touch()
    monkeypatch.setattr(coco_files, "NOTEBOOKS", tmp_path / "course")
    monkeypatch.delenv("COCO_CAPTIONING_DIR", raising=False)
    monkeypatch.setenv("PWD", str(tmp_path))
    monkeypatch.chdir(tmp_path / "course")
    return small


def test_a_relative_folder_is_found_before_and_after_cd(folder: Path, monkeypatch: pytest.MonkeyPatch):
    assert data_folder("small") == folder
    monkeypatch.chdir(folder.parents[1])
    assert data_folder("small") == folder
    assert data_folder(Path("course", "small")) == folder
    monkeypatch.setenv("COCO_CAPTIONING_DIR", "small")
    assert data_folder(None) == folder


def test_the_environment_may_count_from_where_jupyter_was_started(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COCO_CAPTIONING_DIR", "course/small")
    assert data_folder(None) == folder


@pytest.mark.parametrize("name", ['"{}"', " {} ", "'{}'"])
def test_quotes_and_spaces_around_the_environments_folder_do_not_count(folder: Path, monkeypatch, name: str):
    monkeypatch.setenv("COCO_CAPTIONING_DIR", name.format(folder))
    assert data_folder(None) == folder


def test_a_tilde_and_the_folder_above_will_do(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.setenv("USERPROFILE", str(folder.parent))
    assert data_folder("~/small") == folder
    moved = folder.rename(folder.parent / "coco_captioning")
    assert data_folder(folder.parent) == moved


def test_a_folder_that_is_not_there_and_a_file_in_its_place_are_told(folder: Path):
    with pytest.raises(FileNotFoundError, match=r"no data set at .*nowhere: put .* with base_dir or .*COCO_CAPTIONING"):
        data_folder("nowhere")
    with pytest.raises(NotADirectoryError, match=r"captions\.h5 is a file: name the folder that it lies in, .*small\."):
        data_folder(folder / CAPTIONS)
    with pytest.raises(FileNotFoundError, match=r"vocab\.json is missing from the data set at .*: get the data set"):
        existing(folder, "vocab.json")
    empty = folder / "empty"
    empty.mkdir()
    assert data_folder(empty) == empty, "what is missing in it is said file by file"


def test_texts_are_utf_8_with_or_without_a_mark(tmp_path: Path):
    path = tmp_path / "urls.txt"
    path.write_bytes("\ufeffhttp://a/1.jpg\r\n http://a/ö.jpg \r\n".encode())
    assert read_lines(path) == ["http://a/1.jpg", "http://a/ö.jpg"]
    path.write_text("http://a/ö.jpg\n", encoding="utf-16")
    with pytest.raises(ValueError, match=r"urls\.txt is damaged \(it is no text in UTF-8: .*get the data set again"):
        read_lines(path)


def test_a_vocabulary_is_words_and_their_ids(tmp_path: Path):
    path, ids = tmp_path / "vocab.json", {word: i for i, word in enumerate(WORDS)}
    path.write_text(json.dumps({"idx_to_word": WORDS, "word_to_idx": ids}), encoding="utf-8-sig")
    assert read_vocabulary(path) == {"idx_to_word": WORDS, "word_to_idx": ids}


@pytest.mark.parametrize(
    ("words", "ids", "reason"),
    [
        (WORDS, {"<NULL>": 0}, "idx_to_word has 4 words, word_to_idx 1"),
        (WORDS, dict.fromkeys(WORDS, 0), "word_to_idx has another id for '<START>' than idx_to_word"),
        (WORDS[1:], {word: i for i, word in enumerate(WORDS[1:])}, "it has no <NULL>"),
        ({"0": "<NULL>"}, {"<NULL>": 0}, "idx_to_word must be a list of words, and word_to_idx their ids"),
        ([0, 1], {"0": 0, "1": 1}, "idx_to_word must be a list"),
    ],
)
def test_a_vocabulary_that_is_not_one_is_named(tmp_path: Path, words, ids, reason: str):
    path = tmp_path / "vocab.json"
    path.write_text(json.dumps({"idx_to_word": words, "word_to_idx": ids}))
    with pytest.raises(ValueError, match=rf"vocab\.json is damaged \({reason}.*\): get the data set again"):
        read_vocabulary(path)


def captions_of(captions, images) -> dict:
    return {"train_captions": np.array(captions), "train_image_idxs": np.array(images), "idx_to_word": WORDS}


@pytest.mark.parametrize(
    ("captions", "images", "reason"),
    [
        ([[1, 3], [1, 4]], [0, 0], r"train_captions\[1, 1\] is 4, but the vocabulary has the ids 0 to 3"),
        ([[1, -3], [1, 4]], [0, 0], r"train_captions\[0, 1\] is -3"),
        ([[1, 3]], [0, 0], "1 train_captions, but 2 train_image_idxs"),
        ([[1, 3]], [-1], r"train_image_idxs\[0\] is -1"),
        ([[1.0, 3.0]], [0], r"train_captions is float64 of shape \(1, 2\), not integers in 2 dimensions"),
        ([1, 3], [0, 0], r"train_captions is int64 of shape \(2,\), not integers in 2 dimensions"),
        ([[1, 3]], [[0]], r"train_image_idxs is int64 of shape \(1, 1\), not integers in 1 dimensions"),
        (np.zeros((0, 17), int), np.zeros(0, int), r"train_captions is int64 of shape \(0, 17\)"),
    ],
)
def test_captions_that_cannot_be_right_are_named(captions, images, reason: str):
    require_captions(captions_of([[1, 3, 2]], [0]), "train", Path("captions.h5"))
    with pytest.raises(ValueError, match=rf"captions\.h5 is damaged \({reason}.*\): get the data set again"):
        require_captions(captions_of(captions, images), "train", Path("captions.h5"))


def test_features_are_a_row_of_floats_an_image():
    require_features(np.zeros((2, 5), np.float32), Path("fc7.h5"))
    for wrong in (np.zeros(5), np.zeros((2, 5), int), np.zeros((2, 5), "S3")):
        with pytest.raises(ValueError, match=r"fc7\.h5 is damaged \(features is .*, not a row of floats an image\)"):
            require_features(wrong, Path("fc7.h5"))


def test_each_captions_image_has_features_and_an_address():
    data = {"val_image_idxs": np.array([0, 2]), "val_features": np.zeros((3, 5)), "val_urls": np.array(["a", "b"])}
    with pytest.raises(ValueError, match=r"data set at here is damaged \(its val captions speak of 3 images, its val"):
        require_pictures(data, "val", Path("here"))
