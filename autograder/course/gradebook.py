"""The gradebook, opened so that whatever is wrong with it ends in a sentence with the next step."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from collections.abc import Iterator

from nbgrader.api import Gradebook, InvalidEntry, MissingEntry, Student
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from autograder.errors import UserError

from .people import full_name

LOCK_PATIENCE = 60  # seconds that SQLite waits for its turn, where several processes grade
FULL = (errno.ENOSPC, errno.EDQUOT)
LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
STEPS = {  # what SQLite finds, and what to do
    sqlite3.SQLITE_NOTADB: "is no gradebook, or a damaged one: put a copy of it back, or move it away and grade again",
    sqlite3.SQLITE_CORRUPT: "is damaged: put a copy of it back, or move it away and grade again",
    sqlite3.SQLITE_READONLY: "cannot be written: make it and its folder writable for you",
    sqlite3.SQLITE_PERM: "cannot be written: make it and its folder writable for you",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: see that its folder is there, and that you may read and write in it",
    sqlite3.SQLITE_IOERR: "cannot be read: the disk that it lies on has a fault, or a limit was reached",
    sqlite3.SQLITE_FULL: "cannot be written: the disk is full; make room and run this command again",
    **dict.fromkeys(LOCKED, "was locked all the time: end what else uses it, and run this command again"),
}
ELSEWHERE = "start its server, or correct c.CourseDirectory.db_url in nbgrader_config.py"


@contextlib.contextmanager
def opened(db_url: str, *course: str) -> Iterator[Gradebook]:
    """The gradebook; raises UserError, in a sentence, where it cannot be used, also later in the `with` statement."""
    try:
        with Gradebook(db_url, *course) as gradebook:
            yield gradebook
    except (SQLAlchemyError, ModuleNotFoundError) as problem:
        raise UserError(sentence(problem, db_url)) from None


def names_of(gradebook: Gradebook) -> dict[str, str]:
    """The full names that the gradebook knows, by the students' ids."""
    found = gradebook.db.query(Student.id, Student.first_name, Student.last_name)
    return {student: name for student, first, last in found if (name := full_name(first, last))}


def insist(coursedir: CourseDirectory) -> None:
    """Raise UserError where the gradebook of nbgrader's command cannot be used, before the command removes anything.

    A server that is out of reach just now is let pass: it may be there again when it is needed.
    """
    try:
        with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
            gradebook.find_assignment(coursedir.assignment_id)
    except MissingEntry:
        raise UserError(missing(coursedir.assignment_id)) from None
    except SQLAlchemyError as problem:
        if not may_pass(problem):
            raise UserError(sentence(problem, coursedir.db_url)) from None
    insist_on_writing(coursedir.db_url)


def insist_on_writing(db_url: str) -> None:
    """Raise UserError where the gradebook is a file that must not be written."""
    path = make_url(db_url).database
    if path and os.path.isfile(path) and not (os.access(path, os.W_OK) and os.access(os.path.dirname(path), os.W_OK)):
        raise UserError(f"the gradebook {path} {STEPS[sqlite3.SQLITE_READONLY]}")


def missing(assignment: str) -> str:
    """What to do where the gradebook does not know an assignment."""
    generate = f"nbgrader generate_assignment {assignment}"
    return f"the gradebook has no assignment {assignment}: run `{generate}`, and grade"


def sentence(problem: BaseException, db_url: str) -> str:
    """What is wrong with a gradebook, and what to do."""
    code = code_of(problem)
    if code is not None and (step := STEPS.get(code & 0xFF)):  # the rest of the code says where it was noticed
        return f"the gradebook {_place(db_url)} {step}"
    said = str(getattr(problem, "orig", None) or problem).partition("\n")[0]
    return f"the gradebook cannot be opened ({said}): {ELSEWHERE}"


def cause_of(failure: BaseException | None) -> BaseException | None:
    """What SQLAlchemy has raised: nbgrader says of all that fails while it adds a row that the row is not valid."""
    return failure.__cause__ or failure if isinstance(failure, InvalidEntry) else failure


def code_of(failure: BaseException | None) -> int | None:
    """SQLite's code for what SQLAlchemy raises; None where the failure is none of SQLite's."""
    code: int | None = getattr(getattr(cause_of(failure), "orig", None), "sqlite_errorcode", None)
    return code


def is_full(failure: BaseException | None) -> bool:
    """Whether there was no room for a file or for the gradebook."""
    return getattr(failure, "errno", None) in FULL or code_of(failure) == sqlite3.SQLITE_FULL


def is_locked(failure: BaseException | None) -> bool:
    """Whether SQLite had another writer all the time."""
    return code_of(failure) in LOCKED


def may_pass(failure: BaseException | None) -> bool:
    """Whether the gradebook is out of reach just now: a file that others write to, or a server that starts anew."""
    cause = cause_of(failure)
    of_a_file = isinstance(getattr(cause, "orig", None), sqlite3.Error)
    return is_locked(failure) or (isinstance(cause, OperationalError) and not of_a_file)


def _place(db_url: str) -> str:
    """The file of a gradebook, or its address without the password."""
    try:
        url = make_url(db_url)
    except ArgumentError:
        return db_url
    return url.database or url.render_as_string(hide_password=True)


def patient(db_url: str, seconds: int = LOCK_PATIENCE) -> str:
    """The gradebook's address; SQLite waits for its turn longer than its five seconds, other servers wait anyway."""
    return f"{db_url}?timeout={seconds}" if db_url.startswith("sqlite:") and "?" not in db_url else db_url
