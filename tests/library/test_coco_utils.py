"""Loading a data set in the schema of the real COCO files, on small files made to that schema."""

import json

import h5py
import numpy as np
import pytest

from cs231n import coco_utils
from cs231n.coco_utils import decode_captions, load_coco_data, sample_coco_minibatch

WORDS = ["<NULL>", "<START>", "<END>", "<UNK>", "a", "red", "ball"]
IMAGES = {"train": 6, "val": 4}
CAPTIONS = {"train": 20, "val": 9}


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    with h5py.File(tmp_path / "coco2014_captions.h5", "w") as file:
        for split, count in CAPTIONS.items():
            file[f"{split}_captions"] = rng.integers(0, len(WORDS), (count, 17)).astype(np.int32)
            file[f"{split}_image_idxs"] = rng.integers(0, IMAGES[split], count).astype(np.int32)
    for split, count in IMAGES.items():
        for name, width in (("fc7_pca", 512), ("fc7", 4096)):
            with h5py.File(tmp_path / f"{split}2014_vgg16_{name}.h5", "w") as file:
                file["features"] = rng.normal(size=(count, width)).astype(np.float32)
        urls = [f"http://farm.example/{split}/{i}.jpg" for i in range(count)]
        (tmp_path / f"{split}2014_urls.txt").write_text("\n".join(urls) + "\n")
    vocabulary = {"idx_to_word": WORDS, "word_to_idx": {word: i for i, word in enumerate(WORDS)}}
    (tmp_path / "coco2014_vocab.json").write_text(json.dumps(vocabulary))
    return tmp_path


@pytest.mark.parametrize(("pca", "width"), [(True, 512), (False, 4096)])
def test_keys_shapes_and_types(folder, pca, width):
    data = load_coco_data(folder, pca_features=pca)
    assert set(data) == {
        "train_captions", "train_image_idxs", "val_captions", "val_image_idxs", "train_features",
        "val_features", "idx_to_word", "word_to_idx", "train_urls", "val_urls",
    }  # fmt: skip
    for split in ("train", "val"):
        assert data[f"{split}_captions"].shape == (CAPTIONS[split], 17)
        assert data[f"{split}_captions"].dtype == data[f"{split}_image_idxs"].dtype == np.int32
        assert data[f"{split}_features"].shape == (IMAGES[split], width)
        assert data[f"{split}_features"].dtype == np.float32
        assert data[f"{split}_urls"][1] == f"http://farm.example/{split}/1.jpg"
    assert data["idx_to_word"] == WORDS
    assert data["word_to_idx"]["<END>"] == 2


def test_features_are_read_when_they_are_used(folder):
    data = load_coco_data(folder)
    with h5py.File(folder / "val2014_vgg16_fc7_pca.h5") as file:
        stored = file["features"][()]
    assert isinstance(data["val_features"], np.memmap)
    assert np.array_equal(data["val_features"], stored)
    assert type(sample_coco_minibatch(data, split="val")[1]) is np.ndarray
    data["val_features"][:] = 0
    assert np.array_equal(load_coco_data(folder)["val_features"], stored), "a change reached the file"


LAYOUTS = {
    "compressed": ({"compression": "gzip"}, {}),
    "in chunks": ({"chunks": (2, 512)}, {}),
    "behind a block of the user's": ({}, {"userblock_size": 512}),
    "big-endian": ({"dtype": ">f4"}, {}),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_features_are_the_same_however_they_are_stored(folder, layout):
    of_dataset, of_file = LAYOUTS[layout]
    stored = load_coco_data(folder)["val_features"].copy()
    with h5py.File(folder / "val2014_vgg16_fc7_pca.h5", "w", **of_file) as file:
        file.create_dataset("features", data=stored, **of_dataset)
    assert np.array_equal(load_coco_data(folder)["val_features"], stored)


def test_max_train_draws_captions_with_their_images_from_np_random(folder):
    whole = load_coco_data(folder)
    np.random.seed(3)
    part = load_coco_data(base_dir=str(folder), max_train=5)
    np.random.seed(3)
    chosen = np.random.randint(CAPTIONS["train"], size=5)
    assert np.array_equal(part["train_captions"], whole["train_captions"][chosen])
    assert np.array_equal(part["train_image_idxs"], whole["train_image_idxs"][chosen])
    assert part["val_captions"].shape == (CAPTIONS["val"], 17)


def test_the_environment_names_the_folder(folder, monkeypatch):
    monkeypatch.setenv("COCO_CAPTIONING_DIR", str(folder))
    assert len(load_coco_data()["train_captions"]) == CAPTIONS["train"]


def test_the_default_is_beside_the_library(folder, monkeypatch):
    monkeypatch.delenv("COCO_CAPTIONING_DIR", raising=False)
    assert coco_utils.BASE_DIR.parts[-3:] == ("cs231n", "datasets", "coco_captioning")
    monkeypatch.setattr(coco_utils, "BASE_DIR", folder)
    assert len(load_coco_data()["train_captions"]) == CAPTIONS["train"]


def test_a_missing_folder_or_file_is_named(folder):
    with pytest.raises(FileNotFoundError, match=r"no data set at .*nowhere.*COCO_CAPTIONING_DIR"):
        load_coco_data(folder / "nowhere")
    (folder / "val2014_vgg16_fc7_pca.h5").unlink()
    with pytest.raises(FileNotFoundError, match=r"val2014_vgg16_fc7_pca\.h5 is missing"):
        load_coco_data(folder)


def test_a_truncated_file_is_named(folder):
    path = folder / "train2014_vgg16_fc7_pca.h5"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ValueError, match=r"train2014_vgg16_fc7_pca\.h5 is damaged"):
        load_coco_data(folder)


def test_a_missing_dataset_is_named(folder):
    with h5py.File(folder / "coco2014_captions.h5", "a") as file:
        del file["val_image_idxs"]
    with pytest.raises(ValueError, match=r"coco2014_captions\.h5 is damaged .*'val_image_idxs'"):
        load_coco_data(folder)


@pytest.mark.parametrize("text", ["{", "[]", '{"idx_to_word": []}'])
def test_a_damaged_vocabulary_is_named(folder, text):
    (folder / "coco2014_vocab.json").write_text(text)
    with pytest.raises(ValueError, match=r"coco2014_vocab\.json is damaged"):
        load_coco_data(folder)


def test_captions_without_pictures_are_noticed(folder):
    (folder / "train2014_urls.txt").write_text("http://farm.example/only.jpg\n")
    with pytest.raises(ValueError, match="train urls of 1"):
        load_coco_data(folder)


def test_a_minibatch_keeps_captions_features_and_urls_together(folder):
    data = load_coco_data(folder)
    np.random.seed(7)
    captions, features, urls = sample_coco_minibatch(data, batch_size=4, split="val")
    np.random.seed(7)
    chosen = np.random.choice(CAPTIONS["val"], 4)
    images = data["val_image_idxs"][chosen]
    assert np.array_equal(captions, data["val_captions"][chosen])
    assert np.array_equal(features, data["val_features"][images])
    assert list(urls) == [f"http://farm.example/val/{i}.jpg" for i in images]
    assert sample_coco_minibatch(data)[0].shape == (100, 17)


def test_an_unknown_split_is_refused(folder):
    with pytest.raises(ValueError, match="no split 'test'"):
        sample_coco_minibatch(load_coco_data(folder), split="test")


def test_decoding_one_caption_and_a_batch():
    caption = np.array([1, 4, 0, 5, 3, 2, 6, 0])
    assert decode_captions(caption, WORDS) == "<START> a red <UNK> <END>"
    batch = np.array([[1, 6, 2, 0], [4, 5, 6, 4]])
    assert decode_captions(batch, WORDS) == ["<START> ball <END>", "a red ball a"]


def test_decoding_takes_what_students_have():
    words = dict(enumerate(WORDS))  # as a model has them
    assert decode_captions([1.0, 4.0, 6.0, 2.0], WORDS) == "<START> a ball <END>"
    assert decode_captions([[4, 6], [5, 6, 2, 0, 0]], words) == ["a ball", "red ball <END>"]
    assert decode_captions([np.array([4]), np.array([5.0, 2])], WORDS) == ["a", "red <END>"]
    assert decode_captions(np.array([4, 6], np.uint8), np.array(WORDS)) == "a ball"
    assert decode_captions([], WORDS) == ""
    assert decode_captions(np.zeros((0, 17), int), WORDS) == []
    assert decode_captions([4, 2, 99, -1, float("nan")], WORDS) == "a <END>", "what stands behind <END> is free"


@pytest.mark.parametrize(
    ("captions", "words", "sentence"),
    [
        ([4, 7], WORDS, r"captions\[1\] is 7, but idx_to_word has words for the ids 0 to 6"),
        (np.array([[4, 5], [4, -1]]), WORDS, r"captions\[1\]\[1\] is -1, but"),
        ([4, 0.5], WORDS, r"captions\[1\] is 0\.5, and no word id: .* np\.argmax"),
        ([float("nan")], WORDS, r"captions\[0\] is nan, and no word id"),
        (["a", "ball"], WORDS, r"captions\[0\] is 'a', and no word id"),
        ([True, False], WORDS, r"captions\[0\] is True, and no word id"),
        (np.zeros((2, 3, 7)), WORDS, r"captions has 3 dimensions: give the word ids of one caption, \(T,\)"),
        ([[[4]], [[5]]], WORDS, r"captions has 3 dimensions"),
        (4, WORDS, r"captions has 0 dimensions"),
        ([4], {word: i for i, word in enumerate(WORDS)}, r'use "idx_to_word"'),
    ],
)
def test_what_is_no_caption_is_told_with_its_place(captions, words, sentence):
    with pytest.raises(ValueError, match=sentence):
        decode_captions(captions, words)


@pytest.mark.parametrize("value", ["val", -1, 0.5])
def test_what_is_no_number_of_captions_is_told(folder, value):
    with pytest.raises(ValueError, match=f"max_train is {value!r}: give a number of captions"):
        load_coco_data(folder, max_train=value)
    with pytest.raises(ValueError, match=f"batch_size is {value!r}: give a number of captions"):
        sample_coco_minibatch(load_coco_data(folder), value)


def test_a_disk_without_locks_and_one_that_may_not_be_read(folder, monkeypatch):
    opened = h5py.File

    def without_locks(path, mode="r", locking=None):
        if locking is not False:
            raise BlockingIOError("Unable to lock file")
        return opened(path, mode, locking=locking)

    monkeypatch.setattr(h5py, "File", without_locks)
    assert len(load_coco_data(folder)["train_captions"]) == CAPTIONS["train"]

    def refused(*args, **kwargs):
        raise PermissionError("Permission denied")

    monkeypatch.setattr(h5py, "File", refused)
    with pytest.raises(PermissionError, match=r"coco2014_captions\.h5 may not be read by you: ask who put it there"):
        load_coco_data(folder)
