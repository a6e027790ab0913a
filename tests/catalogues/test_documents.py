"""Documents in other languages: which file is read, and whether it is of the English text as it stands now."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.catalogues.documents import document, is_outdated, translation_of, version


@pytest.fixture
def students(tmp_path: Path) -> Path:
    path = tmp_path / "students.md"
    path.write_text("# For students\n", encoding="utf-8")
    return path


def translate(path: Path, text: str) -> None:
    translation_of(path, "zh_CN").write_text(text, encoding="utf-8")


def last_line(path: Path) -> str:
    return f"<!-- of version {version(path)} -->"


def test_a_translation_lies_beside_its_document():
    assert translation_of(Path("docs/students.md"), "zh_CN") == Path("docs/students.zh_CN.md")
    assert translation_of(Path("START_HERE.html"), "de") == Path("START_HERE.de.html")


@pytest.mark.parametrize("language", ["", "de"])
def test_a_document_without_a_translation_is_read_in_english(language: str, students: Path):
    translate(students, "# 学生须知\n")
    assert document(students, language) == "# For students\n"


@pytest.mark.parametrize("after", ["", "\n", "\n\n"], ids=repr)
@pytest.mark.parametrize("before", ["\n", "\n\n", "\n\n\n"], ids=repr)
def test_a_translation_is_read_without_the_line_that_says_of_what_it_is(before: str, after: str, students: Path):
    translate(students, f"# 学生须知{before}{last_line(students)}{after}")
    assert document(students, "zh_CN") == "# 学生须知\n"


def test_such_a_line_in_the_middle_is_a_part_of_the_text(students: Path):
    text = f"# 学生须知\n{last_line(students)}\n更多\n"
    translate(students, text)
    assert document(students, "zh_CN") == text
    assert is_outdated(students, "zh_CN")


def test_a_translation_is_of_the_version_that_it_names(students: Path):
    translate(students, f"# 学生须知\n\n{last_line(students)}\n")
    assert not is_outdated(students, "zh_CN")
    students.write_text("# For students!\n", encoding="utf-8")
    assert is_outdated(students, "zh_CN")
    assert document(students, "zh_CN") == "# 学生须知\n"  # it is better than nothing


@pytest.mark.parametrize("line", ["", "<!-- of version -->", "<!-- of version 0123456789ab -->"])
def test_a_translation_of_no_version_or_another_is_outdated(line: str, students: Path):
    translate(students, f"# 学生须知\n\n{line}\n")
    assert is_outdated(students, "zh_CN")


def test_a_version_is_of_what_the_file_holds_and_not_of_its_place(students: Path, tmp_path: Path):
    other = tmp_path / "other.md"
    other.write_bytes(students.read_bytes())
    assert version(other) == version(students)
    other.write_text("# For others\n", encoding="utf-8")
    assert version(other) != version(students)
