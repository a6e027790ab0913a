"""What stopped a grading is told apart by what it is, and not by its words."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest
from nbgrader.api import InvalidEntry
from sqlalchemy import create_engine
from sqlalchemy.exc import IntegrityError, OperationalError

from autograder.course.gradebook import is_full, is_locked, may_pass


def failure_of(path: Path, *statements: str) -> OperationalError | None:
    """What SQLAlchemy raises at one of these statements."""
    engine = create_engine(f"sqlite:///{path}?timeout=0")
    try:
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
    except OperationalError as problem:
        return problem
    finally:
        engine.dispose()
    return None


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_file_without_room_is_a_full_disk(code: int) -> None:
    assert is_full(OSError(code, "said somehow")) and not may_pass(OSError(code, "said somehow"))


def test_a_gradebook_without_room_is_a_full_disk(tmp_path: Path) -> None:
    long = "INSERT INTO marks VALUES (zeroblob(100000))"
    full = failure_of(tmp_path / "full.db", "CREATE TABLE marks (x)", "PRAGMA max_page_count = 3", long)
    assert is_full(full) and not is_locked(full) and not may_pass(full)


def test_a_gradebook_that_others_write_to_is_locked(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "locked.db", isolation_level=None)
    other.execute("CREATE TABLE marks (x)")
    other.execute("BEGIN EXCLUSIVE")
    locked = failure_of(tmp_path / "locked.db", "INSERT INTO marks VALUES (1)")
    other.close()
    assert is_locked(locked) and may_pass(locked) and not is_full(locked)


def test_what_nbgrader_calls_an_invalid_row_is_what_it_came_of(tmp_path: Path) -> None:
    away = OperationalError("INSERT", {}, ConnectionError("terminating connection due to administrator command"))
    twice = IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE constraint failed"))
    for cause, passes in ((away, True), (twice, False), (None, False)):
        invalid = InvalidEntry("said somehow")
        invalid.__cause__ = cause
        assert may_pass(invalid) is passes and not is_full(invalid)


@pytest.mark.parametrize("failure", [None, ValueError("disk full"), OSError(errno.EACCES, "no room"), KeyError("x")])
def test_anything_else_is_neither(failure: BaseException | None) -> None:
    assert not is_full(failure) and not is_locked(failure) and not may_pass(failure)
