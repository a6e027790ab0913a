"""A class with hostile and broken submissions in it: the others get exactly the marks that they get alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

from autograder.assignment import Assignment
from autograder.course.marks import Row, rows
from autograder.engine import Engine
from autograder.sandbox.runner import Limits
from tests.support import batch_command
from tests.support.batch import PICKED, Marks, exercises_of, marks
from tests.support.course import NOTEBOOK, CourseFolder
from tests.support.hostile_class import CALL_LIMIT, CELL_LIMIT, CODES, EXERCISE_LIMIT, LIMITS, HostileClass, mixed
from tests.support.house import NAME as ASSIGNMENT

pytestmark = pytest.mark.slow

NAME = Path(NOTEBOOK).stem
CARRIED = r"(Marks of [\w, ]+ rest on earlier mistakes put right, in [\w, ]+\.)?"
SLOW = "did not finish in time"


@dataclass(frozen=True)
class Graded:
    """The class, graded: what was saved, each student's line, and the log."""

    people: HostileClass
    folder: CourseFolder
    saved: dict[str, dict[str, Marks]]
    rows: dict[str, Row]
    log: str

    def notes(self, student: str) -> str:
        return " ".join(self.rows[mixed(student)].notes)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, assignment: Assignment, reference_code: str) -> Graded:
    folder = CourseFolder.released(tmp_path_factory.mktemp("course"), LIMITS)
    people = HostileClass.make(nbformat.read(folder.release / NOTEBOOK, as_version=4), reference_code)
    people.hand_in(folder)
    done = folder.nbgrader("autograde", "--log-level=WARN")
    assert done.returncode == 0, done.stderr
    lines = {row.student: row for row in rows(folder.coursedir, assignment.name)}
    return Graded(people, folder, marks(folder), lines, done.stdout + done.stderr)


def test_there_are_forty_with_ten_who_are_hostile_or_broken(graded: Graded) -> None:
    people = graded.people
    assert (len(people.honest), len(people.hostile) + len(people.broken)) == (30, 10)
    assert set(graded.rows) == {mixed(name) for name in people.names}
    order = [row in {mixed(name) for name in people.honest} for row in sorted(graded.rows)]
    assert sum(one != other for one, other in pairwise(order)) >= 10  # they come in turns


def test_the_honest_get_exactly_the_marks_they_get_alone(graded: Graded, assignment: Assignment) -> None:
    alone: dict[str, dict[str, float]] = {}
    with Engine(assignment, limits=Limits(CELL_LIMIT, CALL_LIMIT, EXERCISE_LIMIT)) as engine:
        for student, notebook in graded.people.honest.items():
            key = nbformat.writes(notebook)
            if key not in alone:
                judged = engine.grade(nbformat.from_dict(notebook), NAME).judgements
                points = assignment.points(NAME)
                alone[key] = {f"check_{name}": judged[name].points(points[name]) for name in points}
            assert exercises_of(graded.saved[mixed(student)]) == alone[key], student
            assert graded.rows[mixed(student)].status == "graded"
            assert re.fullmatch(CARRIED, graded.notes(student))
    assert len(alone) == len(CODES)
    assert len({tuple(points.values()) for points in alone.values()}) == len(CODES) - 1  # two lose the same exercise


def test_the_batch_command_gives_the_same(graded: Graded, tmp_path: Path) -> None:
    folder = CourseFolder.released(tmp_path / "course", LIMITS)
    graded.people.hand_in(folder)
    assert batch_command.grade(folder) == 1  # there is an unreadable submission
    assert marks(folder) == graded.saved
    timed = {mixed(name) for name in graded.people.hostile}  # a slow machine may stop their cells before they fail

    def line(row: Row) -> tuple[object, ...]:
        return row.points, row.status, "" if row.student in timed else row.notes

    lines = {row.student: line(row) for row in rows(folder.coursedir, ASSIGNMENT)}
    assert lines == {student: line(row) for student, row in graded.rows.items()}


def test_each_of_the_others_ends_in_a_status_and_a_note(graded: Graded) -> None:
    assert graded.rows[mixed("torn file")].status == "unreadable"
    assert graded.rows[mixed("torn file")].points is None
    for student in graded.people.hostile:
        assert graded.rows[mixed(student)].status == "graded"
    for student in ("a flood of threads", "frames ahead of time", "exits"):
        assert "ended the Python process" in graded.notes(student)
    assert "Traceback" not in graded.log
    assert all(name in graded.log for name in map(mixed, ("torn file", "exits", "endless cell")))


def test_hostile_code_beside_right_functions_neither_gains_nor_loses(graded: Graded) -> None:
    full = exercises_of(graded.saved[mixed("honest 00")])
    for student in set(graded.people.hostile) - {"endless function", "exits"}:
        assert exercises_of(graded.saved[mixed(student)]) == full, student
    for student in ("endless function", "exits"):
        assert exercises_of(graded.saved[mixed(student)]) == {**full, f"check_{PICKED}": 0.0}, student


def test_an_endless_loop_is_charged_its_own_limit_once(graded: Graded) -> None:
    """Counted by what was charged: the cell's limit once, or calls' limits that fit into the exercise's."""
    assert graded.notes("endless cell").count(SLOW) == 1
    assert sum("endless_cell" in line for line in graded.log.splitlines()) == 1  # it was run once
    notebook = nbformat.read(graded.folder.autograded(mixed("endless cell")) / NOTEBOOK, as_version=4)
    assert sum("did not finish in time" in str(cell.get("outputs")) for cell in notebook.cells) == 1

    notebook = nbformat.read(graded.folder.autograded(mixed("endless function")) / NOTEBOOK, as_version=4)
    wrong = notebook.metadata["grading"]["exercises"][PICKED]["wrong"]
    charged = sum(SLOW in verdict["sentence"] for verdict in wrong)
    given_up = sum("Not run" in verdict["sentence"] for verdict in wrong)
    assert charged >= 1 and charged + given_up == len(wrong)
    assert (charged - 1) * CALL_LIMIT <= EXERCISE_LIMIT
