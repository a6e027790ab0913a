"""nbgrader's gradebook at less cost: opened once, rows read together that are asked for one by one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from threading import get_ident
from typing import Any

from nbgrader import utils
from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    InvalidEntry,
    Notebook,
    SourceCell,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
    new_uuid,
)
from nbgrader.converters import autograde
from nbgrader.preprocessors import latesubmissions, overwritecells, overwritekernelspec
from sqlalchemy import Column, func, insert, select, update
from sqlalchemy.engine import create_engine, make_url
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session, load_only, scoped_session, sessionmaker

OPENERS = (autograde, latesubmissions, overwritecells, overwritekernelspec)
TOGETHER = "together"  # in a session's own notes: its commits wait


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


class _Session(Session):
    """A session whose commits can be made to wait."""

    def commit(self) -> None:
        if self.info.get(TOGETHER):
            self.flush()
        else:
            super().commit()


@contextmanager
def together(gradebook: Gradebook) -> Iterator[None]:
    """Save what nbgrader saves step by step in the block all at once, at its end; nothing where the block raises."""
    session = gradebook.db()
    session.info[TOGETHER] = True
    try:
        yield
    finally:
        del session.info[TOGETHER]
    session.commit()


class KeptGradebook(Gradebook):
    """A gradebook that can be opened again, that reads the cells of a notebook's source together, and that leaves sums
    alone which nobody asks for.
    """

    def __init__(self, db_url: str, *more: Any) -> None:
        super().__init__(db_url, *more)
        super().close()
        self.engine = create_engine(db_url, future=True, pool_pre_ping=True)  # the server may have been away meanwhile
        self.db = scoped_session(sessionmaker(bind=self.engine, future=True, class_=_Session))
        self._cells: dict[tuple[type, str, str], dict[str, Any]] = {}  # of this session

    def close(self) -> None:
        """End the session; the connection is kept for the next one."""
        self._cells.clear()
        self.db.remove()

    def find_assignment(self, name: str) -> Assignment:
        """As nbgrader's; raises MissingEntry."""
        found = _rows(self.db.query(Assignment), Assignment).filter(Assignment.name == name).one_or_none()
        return found or super().find_assignment(name)

    def find_notebook(self, name: str, assignment: str) -> Notebook:
        """As nbgrader's; raises MissingEntry."""
        query = _rows(self.db.query(Notebook), Notebook).join(Assignment, Assignment.id == Notebook.assignment_id)
        found = query.filter(Notebook.name == name, Assignment.name == assignment).one_or_none()
        return found or super().find_notebook(name, assignment)

    def find_submission(self, assignment: str, student: str) -> SubmittedAssignment:
        """As nbgrader's; raises MissingEntry."""
        query = _rows(self.db.query(SubmittedAssignment), SubmittedAssignment)
        query = query.join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        query = query.filter(Assignment.name == assignment, SubmittedAssignment.student_id == student)
        return query.one_or_none() or super().find_submission(assignment, student)

    def find_submission_notebook(self, notebook: str, assignment: str, student: str) -> SubmittedNotebook:
        """As nbgrader's; raises MissingEntry."""
        query = _submitted(_rows(self.db.query(SubmittedNotebook), SubmittedNotebook), notebook, assignment, student)
        return query.one_or_none() or super().find_submission_notebook(notebook, assignment, student)

    def submitted(self, notebook: str, assignment: str, student: str) -> str:
        """The id of a submitted notebook; raises MissingEntry."""
        found = _submitted(self.db.query(SubmittedNotebook.id), notebook, assignment, student).scalar()
        return str(found or super().find_submission_notebook(notebook, assignment, student).id)

    def add_submission(self, assignment: str, student: str, **kwargs: Any) -> SubmittedAssignment:
        """As nbgrader's, by a statement for each table; raises InvalidEntry where there is one already."""
        if "timestamp" in kwargs:
            kwargs["timestamp"] = utils.parse_utc(kwargs["timestamp"])
        whose = {"assignment_id": self.find_assignment(assignment).id, "student_id": self.find_student(student).id}
        base = BaseCell.__table__.c
        try:
            submission = SubmittedAssignment(**whose, **kwargs)
            self.db.add(submission)
            self.db.flush()
            asked = select(Notebook.id).where(Notebook.assignment_id == whose["assignment_id"]).order_by(Notebook.name)
            notebooks: dict[str, str] = {each: new_uuid() for (each,) in _read(self, asked)}
            cells = _read(self, select(base.id, base.notebook_id, base.type).where(base.notebook_id.in_(notebooks)))
            rows = [(kind, {"cell_id": cell, "notebook_id": notebooks[of]}) for cell, of, kind in cells]
            links = [
                {"id": own, "notebook_id": each, "assignment_id": submission.id} for each, own in notebooks.items()
            ]
            self._insert(SubmittedNotebook, links)
            self._insert(Grade, [row for kind, row in rows if kind in ("GradeCell", "TaskCell")])
            self._insert(Comment, [row for kind, row in rows if kind in ("SolutionCell", "TaskCell")])
            self.db.commit()
        except (IntegrityError, StatementError) as problem:
            self.db.rollback()
            raise InvalidEntry(*problem.args) from problem
        return submission

    def _insert(self, kind: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.db.execute(insert(kind), rows)

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


def _rows(query: Any, kind: Any) -> Any:
    """A query for what stands in a table's rows: sums over other tables are read only when they are asked for."""
    kept = [attribute for attribute in kind.__mapper__.column_attrs if isinstance(attribute.columns[0], Column)]
    return query.options(load_only(*(getattr(kind, attribute.key) for attribute in kept)))


def _submitted(query: Any, notebook: str, assignment: str, student: str) -> Any:
    """The submitted notebook with these names."""
    query = query.join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
    query = query.join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
    query = query.join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
    whose = SubmittedAssignment.student_id == student
    return query.filter(Notebook.name == notebook, Assignment.name == assignment, whose)


@dataclass
class GradeRow:
    """What the gradebook holds of a graded cell, to be changed."""

    id: str
    name: str
    auto_score: float | None
    manual_score: float | None
    extra_credit: float | None
    needs_manual_grade: bool
    max_score: float | None

    @property
    def score(self) -> float:
        """The points that count, as nbgrader's own rows have them."""
        points = next((each for each in (self.manual_score, self.auto_score) if each is not None), None)
        return 0.0 if points is None else points + (self.extra_credit or 0.0)


@dataclass
class CommentRow:
    """What the gradebook holds of a cell that can have comments, to be changed."""

    id: str
    name: str
    auto_comment: str | None
    manual_comment: str | None

    @property
    def comment(self) -> str | None:
        """What counts, as nbgrader's own rows have it."""
        return self.auto_comment if self.manual_comment is None else self.manual_comment


class SubmittedRows:
    """The grades and comments of one submitted notebook, for a preprocessor that asks the gradebook cell by cell.

    `save` writes what was changed, without a commit.
    """

    def __init__(self, gradebook: KeptGradebook, notebook: str, assignment: str, student: str) -> None:
        submitted = gradebook.submitted(notebook, assignment, student)
        self.db = self
        self._gradebook = gradebook
        base, graded, task = BaseCell.__table__, GradeCell.__table__, TaskCell.__table__
        most = func.coalesce(graded.c.max_score, task.c.max_score)
        set_by = Grade.auto_score, Grade.manual_score, Grade.extra_credit, Grade.needs_manual_grade
        grades = select(Grade.id, base.c.name, *set_by, most).join(base, base.c.id == Grade.cell_id)
        grades = grades.outerjoin(graded, graded.c.id == base.c.id).outerjoin(task, task.c.id == base.c.id)
        said = Comment.auto_comment, Comment.manual_comment
        comments = select(Comment.id, base.c.name, *said).join(base, base.c.id == Comment.cell_id)
        self._read_grades = _read(gradebook, grades.where(Grade.notebook_id == submitted))
        self._read_comments = _read(gradebook, comments.where(Comment.notebook_id == submitted))
        self._grades: dict[str, Any] = {row[1]: GradeRow(*row) for row in self._read_grades}
        self._comments: dict[str, Any] = {row[1]: CommentRow(*row) for row in self._read_comments}

    @property
    def grades(self) -> list[GradeRow]:
        """The grades of all cells."""
        return list(self._grades.values())

    def find_grade(self, cell: str, *names: str) -> Any:
        """The grade of a cell; raises MissingEntry, in nbgrader's words, where there is none."""
        return self._grades.get(cell) or self._gradebook.find_grade(cell, *names)

    def find_comment(self, cell: str, *names: str) -> Any:
        """The comment on a cell; raises MissingEntry, in nbgrader's words, where there is none."""
        return self._comments.get(cell) or self._gradebook.find_comment(cell, *names)

    def commit(self) -> None:
        """Called after each cell; not the time to save yet."""

    def save(self) -> None:
        """Write what was changed."""
        self._update(Grade, self._grades, self._read_grades, "auto_score", "needs_manual_grade")
        self._update(Comment, self._comments, self._read_comments, "auto_comment")

    def _update(self, kind: Any, rows: dict[str, Any], before: list[Any], *changing: str) -> None:
        was = {row[0]: type(rows[row[1]])(*row) for row in before}
        now = [row for row in rows.values() if row != was[row.id]]
        if now:
            given = [{"id": row.id, **{name: getattr(row, name) for name in changing}} for row in now]
            self._gradebook.db.execute(update(kind), given)


def _read(gradebook: KeptGradebook, asked: Any) -> list[Any]:
    return list(gradebook.db.execute(asked))


def await_marks(gradebook: KeptGradebook, notebook: str, assignment: str, student: str) -> None:
    """Leave all marks of a submitted notebook to a person; those that a person has given stay."""
    of_notebook = Grade.notebook_id == gradebook.submitted(notebook, assignment, student)
    marked = of_notebook, Grade.auto_score.isnot(None) | ~Grade.needs_manual_grade
    if gradebook.db.scalar(select(Grade.id).where(*marked).limit(1)):
        gradebook.db.execute(update(Grade).where(*marked).values(auto_score=None, needs_manual_grade=True))
    gradebook.db.commit()
