"""The account of gradings: a run may end between any two bytes, and what counts for a day is counted once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.errors import UserError
from autograder.faces.batch.watch.book import Book, Entry

DAY = 86400.0


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path, "hw")


def again(book: Book) -> Book:
    book.close()
    return Book(book.path.parent, "hw")


def test_what_is_written_is_read(book: Book) -> None:
    first = book.begin("ann 安", "a", 10.0)
    book.finish(first)
    book.defer("ann 安", "b", 20.0)
    book.begin("b\udcff", "c", 30.0)
    read = again(book)
    assert read.secret == book.secret and len(read.secret) == 32
    assert read.last("ann 安") == Entry("ann 安", "b", -1, 20.0, deferred=True)
    assert read.last("b\udcff") == Entry("b\udcff", "c", 0, 30.0)
    assert read.deferred == book.deferred == [read.last("ann 安")]
    assert read.last("nobody") is None


def test_nobody_else_may_read_the_secret(book: Book) -> None:
    assert book.path.stat().st_mode & 0o777 == 0o600


def test_the_same_submission_is_one_entry_however_often_it_is_begun(book: Book) -> None:
    first = book.begin("ann", "a", 10.0)
    assert book.begin("ann", "a", 20.0) == first
    book = again(book)
    assert book.begin("ann", "a", 30.0) == first
    book.finish(first)
    assert book.begin("ann", "a", 40.0) == first  # somebody has removed the graded copy
    assert book.count("ann", 0.0) == 1


def test_a_number_is_never_used_for_another_submission(book: Book) -> None:
    numbers = {}
    for step, digest in enumerate("abcabcd"):
        entry = book.begin("ann", digest, float(step))
        numbers.setdefault(entry.number, digest)
        assert numbers[entry.number] == digest
        if step % 2:
            book.finish(entry)
        if step == 3:
            book = again(book)
        book.defer("ann", f"later {step}", float(step)) if step == 4 else None
    assert sorted(numbers) == list(range(7))


def test_what_was_never_graded_does_not_count_and_what_waits_does_not_either(book: Book) -> None:
    book.begin("ann", "a", 10.0)  # the disk was full
    book.finish(book.begin("ann", "b", 20.0))
    book.defer("ann", "c", 30.0)
    book.defer("ann", "d", 31.0)
    for each in (book, again(book)):
        assert each.count("ann", 0.0) == 1
        assert [entry.submission for entry in each.deferred] == ["d"]
    assert book.count("ann", DAY) == 0


def test_a_clock_that_was_set_back_gives_no_more_gradings(book: Book) -> None:
    book.finish(book.begin("ann", "a", 5 * DAY))
    assert book.count("ann", 2 * DAY) == 1


def test_a_run_that_ends_between_any_two_bytes_loses_no_more_than_its_last_line(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda file: None)
    book.finish(book.begin("ann", "a", 10.0))
    book.finish(book.begin("ann", "b", 20.0))
    book.close()
    whole = book.path.read_bytes()
    other = tmp_path / "other"
    other.mkdir()
    borders = {number + more for number, byte in enumerate(whole) if byte == 10 for more in (-1, 0, 1, 2)}
    for length in sorted({*range(0, len(whole), 19), *borders} - {-1, len(whole) + 1}):
        path = other / book.path.name
        path.write_bytes(whole[:length])
        torn = Book(other, "hw")
        lines = whole[:length].count(b"\n") - 1  # it begins with one
        entry = torn.last("ann")
        assert (torn.secret == book.secret) >= (lines >= 1)
        if lines >= 2:
            assert entry is not None
            assert (entry.submission, entry.finished) >= (("a", False), ("a", True), ("b", False), ("b", True))[
                lines - 2
            ]
        torn.finish(torn.begin("ann", "z", 30.0))
        torn.close()
        after = Book(other, "hw")
        assert after.secret == torn.secret
        assert after.last("ann") == torn.last("ann")
        assert after.count("ann", 0.0) == torn.count("ann", 0.0)
        after.close()


def test_a_full_disk_is_said_by_an_error_and_nothing_is_taken_for_written(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.finish(book.begin("ann", "a", 10.0))
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, line: write(file, line[:17]))
    with pytest.raises(OSError, match="No space left"):
        book.begin("ann", "b", 20.0)
    last = book.last("ann")
    assert last is not None and last.submission == "a"
    monkeypatch.undo()
    book.finish(book.begin("ann", "b", 30.0))
    read = again(book)
    assert (read.count("ann", 0.0), read.last("ann")) == (2, book.last("ann"))


@pytest.mark.parametrize("line", [b"[]", b"{}", b"null", b'{"student": 1}', b"\xff\xfe", b'{"secret": "x"}', b"{" * 99])
def test_lines_that_say_nothing_are_left(book: Book, line: bytes) -> None:
    book.finish(book.begin("ann", "a", 10.0))
    with open(book.path, "ab") as file:
        file.write(line + b"\n")
    read = again(book)
    assert (read.secret, read.count("ann", 0.0)) == (book.secret, 1)


def test_a_file_that_cannot_be_used_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / ".watch.hw.jsonl").mkdir()
    with pytest.raises(UserError, match=r"cannot be read and written \(Is a directory\)"):
        Book(tmp_path, "hw")
