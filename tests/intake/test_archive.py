"""Zip files that the project writes: dates, rights, all or nothing."""

from __future__ import annotations

import time
from pathlib import Path
from zipfile import ZipFile

import pytest

from autograder.intake.archive import write_zip


def days(path: Path) -> set[tuple[int, ...]]:
    with ZipFile(path) as archive:
        return {entry.date_time for entry in archive.infolist()}


def test_files_have_todays_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    before = time.gmtime()
    write_zip(tmp_path / "a.zip", {"a": b"1", "b/c": b"2"})
    (day,) = days(tmp_path / "a.zip")
    assert tuple(before[:3]) <= day[:3] <= tuple(time.gmtime()[:3]) and day[3:] == (0, 0, 0)


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("1000000000", (2001, 9, 9)),
        ("0", (1980, 1, 1)),
        ("9999999999", (2107, 12, 31)),
    ],
    ids=["set", "before_the_format", "after_the_format"],
)
def test_a_build_that_is_to_be_repeated_says_the_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, day: tuple[int, ...]
):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    for name in ("a.zip", "b.zip"):
        write_zip(tmp_path / name, {"a": b"1"})
    assert days(tmp_path / "a.zip") == {(*day, 0, 0, 0)}
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.parametrize("given", ["", "soon", "-1", "9" * 30])
def test_what_names_no_moment_is_today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    write_zip(tmp_path / "a.zip", {"a": b"1"})
    (day,) = days(tmp_path / "a.zip")
    assert day[0] >= time.gmtime().tm_year - 1


def test_rights_say_which_files_are_run(tmp_path: Path):
    write_zip(tmp_path / "a.zip", {"run": b"", "read": b""}, programs=["run"])
    with ZipFile(tmp_path / "a.zip") as archive:
        assert {entry.filename: oct(entry.external_attr >> 16) for entry in archive.infolist()} == {
            "run": "0o100755",
            "read": "0o100644",
        }


def test_what_cannot_be_written_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path):
    write_zip(tmp_path / "a.zip", {"a": b"old"})
    with pytest.raises(TypeError):
        write_zip(tmp_path / "a.zip", {"a": 1})  # type: ignore[dict-item]
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]
    with ZipFile(tmp_path / "a.zip") as archive:
        assert archive.read("a") == b"old"
