"""An archive is unpacked without trust, and only a whole data set is put in place."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import numpy as np
import pytest

from autograder.assignment import Assignment
from coco.problem import DownloadError
from coco.schema import describe
from coco.unpack import INSIDE, MOST, NEEDED, WELCOME, choose
from tests.support.coco_archive import archive, captions, files, h5, packed
from tests.support.download import WHOLE, beside, refused, run
from tests.support.house import data_folder
from tests.support.web import Site


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(f"{INSIDE}/train2014_images.txt")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info


EVIL = {
    "above": "../evil",
    "within": f"{INSIDE}/../../evil",
    "absolute": "/tmp/evil",
    "backslash": "..\\evil",
    "drive": "C:evil",
    "link": link(),
}


@pytest.mark.parametrize("kind", EVIL)
def test_an_archive_that_points_elsewhere_is_not_unpacked(
    site: Site, target: Path, capsys: pytest.CaptureFixture[str], kind: str
):
    good = {f"{INSIDE}/{name}": content for name, content in files(train2014_images=None).items()}
    site.content = packed({**good, EVIL[kind]: b"/etc/passwd"})
    assert run(site, target) == 2
    refused(capsys, "which no such archive has", "nothing was installed")
    assert beside(target) == [] and not list(target.parent.parent.rglob("evil"))


def test_only_files_of_the_data_set_are_unpacked(site: Site, target: Path):
    extra = {
        "__MACOSX/._x": b"",
        f"{INSIDE}/.DS_Store": b"",
        f"{INSIDE}/more/coco2014_vocab.json": b"",
        "sitecustomize.py": b"",
    }
    site.content = packed({**files(), **extra})  # without a folder, as a mirror may have packed it
    assert run(site, target) == 0
    assert {path.name for path in target.rglob("*")} == set(files())


DAMAGED = {
    "truncated": (WHOLE[:-200], "no whole zip archive"),
    "page": (b"<html>Please log in</html>", "no whole zip archive"),
    "flipped": (WHOLE[:150] + bytes([WHOLE[150] ^ 255]) + WHOLE[151:], "no whole zip archive"),
    "lacking": (archive(coco2014_vocab=None), "lacks coco2014_vocab.json"),
    "no json": (archive(coco2014_vocab=b"{"), "a file cannot be read"),
    "other words": (archive(coco2014_vocab=b'{"idx_to_word": ["a"], "word_to_idx": {"a": 0}}'), "no such vocabulary"),
    "no hdf5": (archive(train2014_vgg16_fc7_pca=b"no"), "a file cannot be read"),
    "no features": (archive(train2014_vgg16_fc7_pca=h5(other=np.ones(1))), "a file cannot be read"),
    "double": (archive(val2014_vgg16_fc7_pca=h5(features=np.ones((2, 512)))), "float64 and not (2, 512) float32"),
    "narrow": (archive(val2014_vgg16_fc7_pca=h5(features=np.ones((2, 5), np.float32))), "is (2, 5) float32"),
    "short": (archive(coco2014_captions=captions(val_captions=np.ones((4, 16), np.int32))), "not (4, 17) int32"),
    "unpaired": (archive(coco2014_captions=captions(val_image_idxs=np.zeros(3, np.int32))), "not (4,) int32"),
    "strange word": (archive(coco2014_captions=captions(val_captions=np.full((4, 17), 5, np.int32))), "lacks"),
    "strange picture": (archive(val2014_urls=b"http://127.0.0.1/picture.jpg\n"), "have no address"),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_archive_installs_nothing(site: Site, target: Path, capsys: pytest.CaptureFixture[str], kind: str):
    site.content, words = DAMAGED[kind]
    assert run(site, target) == 2
    refused(capsys, site.url, words, "nothing was installed")
    assert beside(target) == []


def test_a_bomb_is_not_unpacked():
    members = [zipfile.ZipInfo(name) for name in (*NEEDED, *WELCOME)]
    assert set(choose(members)) == {*NEEDED, *WELCOME}
    members[0].file_size = MOST + 1
    with pytest.raises(DownloadError, match="more than 4 GB"):
        choose(members)
    with pytest.raises(DownloadError, match="twice"):
        choose([zipfile.ZipInfo(NEEDED[0]), zipfile.ZipInfo(f"{INSIDE}/{NEEDED[0]}")])


def test_the_shipped_data_set_has_the_same_schema(assignment: Assignment):
    assert describe(data_folder(assignment)).startswith("15,000 captions of 3,000 pictures to train on")
