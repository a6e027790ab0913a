"""The small captioned data set: its schema, its truth, that it can be learned and made again."""

import json
import os
import shutil
import subprocess
import sys

import h5py
import numpy as np
import pytest

import make_dataset
from cs231n.probe import read_off
from cs231n.scenes.vision import SceneNet
from scenes import dataset, files, pictures, vocabulary
from tests.support.house import ROOT

DATA = ROOT / "data"
FOLDER = DATA / "coco_captioning"
SPLITS = ("train", "val")
SMALL = {"train": 24, "val": 6}


@pytest.fixture(scope="module")
def net():
    return SceneNet.read(FOLDER / files.NET)


@pytest.fixture(scope="module")
def made(glyphs, net):
    return dataset.make(glyphs, net, SMALL, min_count=3)


@pytest.fixture(scope="module")
def small(made, tmp_path_factory):
    """Folder of a data set of a few pictures."""
    folder = tmp_path_factory.mktemp("small")
    files.write(made, folder)
    for name in files.PARTS:
        shutil.copyfile(FOLDER / name, folder / name)
    return folder


# Schema and size


@pytest.mark.parametrize(("split", "least"), [("train", 3000), ("val", 500)])
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
    assert len(set(names)) == count and names[0] == f"{split}2014/scene_000001.webp"


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
    assert 150 <= len(words) <= 300
    assert words[:4] == ["<NULL>", "<START>", "<END>", "<UNK>"]
    assert committed["vocab"]["word_to_idx"] == {word: i for i, word in enumerate(words)}
    for split in SPLITS:
        used = np.unique(committed[f"{split}_captions"])
        assert len(used) >= (len(words) if split == "train" else 0.95 * len(words))
        share = (committed[f"{split}_captions"] == vocabulary.UNK).any(axis=1).mean()
        assert 0.005 < share < 0.05


def test_committed_files_are_small():
    blocks = sum(-(-path.stat().st_size // 4096) for path in FOLDER.iterdir())
    assert blocks * 4096 <= 14e6


def test_instances_are_cocos(committed):
    for split in SPLITS:
        content = json.loads((FOLDER / f"instances_{split}2014.json").read_text())
        assert [image["file_name"] for image in content["images"]] == committed[f"{split}_images"]
        names = {each["id"]: each["name"] for each in content["categories"]}
        assert len(names) == len(set(names.values())) and min(names) == 1
        for each in content["annotations"]:
            left, top, width, height = each["bbox"]
            assert each["category_id"] in names and width > 4 and height > 4
            assert 0 <= left < left + width <= 128 and 0 <= top < top + height <= 128
        assert {each["image_id"] for each in content["annotations"]} == set(range(len(content["images"])))


# Features


def test_reduced_features_are_scaled_components(committed):
    train = committed["train_fc7_pca"].astype(float)
    assert train.std() == pytest.approx(1, abs=0.02)
    assert np.abs(train.mean(axis=0)).max() < 0.05
    deviations = train.std(axis=0)
    assert (np.diff(deviations) < 0.02).all()
    correlation = np.corrcoef(train.T) - np.eye(512)
    assert np.abs(correlation).max() < 0.2


def test_full_features_are_sparse_levels(committed):
    features = committed["val_fc7"]
    assert np.array_equal(np.unique(features), np.arange(4))
    assert 0.05 < (features > 0).mean() < 0.3


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "least"), [("fc7", 0.95), ("fc7_pca", 0.95)])
def test_a_linear_probe_reads_things_place_and_time(committed, told, kind, least):
    """Least squares on train, measured on val; a thing is read right if its presence is, and it is there."""
    x, y = (committed[f"{split}_{kind}"].astype(float) for split in SPLITS)
    scenes = told[0]
    for ask in ("place", "time"):
        labels = [np.array([getattr(scene, ask) for scene in scenes[split]]) for split in SPLITS]
        assert read_off(x, labels[0], y, labels[1]) >= least
    words = sorted({placed.thing.word for scene in scenes["train"] for placed in scene.things})
    there = [
        np.array([[word in {p.thing.word for p in s.things} for word in words] for s in scenes[k]]) for k in SPLITS
    ]
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-9
    x, y = ((each - mean) / scale for each in (x, y))
    usual = there[0].mean(axis=0)
    found = y @ (x.T @ np.linalg.solve(x @ x.T + 300 * np.eye(len(x)), there[0] - usual)) + usual
    order, count = np.argsort(-found, axis=1), there[1].sum(axis=1)
    right = sum(there[1][i, order[i, : count[i]]].sum() for i in range(len(found)))
    assert right / there[1].sum() >= least


# Reproducible


@pytest.mark.slow
def test_two_runs_give_the_same_bytes(small, tmp_path):
    code = (
        "import make_dataset as m; from scenes import dataset, files;"
        f"m_glyphs, m_net = m.read_glyphs(m.FOLDER / files.GLYPHS), m.SceneNet.read(m.FOLDER / files.NET);"
        f"files.write(dataset.make(m_glyphs, m_net, {SMALL}, min_count=3), {str(tmp_path)!r})"
    )
    subprocess.run([sys.executable, "-c", code], cwd=DATA, env=os.environ | {"PYTHONHASHSEED": "7"}, check=True)
    names = sorted(path.name for path in small.iterdir())
    assert names == sorted(path.name for path in FOLDER.iterdir())
    assert names == sorted([*files.PARTS, *(path.name for path in tmp_path.iterdir())])
    for name in set(names) - set(files.PARTS):
        assert (small / name).read_bytes() == (tmp_path / name).read_bytes(), name


@pytest.mark.slow
def test_make_dataset_writes_and_checks(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(dataset, "SIZES", SMALL)
    out = str(tmp_path / "new")
    assert make_dataset.main(["--out", out, "--check"]) == 1
    assert "the pictures cannot be read" in capsys.readouterr().err
    assert make_dataset.main(["--out", out]) == 0
    assert make_dataset.main(["--out", out, "--check"]) == 0
    capsys.readouterr()
    (tmp_path / "new" / "val2014_images.txt").unlink()
    assert make_dataset.main(["--out", out, "--check"]) == 1
    error = capsys.readouterr().err
    assert "val2014_images.txt is missing" in error and f"python data/make_dataset.py --out {out}" in error


@pytest.mark.slow
def test_a_picture_of_something_else_is_named(small, tmp_path, monkeypatch, capsys, glyphs):
    monkeypatch.setattr(dataset, "SIZES", SMALL)
    copy = shutil.copytree(small, tmp_path / "copy")
    _, *rest = (copy / "train2014_urls.txt").read_text().splitlines()
    (copy / "train2014_urls.txt").write_text("\n".join([rest[0], *rest]) + "\n")
    assert make_dataset.main(["--out", str(copy), "--check"]) == 1
    assert "train: 1 pictures differ, the first is picture 0" in capsys.readouterr().err


@pytest.mark.slow
def test_committed_files_are_what_the_maker_makes(glyphs, net):
    assert make_dataset.stale(glyphs, net, FOLDER, every=25) == []


def change(path, name, move):
    with h5py.File(path, "r+") as file:
        file[name][0] = file[name][0] + move


@pytest.mark.parametrize(
    ("name", "edit", "sentence"),
    [
        ("coco2014_captions.h5", lambda p: change(p, "val_captions", 1), "val_captions differs in"),
        ("val2014_vgg16_fc7.h5", lambda p: change(p, "features", 1), "features differs in 4096 values"),
        ("val2014_vgg16_fc7_pca.h5", lambda p: p.write_bytes(b""), "cannot be read"),
        ("train2014_urls.txt", lambda p: p.write_text("data:,\n" * 24), "24 lines differ"),
        ("coco2014_vocab.json", lambda p: p.write_text("{}\n{}\n"), "2 lines instead of 1"),
        ("instances_val2014.json", lambda p: p.write_text("{}\n"), "1 lines differ"),
    ],
)
def test_differences_are_named(small, tmp_path, name, edit, sentence):
    copy = shutil.copytree(small, tmp_path / "copy")
    edit(copy / name)
    (found,) = files.differences(small, copy)
    assert found.startswith(f"{name}: ") and sentence in found


def test_stray_files_are_named(small, tmp_path):
    copy = shutil.copytree(small, tmp_path / "copy")
    (copy / "notes.txt").touch()
    assert files.differences(small, copy) == ["notes.txt does not belong there"]


def test_long_captions_and_other_addresses_are_refused():
    with pytest.raises(ValueError, match="shorten this caption to 15 words"):
        vocabulary.encode(["word " * 16], list(vocabulary.SPECIAL))
    for uri in ("", "data:image/png;base64,AAAA", "data:image/webp;base64,&&&"):
        with pytest.raises(ValueError, match=r"data address|base64"):
            pictures.from_data_uri(uri)


def test_pictures_are_stored_as_they_look(made, glyphs):
    from cs231n.scenes.draw import draw

    for scene, content in zip(made.splits["val"].scenes, made.splits["val"].files, strict=True):
        assert np.abs(pictures.decode(content).astype(int) - draw(scene, glyphs)).mean() < make_dataset.ALIKE
        assert pictures.from_data_uri(pictures.data_uri(content)) == content
