"""The gradebook that is opened once: the same rows as nbgrader's, the same marks, saved all together."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import autograde, generate_assignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import OverwriteCells, SaveAutoGrades, SaveCells
from sqlalchemy import event
from traitlets import Instance
from traitlets.config import Configurable

from autograder import record
from autograder.faces.nbgrader.gradebook import open_gradebook
from autograder.faces.nbgrader.grading import AwaitMarks, SaveMarks
from autograder.faces.nbgrader.setup import prepare
from autograder.record import Record, Status, store

pytestmark = pytest.mark.slow  # each makes a gradebook

NAMES = {"notebook": "1", "assignment": "a", "student": "s"}
CHECKS = [f"check_{number}" for number in range(12)]


def meta(name: str, **more: Any) -> dict[str, Any]:
    kinds = {"grade": False, "solution": False, "locked": False, "task": False}
    return {"nbgrader": {"schema_version": 3, "grade_id": name, **kinds, **more}}


def cell(kind: str, source: str, name: str, **more: Any) -> NotebookNode:
    new = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}[kind](source)
    new.metadata = nbformat.from_dict(meta(name, **more))
    new.metadata.nbgrader["checksum"] = utils.compute_checksum(new)
    return new


def source() -> NotebookNode:
    """A notebook with cells of every kind that nbgrader knows."""
    checks = [cell("code", "check()", name, grade=True, locked=True, points=2.0) for name in CHECKS]
    return nbformat.v4.new_notebook(
        cells=[
            cell("code", "# YOUR CODE HERE", "function", solution=True),
            *checks,
            cell("markdown", "Your answer", "question", grade=True, solution=True, points=3.0),
            cell("markdown", "Your picture", "picture", grade=True, solution=True, points=3.0),
            cell("markdown", "A task", "task", task=True, points=1.0),
        ]
    )


FRACTIONS = [0, 1 / 8, 2 / 8, 3 / 8, 4 / 8, 5 / 8, 6 / 8, 7 / 8, 0, 1, 1, 1]  # of the checks' points


def submission() -> NotebookNode:
    """The notebook filled in: a half, an error, nothing (full marks), and the like; one written answer of two.

    Its cells show what nbgrader reads, its record says the same.
    """
    notebook = source()
    cells = {one.metadata.nbgrader.grade_id: one for one in notebook.cells}
    cells["function"].source = "x = 1"
    cells["question"].source = "An answer"
    for number, name in enumerate(CHECKS[:8]):
        data = {"text/plain": str(number / 4)}
        cells[name].outputs = [nbformat.v4.new_output("execute_result", data=data)]
    cells[CHECKS[8]].outputs = [nbformat.v4.new_output("error", ename="E", evalue="", traceback=[])]
    tests = {name: record.TestRecord(fraction) for name, fraction in zip(CHECKS, FRACTIONS, strict=True)}
    store(Record(tests=tests), notebook.metadata)
    return notebook


class Converter(Configurable):
    """Stands in for nbgrader's."""

    coursedir = Instance(CourseDirectory)


@pytest.fixture
def saver(tmp_path: Path) -> SaveMarks:
    """The preprocessor in a course that has an ordinary assignment "a"."""
    (tmp_path / "course" / "source" / "a").mkdir(parents=True)
    converter = Converter(coursedir=CourseDirectory(root=str(tmp_path / "course")))
    return SaveMarks(parent=Configurable(parent=converter))


def resources(db_url: str) -> dict[str, Any]:
    return {"nbgrader": {**NAMES, "db_url": db_url}}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gradebook with the notebook and one submission of it."""
    prepare()  # it finds alembic, which nbgrader calls
    path = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    with Gradebook(f"sqlite:///{path}") as gradebook:
        gradebook.add_assignment("a")
        SaveCells().preprocess(source(), resources(f"sqlite:///{path}"))
        gradebook.add_student("s")
        gradebook.add_submission("a", "s")
    return path


@pytest.fixture
def copies(template: Path, tmp_path: Path) -> Iterator[str]:
    """Address after address of a gradebook like it."""
    return (f"sqlite:///{shutil.copy(template, tmp_path / f'{number}.db')}" for number in range(9))


@pytest.fixture
def db_url(copies: Iterator[str]) -> str:
    return next(copies)


def marks(db_url: str) -> dict[str, tuple]:
    with Gradebook(db_url) as gradebook:
        found = gradebook.find_submission_notebook("1", "a", "s")
        grades = {("grade", g.name): (g.auto_score, g.manual_score, g.needs_manual_grade) for g in found.grades}
        return grades | {("comment", c.name): (c.auto_comment, c.manual_comment) for c in found.comments}


@contextmanager
def counted(db_url: str, what: str) -> Iterator[list]:
    """What the kept gradebook's database is asked meanwhile: events of this name."""
    seen: list = []

    def note(*arguments: Any) -> None:
        seen.append(arguments)

    engine = open_gradebook(db_url).engine
    event.listen(engine, what, note)
    yield seen
    event.remove(engine, what, note)


def test_it_is_opened_once_and_each_use_has_a_session_of_its_own(db_url: str) -> None:
    with open_gradebook(db_url) as first:
        first.find_student("s").first_name = "not saved"
        session = first.db()
    with open_gradebook(db_url) as again:
        assert again is first
        assert again.db() is not session
        assert again.find_student("s").first_name is None


def test_another_database_in_the_place_of_the_old_one_is_seen(copies: Iterator[str], tmp_path: Path) -> None:
    db_url, other = next(copies), next(copies)
    with Gradebook(other) as gradebook:
        gradebook.add_student("t")
    with open_gradebook(db_url) as before:
        assert [student.id for student in before.students] == ["s"]
    (tmp_path / "1.db").replace(tmp_path / "0.db")
    with open_gradebook(db_url) as after:
        assert {student.id for student in after.students} == {"s", "t"}


def test_each_thread_has_its_own(db_url: str) -> None:
    seen = []
    thread = threading.Thread(target=lambda: seen.append(open_gradebook(db_url)))
    thread.start()
    thread.join()
    assert seen[0] is not open_gradebook(db_url)


def test_only_autograding_is_given_it(template: Path) -> None:
    assert autograde.Gradebook is open_gradebook
    assert generate_assignment.Gradebook is Gradebook


def test_the_same_cells_as_nbgraders_own(db_url: str) -> None:
    with Gradebook(db_url) as theirs, open_gradebook(db_url) as ours:
        for one in source().cells:
            name, points = one.metadata.nbgrader.grade_id, one.metadata.nbgrader.get("points")
            assert ours.find_source_cell(name, "1", "a").id == theirs.find_source_cell(name, "1", "a").id
            if points:
                found = ours.find_graded_cell(name, "1", "a")
                assert (found.id, found.max_score) == (theirs.find_graded_cell(name, "1", "a").id, points)
        for find in (ours.find_source_cell, ours.find_graded_cell):
            with pytest.raises(MissingEntry, match="stranger"):
                find("stranger", "1", "a")
            with pytest.raises(MissingEntry):
                find("function", "another notebook", "a")


def test_a_later_use_sees_what_was_changed_meanwhile(db_url: str) -> None:
    for points in (5.0, 6.0):
        with Gradebook(db_url) as gradebook:
            gradebook.find_graded_cell("question", "1", "a").max_score = points
            gradebook.db.commit()
        with open_gradebook(db_url) as kept:
            assert kept.find_graded_cell("question", "1", "a").max_score == points


def test_nbgraders_check_of_the_cells_asks_for_them_together(db_url: str) -> None:
    given = submission()
    given.cells[1].metadata.nbgrader["points"] = 99.0
    with counted(db_url, "before_cursor_execute") as statements:
        notebook, _ = OverwriteCells().preprocess(deepcopy(given), resources(db_url))
    assert len(statements) < len(CHECKS)
    given.cells[1].metadata.nbgrader["points"] = 2.0
    assert notebook.cells == given.cells


def test_the_same_marks_and_comments_as_nbgraders_own(copies: Iterator[str], saver: SaveMarks) -> None:
    theirs, ours = next(copies), next(copies)
    SaveAutoGrades().preprocess(submission(), resources(theirs))
    saver.preprocess(submission(), resources(ours))
    saved = marks(ours)
    assert saved == marks(theirs)
    assert [saved["grade", name][0] for name in CHECKS] == [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 0, 2, 2, 2]
    assert saved["grade", "question"] == (None, None, True)
    assert saved["grade", "picture"] == (0, None, False)
    assert saved["comment", "picture"] == ("No response.", None)


def test_the_marks_are_the_records_whatever_the_cells_show(db_url: str, saver: SaveMarks) -> None:
    notebook = submission()
    for one in notebook.cells:
        if one.metadata.nbgrader.grade_id in CHECKS:
            one.outputs = [nbformat.v4.new_output("execute_result", data={"text/plain": "2.0"})]
    saver.preprocess(notebook, resources(db_url))
    saved = marks(db_url)
    assert [saved["grade", name][0] for name in CHECKS] == [2 * fraction for fraction in FRACTIONS]


def test_the_marks_are_saved_all_at_once(db_url: str, saver: SaveMarks, monkeypatch: pytest.MonkeyPatch) -> None:
    before = marks(db_url)
    with counted(db_url, "commit") as commits:
        monkeypatch.setattr(utils, "is_task", broken)
        with pytest.raises(RuntimeError):
            saver.preprocess(submission(), resources(db_url))
        assert (marks(db_url), len(commits)) == (before, 0)
        monkeypatch.undo()
        saver.preprocess(submission(), resources(db_url))
        assert len(commits) == 1
    assert marks(db_url) != before


def broken(cell: NotebookNode) -> bool:
    """Stands in for nbgrader's test for a task, and fails at the last cell."""
    if cell.metadata.nbgrader.grade_id == "task":
        raise RuntimeError
    return False


@pytest.mark.parametrize(("was_run", "error"), [(True, MissingEntry), (False, KeyError)])
def test_a_cell_without_a_row_or_a_record_is_an_error_and_saves_nothing(
    db_url: str, saver: SaveMarks, was_run: bool, error: type[Exception]
) -> None:
    before, notebook = marks(db_url), submission()
    notebook.cells.append(cell("code", "", "stranger", grade=True, locked=True, points=1.0))
    if was_run:
        tests = dict.fromkeys([*CHECKS, "stranger"], record.TestRecord(1.0))
        store(Record(tests=tests), notebook.metadata)
    with pytest.raises(error, match="stranger"):
        saver.preprocess(notebook, resources(db_url))
    assert marks(db_url) == before


def test_marks_are_taken_back_before_a_run_and_those_of_a_human_stay(db_url: str, saver: SaveMarks) -> None:
    saver.preprocess(submission(), resources(db_url))
    with Gradebook(db_url) as gradebook:
        gradebook.find_grade("question", "1", "a", "s").manual_score = 2.5
        gradebook.db.commit()
    AwaitMarks().preprocess(submission(), resources(db_url))
    saved = {name: mark for (kind, name), mark in marks(db_url).items() if kind == "grade"}
    assert saved.pop("question") == (None, 2.5, True)
    assert set(saved.values()) == {(None, None, True)}


@pytest.mark.parametrize("status", [Status.UNREADABLE, Status.NOT_GRADED, None])
def test_what_could_not_be_graded_gets_no_marks(db_url: str, saver: SaveMarks, status: Status | None) -> None:
    before, notebook = marks(db_url), submission()
    notebook.metadata.clear()
    if status:
        store(Record(status), notebook.metadata)
    saver.preprocess(notebook, resources(db_url))
    assert marks(db_url) == before
