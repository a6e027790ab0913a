"""The real data set's way here: fetched, verified, unpacked, checked, and only then put in place."""

from __future__ import annotations

import hashlib
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import download
from autograder.assignment import Assignment
from coco import FOLDER, URL, fetch
from coco.problem import DownloadError
from cs231n.coco_utils import load_coco_data
from tests.support.coco_archive import WORDS, archive, files
from tests.support.download import SUM, WHOLE, beside, refused, run
from tests.support.web import Site


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
        download.main(["--sha256", wrong])
    assert end.value.code == 2


def test_what_is_there_already_is_left_alone(site: Site, target: Path, capsys: pytest.CaptureFixture[str]):
    assert run(site, target) == 0
    assert run(site, target) == 0
    assert site.asked == [""] and "is already there: 6 captions" in capsys.readouterr().out
    (target / "val2014_vgg16_fc7_pca.h5").unlink()
    assert run(site, target) == 2
    refused(capsys, "is there, but a file cannot be read", "remove it")


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


def test_the_address_is_the_courses_own():
    assert URL.startswith("https://cs231n.stanford.edu/")


def test_it_is_a_script_of_its_own(assignment: Assignment):
    script = [sys.executable, str(assignment.root / "data" / "download.py")]
    done = subprocess.run([*script, "--help"], capture_output=True, text=True, check=True)
    assert "usage: python data/download.py" in done.stdout and URL in done.stdout
    assert f"default: {assignment.root / 'data' / FOLDER}" in " ".join(done.stdout.split())
    done = subprocess.run([*script, "--url", "file:///x", "--to", "/dev/null/x"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "") and done.stderr.startswith("error: /dev/null/x cannot be made")


def test_what_is_no_trouble_of_the_download_shows_its_trace(target: Path, monkeypatch: pytest.MonkeyPatch):
    assert not issubclass(DownloadError, (OSError, ValueError))
    monkeypatch.setattr(download, "download", lambda *_: int("a defect"))
    with pytest.raises(ValueError, match="a defect"):
        download.main(["--to", str(target)])
