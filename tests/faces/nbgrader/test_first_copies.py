"""The course's files are copied once for all submissions, and each has at any time what the course has then."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from autograder.faces.nbgrader.first_copies import FirstCopies


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "source.py"
    path.write_text("the course's")
    return path


def put(copies: FirstCopies, file: Path, *names: str) -> list[Path]:
    for name in names:
        copies.put(str(file), str(file.with_name(name)))
    return [file.with_name(name) for name in names]


def test_the_second_is_another_name_of_the_first_and_not_of_the_source(file: Path) -> None:
    first, second, third = put(FirstCopies(), file, "a", "b", "c")
    assert first.samefile(second) and first.samefile(third) and not first.samefile(file)
    assert third.read_text() == "the course's"


@pytest.mark.parametrize("what", ["source", "replaced source", "first", "replaced first", "no first"])
def test_what_changed_meanwhile_is_copied_anew(file: Path, what: str) -> None:
    copies = FirstCopies()
    (first,) = put(copies, file, "a")
    changed = file if "source" in what else first
    if "replaced" in what or what == "no first":
        changed.unlink()
    if what != "no first":
        changed.write_text("quite another")
    second, third = put(copies, file, "b", "c")
    assert second.read_text() == file.read_text() == third.read_text()
    assert second.samefile(third) and not second.samefile(file)
    assert not first.exists() or not first.samefile(second)


def test_permissions_are_no_change(file: Path) -> None:
    copies = FirstCopies()
    (first,) = put(copies, file, "a")
    first.chmod(0o444)
    (second,) = put(copies, file, "b")
    assert first.samefile(second)


def test_where_a_file_can_have_one_name_only_it_is_copied(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "not here")

    monkeypatch.setattr(os, "link", refuse)
    first, second = put(FirstCopies(), file, "a", "b")
    assert second.read_text() == "the course's" and not first.samefile(second)


def test_the_current_folder_may_change(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copies = FirstCopies()
    monkeypatch.chdir(tmp_path)
    copies.put(str(file), "a")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    copies.put(str(file), "b")
    assert Path("b").samefile(tmp_path / "a")


def test_each_converter_has_its_own() -> None:
    class Converter:
        """It can be referred to weakly."""

    one, other = Converter(), Converter()
    assert FirstCopies.of(one) is FirstCopies.of(one) is not FirstCopies.of(other)
