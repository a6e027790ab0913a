"""The small captioned data set: its schema, its truth, that it can be learned and made again."""

import base64
import io
import os
import shutil
import subprocess
import sys
import zlib

import h5py
import matplotlib.image
import numpy as np
import pytest

import make_dataset
from shapes import dataset, files, pca, png, vocabulary
from tests.support.house import ROOT

DATA = ROOT / "data"
FOLDER = DATA / "coco_captioning"
SPLITS = ("train", "val")
SMALL = {"train": 24, "val": 6}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Folder of a data set of a few pictures."""
    folder = tmp_path_factory.mktemp("small")
    files.write(dataset.make(SMALL, min_count=3), folder)
    return folder


# Schema and size


@pytest.mark.parametrize(("split", "least"), [("train", 1000), ("val", 200)])
def test_schema(committed, split, least):
    count = len(committed[f"{split}_urls"])
    assert count >= least
    captions, owners = committed[f"{split}_captions"], committed[f"{split}_image_idxs"]
    assert captions.shape == (5 * count, 17) and captions.dtype == np.int32
    assert owners.dtype == np.int32 and np.array_equal(np.bincount(owners), np.full(count, 5))
    for kind, columns in (("fc7", 4096), ("fc7_pca", 512)):
        features = committed[f"{split}_{kind}"]
        assert features.shape == (count, columns) and features.dtype == np.float32
        assert np.isfinite(features).all() and (features != 0).any(axis=0).mean() > 0.9
    names = committed[f"{split}_images"]
    assert len(set(names)) == count and names[0] == f"{split}2014/shapes_000001.png"


@pytest.mark.parametrize("split", SPLITS)
def test_rows_are_start_words_end_null(committed, split):
    words = len(committed["vocab"]["idx_to_word"])
    for row in committed[f"{split}_captions"]:
        length = int((row != vocabulary.NULL).sum())
        assert row[0] == vocabulary.START and row[length - 1] == vocabulary.END
        assert (row[length:] == vocabulary.NULL).all()
        assert ((row[1 : length - 1] >= vocabulary.UNK) & (row[1 : length - 1] < words)).all()


def test_vocabulary(committed):
    words = committed["vocab"]["idx_to_word"]
    assert words[:4] == ["<NULL>", "<START>", "<END>", "<UNK>"]
    assert committed["vocab"]["word_to_idx"] == {word: i for i, word in enumerate(words)}
    for split in SPLITS:
        used = np.unique(committed[f"{split}_captions"])
        assert np.array_equal(used, np.arange(len(words)))  # val says every word too
        share = (committed[f"{split}_captions"] == vocabulary.UNK).any(axis=1).mean()
        assert 0.005 < share < 0.05


def test_committed_files_are_small():
    blocks = sum(-(-path.stat().st_size // 4096) for path in FOLDER.iterdir())
    assert blocks * 4096 <= 5e6


# Features


def test_reduced_features_are_scaled_components(committed):
    train = committed["train_fc7_pca"].astype(float)
    assert train.std() == pytest.approx(1, abs=0.01)
    assert np.abs(train.mean(axis=0)).max() < 0.01
    deviations = train.std(axis=0)
    assert (np.diff(deviations) < 0.01).all()
    correlation = np.corrcoef(train.T) - np.eye(512)
    assert np.abs(correlation).max() < 0.02


def test_full_features_are_sparse_levels(committed):
    features = committed["val_fc7"]
    assert np.array_equal(np.unique(features), np.arange(16))
    assert 0.2 < (features > 0).mean() < 0.5


# Reproducible


@pytest.mark.slow
def test_two_runs_give_the_same_bytes(small, tmp_path):
    make = f"files.write(dataset.make({SMALL}, min_count=3), {str(tmp_path)!r})"
    code = f"from shapes import dataset, files; {make}"
    subprocess.run([sys.executable, "-c", code], cwd=DATA, env=os.environ | {"PYTHONHASHSEED": "7"}, check=True)
    names = sorted(path.name for path in small.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir()) == sorted(p.name for p in FOLDER.iterdir())
    for name in names:
        assert (small / name).read_bytes() == (tmp_path / name).read_bytes(), name


@pytest.mark.slow
def test_make_dataset_writes_and_checks(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(dataset, "SIZES", SMALL)
    out = str(tmp_path / "new")
    assert make_dataset.main(["--out", out, "--check"]) == 1
    assert make_dataset.main(["--out", out]) == 0
    assert make_dataset.main(["--out", out, "--check"]) == 0
    capsys.readouterr()
    (tmp_path / "new" / "val2014_images.txt").unlink()
    assert make_dataset.main(["--out", out, "--check"]) == 1
    error = capsys.readouterr().err
    assert "val2014_images.txt is missing" in error and f"python data/make_dataset.py --out {out}" in error


@pytest.mark.slow
def test_committed_files_are_what_the_maker_makes(capsys):
    assert make_dataset.main(["--check"]) == 0, capsys.readouterr().err


def change(path, name, move):
    with h5py.File(path, "r+") as file:
        file[name][0] = file[name][0] + move


def repack(path, level, paint=0):
    """Write the first picture again, compressed otherwise, or with its first pixel in another colour."""
    first, *rest = path.read_text().splitlines()
    pixels = matplotlib.image.imread(io.BytesIO(base64.b64decode(first.partition(",")[2])), format="png")
    pixels = np.rint(pixels[..., :3] * 255).astype(np.uint8)
    pixels[0, 0, 0] ^= paint
    compress = zlib.compress
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(png.zlib, "compress", lambda data, _: compress(data, level))
        uri = png.data_uri(pixels)
    assert uri != first
    path.write_text("\n".join([uri, *rest]) + "\n")


@pytest.mark.parametrize(
    ("name", "edit", "sentence"),
    [
        ("coco2014_captions.h5", lambda p: change(p, "val_captions", 1), "val_captions differs in"),
        ("val2014_vgg16_fc7.h5", lambda p: change(p, "features", 0.001), "features differs in 4096 values"),
        (
            "val2014_vgg16_fc7_pca.h5",
            lambda p: change(p, "features", 2 * pca.STEP),
            "features differs in 512",
        ),
        ("val2014_vgg16_fc7_pca.h5", lambda p: p.write_bytes(b""), "cannot be read"),
        ("train2014_urls.txt", lambda p: repack(p, 1, paint=255), "1 lines differ, the first is line 1"),
        ("train2014_urls.txt", lambda p: p.write_text("data:,\n" * 24), "24 lines differ"),
        ("coco2014_vocab.json", lambda p: p.write_text("{}\n{}\n"), "2 lines instead of 1"),
    ],
)
def test_differences_are_named(small, tmp_path, name, edit, sentence):
    copy = shutil.copytree(small, tmp_path / "copy")
    edit(copy / name)
    (found,) = files.differences(small, copy)
    assert found.startswith(f"{name}: ") and sentence in found


def test_other_builds_of_libraries_make_no_difference(small, tmp_path):
    """Another compression of the same pixels, and reduced features one step of rounding away."""
    copy = shutil.copytree(small, tmp_path / "copy")
    repack(copy / "train2014_urls.txt", level=1)
    change(copy / "val2014_vgg16_fc7_pca.h5", "features", pca.STEP)
    assert files.differences(small, copy) == []


def test_stray_files_are_named(small, tmp_path):
    copy = shutil.copytree(small, tmp_path / "copy")
    (copy / "notes.txt").touch()
    assert files.differences(small, copy) == ["notes.txt does not belong there"]


def test_long_captions_and_colourful_pictures_are_refused():
    with pytest.raises(ValueError, match="shorten this caption to 15 words"):
        vocabulary.encode(["word " * 16], list(vocabulary.SPECIAL))
    pixels = np.moveaxis(np.indices((20, 20, 1))[..., 0], 0, 2)
    with pytest.raises(ValueError, match="a palette holds 256 colours"):
        png.encode(pixels.astype(np.uint8))
