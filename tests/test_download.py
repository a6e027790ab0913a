"""The real data set's way here: fetched in parts, verified, unpacked without trust, checked, and then put in place."""

from __future__ import annotations

import hashlib
import shutil
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.cli import main
from autograder.course import Course
from autograder.download import FOLDER, URL, URL_VARIABLE, fetch
from autograder.download.problem import DownloadError
from autograder.download.schema import describe
from autograder.download.unpack import INSIDE, MOST, NEEDED, WELCOME, choose
from cs231n.coco_utils import load_coco_data
from tests.coco_archive import WORDS, archive, captions, files, h5, packed
from tests.web import Site, serving

WHOLE = archive()
SUM = hashlib.sha256(WHOLE).hexdigest()
STUCK = [0] * fetch.TRIES  # answers that bring nothing, until there is no more try


@pytest.fixture(autouse=True)
def _at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    monkeypatch.setattr(fetch.time, "sleep", lambda _: None)
    monkeypatch.setattr(fetch, "BLOCK", 10)  # what has come of a block that breaks off is lost


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(WHOLE) as served:
        yield served


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "data" / FOLDER


def run(site: Site, target: Path, *more: str) -> int:
    return main(["data", "download", "--url", site.url, "--to", str(target), *more])


def beside(target: Path) -> list[str]:
    """What lies where the target does."""
    return sorted(path.name for path in target.parent.iterdir())


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What was said: one sentence with these words, and no more."""
    told = capsys.readouterr()
    assert told.out == "" and told.err.startswith("error: ") and told.err.count("\n") == 1
    assert all(word in told.err for word in words), told.err
    return told.err


def test_it_is_fetched_checked_and_can_be_loaded(site: Site, target: Path, capsys: pytest.CaptureFixture[str]):
    assert run(site, target, "--sha256", SUM.upper()) == 0
    assert {path.name: path.read_bytes() for path in target.iterdir()} == files()
    assert stat.S_IMODE(target.stat().st_mode) == 0o755
    assert beside(target) == [FOLDER, f"{FOLDER}.sha256"]
    told = capsys.readouterr().out
    assert "6 captions of 3 pictures to train on, 4 captions of 2 pictures to validate on, 5 words." in told
    assert f"load_coco_data(base_dir={str(target)!r})" in told and "not verified" not in told
    data = load_coco_data(base_dir=target)
    assert data["train_features"].shape == (3, 512) and data["idx_to_word"] == WORDS


def test_a_checksum_that_nobody_knows_is_said_and_kept_for_the_next_time(
    site: Site, target: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(site, target) == 0
    told = capsys.readouterr().out
    assert "so it was not verified" in told and SUM in told
    assert (target.parent / f"{FOLDER}.sha256").read_text() == f"{SUM}  {site.url}\n"
    shutil.rmtree(target)
    assert run(site, target) == 0
    assert "not verified" not in capsys.readouterr().out
    shutil.rmtree(target)
    site.content = archive(train2014_images=b"another.jpg\n" * 3)
    assert run(site, target) == 2
    refused(capsys, SUM, f"{FOLDER}.sha256", "nothing was installed", "--sha256")
    assert run(site, target, "--sha256", hashlib.sha256(site.content).hexdigest()) == 0


def test_a_wrong_checksum_installs_nothing_and_keeps_nothing(
    site: Site, target: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(site, target, "--sha256", "0" * 64) == 2
    refused(capsys, SUM, "0" * 64, "nothing was installed")
    assert beside(target) == []


@pytest.mark.parametrize("wrong", ["", "12", "x" * 64])
def test_a_checksum_that_is_none_is_refused(wrong: str):
    with pytest.raises(SystemExit) as end:
        main(["data", "download", "--sha256", wrong])
    assert end.value.code == 2


def test_a_connection_that_breaks_goes_on_where_it_broke(site: Site, target: Path):
    site.cuts = [100, 50, 0]
    assert run(site, target, "--sha256", SUM) == 0
    assert site.asked == ["", "bytes=100-", "bytes=150-", "bytes=150-"]


def test_the_next_command_goes_on_too(site: Site, target: Path, capsys: pytest.CaptureFixture[str]):
    site.cuts = [100, 100, *STUCK]
    assert run(site, target) == 2
    refused(capsys, "keeps breaking off: the same command goes on with the rest")
    assert beside(target) == [f".{FOLDER}.zip.part", f".{FOLDER}.zip.part.from"]
    assert run(site, target, "--sha256", SUM) == 0
    assert site.asked[-1] == "bytes=200-"


def test_a_part_that_is_the_whole_is_taken_as_it_is(site: Site, target: Path):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("autograder.download.command.sha256_of", interrupt)
        assert run(site, target) == 130
    assert run(site, target, "--sha256", SUM) == 0
    assert site.asked == ["", f"bytes={len(WHOLE)}-"]


def interrupt(*_: Any) -> str:
    raise KeyboardInterrupt


@pytest.mark.parametrize("way", ["no ranges", "no tag", "weak tag"])
def test_without_ranges_or_a_tag_it_starts_over(site: Site, target: Path, way: str):
    site.ranges, site.cuts = way != "no ranges", [100]
    site.tag = {"no tag": "", "weak tag": 'W/"one"'}.get(way, site.tag)
    assert run(site, target, "--sha256", SUM) == 0
    assert site.asked == ["", "bytes=100-" if way == "no ranges" else ""]


def test_a_file_that_has_changed_meanwhile_is_fetched_anew(site: Site, target: Path):
    old = site.content
    site.content, site.tag, site.cuts = b"x" * len(old), '"older"', [100, *STUCK]
    assert run(site, target) == 2
    site.content, site.tag = old, '"newer"'
    assert run(site, target, "--sha256", SUM) == 0
    assert site.asked[-1].startswith("bytes=")  # it was asked for the rest, and the whole came


def test_a_file_that_has_become_shorter_is_fetched_anew(site: Site, target: Path):
    site.content, site.cuts = WHOLE * 2, [len(WHOLE) + 10, *STUCK]
    assert run(site, target) == 2
    site.content = WHOLE
    assert run(site, target, "--sha256", SUM) == 0


def test_a_server_that_gives_pieces_is_asked_until_all_is_there(site: Site, target: Path):
    site.cuts, site.piece = [100], len(WHOLE) // 3
    assert run(site, target, "--sha256", SUM) == 0
    assert len(site.asked) == 4


def test_a_piece_from_another_place_is_not_taken(site: Site, target: Path):
    site.cuts, site.shift = [100], 7
    assert run(site, target, "--sha256", SUM) == 0
    assert site.asked == ["", "bytes=100-", ""]


def test_another_address_starts_over(site: Site, target: Path):
    site.cuts = [100, *STUCK]
    assert run(site, target) == 2
    site.url += "?mirror"
    assert run(site, target, "--sha256", SUM) == 0
    assert site.asked[-1] == ""


@pytest.mark.parametrize(("status", "step"), [(404, "--url"), (503, "try again later")])
def test_an_error_of_the_server_is_told_with_what_to_do(
    site: Site, target: Path, capsys: pytest.CaptureFixture[str], status: int, step: str
):
    site.status = status
    assert run(site, target) == 2
    refused(capsys, str(status), step, "data/coco_captioning works without it")
    assert beside(target) == []


def test_offline_one_sentence_says_that_the_course_works_without_it(
    target: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    with serving(b"") as gone:
        monkeypatch.setenv(URL_VARIABLE, gone.url)  # where nobody listens any more
    assert main(["data", "download", "--to", str(target)]) == 2
    refused(capsys, gone.url, "when you are online", "data/coco_captioning works without it")
    assert beside(target) == []


def test_an_address_that_is_none_is_told(target: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["data", "download", "--url", "file:///etc/passwd", "--to", str(target)]) == 2
    refused(capsys, "file:///etc/passwd cannot be fetched", "--url")


def test_what_is_there_already_is_left_alone(site: Site, target: Path, capsys: pytest.CaptureFixture[str]):
    assert run(site, target) == 0
    assert run(site, target) == 0
    assert site.asked == [""] and "is already there: 6 captions" in capsys.readouterr().out
    (target / "val2014_vgg16_fc7_pca.h5").unlink()
    assert run(site, target) == 2
    refused(capsys, "is there, but a file cannot be read", "remove it")


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


def test_a_full_disk_is_told_before_anything_is_written(
    site: Site, target: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(fetch.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, 0))
    assert run(site, target) == 2
    refused(capsys, "0.0 GB free", "make room", "--to")
    assert beside(target) == []


def test_a_disk_too_full_to_unpack_keeps_the_archive(
    site: Site, target: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    free = [10**9, 10]
    monkeypatch.setattr(fetch.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(0, 0, free.pop(0)))
    assert run(site, target) == 2
    refused(capsys, "make room")
    monkeypatch.undo()
    assert run(site, target, "--sha256", SUM) == 0
    assert site.asked[-1] == f"bytes={len(WHOLE)}-"


def test_a_place_that_cannot_be_written_is_told(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "file").write_text("")
    assert run(site, tmp_path / "file" / FOLDER) == 2
    refused(capsys, "cannot be made", "--to")


def test_the_shipped_data_set_has_the_same_schema(course: Course):
    assert describe(course.data).startswith("7,500 captions of 1,500 pictures to train on")


def test_the_address_is_the_courses_own():
    assert URL.startswith("https://cs231n.stanford.edu/")
