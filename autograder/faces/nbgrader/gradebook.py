"""nbgrader's gradebook at less cost: opened once, and rows read together that are asked for one by one."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import lru_cache
from threading import get_ident
from typing import Any

from nbgrader.api import BaseCell, Comment, Grade, Gradebook, GradeCell, SourceCell, TaskCell
from nbgrader.converters import autograde
from nbgrader.preprocessors import latesubmissions, overwritecells, overwritekernelspec
from sqlalchemy.engine import create_engine, make_url
from sqlalchemy.orm import scoped_session, sessionmaker

OPENERS = (autograde, latesubmissions, overwritecells, overwritekernelspec)


def keep_gradebooks() -> None:
    """Have nbgrader's autograding open the gradebook once, rather than ten times for a submission.

    Each time it connects, looks for all tables and for the course, and compiles its statements anew: on SQLite half of
    nbgrader's own work, on PostgreSQL most of it. There is no setting for this, so the name that these four modules
    call is replaced.
    """
    for module in OPENERS:
        module.Gradebook = open_gradebook


def open_gradebook(db_url: str, *more: Any) -> Gradebook:
    """The gradebook at `db_url`, to be used in a `with` statement; a thread has one of its own, and no other inside."""
    return _kept((os.getpid(), get_ident()), _file(db_url), db_url, *more)


@lru_cache(maxsize=8)
def _kept(_user: tuple[int, int], _place: tuple[int, int] | None, *arguments: Any) -> KeptGradebook:
    return KeptGradebook(*arguments)


def _file(db_url: str) -> tuple[int, int] | None:
    """What tells a database's file from another one put in its place; None where it is no file."""
    with suppress(OSError, TypeError):
        found = os.stat(make_url(db_url).database or "")
        return found.st_dev, found.st_ino
    return None


class KeptGradebook(Gradebook):
    """A gradebook that can be opened again, and that reads the cells of a notebook's source together."""

    def __init__(self, db_url: str, *more: Any) -> None:
        super().__init__(db_url, *more)
        super().close()
        self.engine = create_engine(db_url, future=True, pool_pre_ping=True)  # the server may have been away meanwhile
        self.db = scoped_session(sessionmaker(bind=self.engine, future=True))
        self._cells: dict[tuple[type, str, str], dict[str, Any]] = {}  # of this session

    def close(self) -> None:
        """End the session; the connection is kept for the next one."""
        self._cells.clear()
        self.db.remove()

    def find_source_cell(self, name: str, notebook: str, assignment: str) -> SourceCell:
        """As nbgrader's; raises MissingEntry."""
        found = self._cells_of(SourceCell, notebook, assignment).get(name)
        return found or super().find_source_cell(name, notebook, assignment)

    def find_graded_cell(self, name: str, notebook: str, assignment: str) -> GradeCell | TaskCell:
        """As nbgrader's; raises MissingEntry."""
        found = self._cells_of(GradeCell, notebook, assignment).get(name)
        return found or super().find_graded_cell(name, notebook, assignment)

    def _cells_of(self, kind: Any, notebook: str, assignment: str) -> dict[str, Any]:
        """The cells of one kind that the notebook's source has, by name."""
        key = kind, notebook, assignment
        if key not in self._cells:
            source = self.find_notebook(notebook, assignment).id
            self._cells[key] = {cell.name: cell for cell in self.db.query(kind).filter(kind.notebook_id == source)}
        return self._cells[key]


class SubmittedRows:
    """The grades and comments of one submitted notebook, for a preprocessor that asks the gradebook cell by cell.

    It saves nothing by itself: what was changed is saved all at once by the gradebook's own commit.
    """

    def __init__(self, gradebook: Gradebook, notebook: str, assignment: str, student: str) -> None:
        submitted = gradebook.find_submission_notebook(notebook, assignment, student).id
        self.db = self
        self._gradebook = gradebook
        self._grades = _by_cell(gradebook, Grade, submitted)
        self._comments = _by_cell(gradebook, Comment, submitted)

    @property
    def grades(self) -> list[Grade]:
        """The grades of all cells."""
        return list(self._grades.values())

    def find_grade(self, cell: str, *names: str) -> Grade:
        """The grade of a cell; raises MissingEntry, in nbgrader's words, where there is none."""
        return self._grades.get(cell) or self._gradebook.find_grade(cell, *names)

    def find_comment(self, cell: str, *names: str) -> Comment:
        """The comment on a cell; raises MissingEntry, in nbgrader's words, where there is none."""
        return self._comments.get(cell) or self._gradebook.find_comment(cell, *names)

    def commit(self) -> None:
        """Called after each cell; not the time to save yet."""


def _by_cell(gradebook: Gradebook, kind: Any, submitted: str) -> dict[str, Any]:
    """The rows of one kind that belong to a submitted notebook, by the names of their cells."""
    found = gradebook.db.query(BaseCell.name, kind).join(kind, kind.cell_id == BaseCell.id)
    return dict(found.filter(kind.notebook_id == submitted).all())
