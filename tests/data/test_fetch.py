"""A file is fetched in parts, over connections that break, from servers that change their minds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import download
from coco import FOLDER, URL_VARIABLE
from tests.support.download import STUCK, SUM, WHOLE, beside, refused, run
from tests.support.web import Site, serving


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
        patch.setattr("coco.command.sha256_of", interrupt)
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
    assert download.main(["--to", str(target)]) == 2
    refused(capsys, gone.url, "when you are online", "data/coco_captioning works without it")
    assert beside(target) == []


def test_an_address_that_is_none_is_told(target: Path, capsys: pytest.CaptureFixture[str]):
    assert download.main(["--url", "file:///etc/passwd", "--to", str(target)]) == 2
    refused(capsys, "file:///etc/passwd cannot be fetched", "--url")
