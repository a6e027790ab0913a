"""Honest people, unlucky files: whatever has happened to them, all faces give the same marks and say what was done."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import nbformat
import pytest

from autograder.cli import main
from autograder.course.marks import Row, course_directory, rows
from autograder.course.settings import Settings
from autograder.engine import Engine
from autograder.faces.gradescope.grading import grade_submission
from autograder.faces.gradescope.package import SETTINGS, contents
from autograder.faces.gradescope.settings import PackageSettings
from autograder.faces.pytest.__main__ import main as graded_by_pytest
from tests.support.gradescope import Container
from tests.support.pair import FIRST, MOST, NAME, NOTEBOOKS, Pair
from tests.support.unlucky import KINDS, Kind, in_a_course_file

pytestmark = pytest.mark.slow
EACH = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """The course, with a student of each kind; nothing is graded."""
    course = Pair.make(tmp_path_factory.mktemp("pair") / "course")
    for kind in KINDS:
        kind.change(course.hand_in(kind.name), course)
    return course


def graded(course: Pair) -> dict[str, Row]:
    return {row.student: row for row in rows(course_directory(course.root), NAME)}


@pytest.fixture(scope="module")
def by_nbgrader(course: Pair, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Row]:
    copy = Pair(tmp_path_factory.mktemp("nbgrader") / "course")
    shutil.copytree(course.root, copy.root)
    assert copy.nbgrader("autograde").returncode == 0
    return graded(copy)


@pytest.fixture(scope="module")
def by_batch(course: Pair, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Row]:
    copy = Pair(tmp_path_factory.mktemp("batch") / "course")
    shutil.copytree(course.root, copy.root)
    assert main(["grade", NAME, "--course", str(copy.root), "--jobs", "2"]) == 1  # some have no marks
    return graded(copy)


@pytest.fixture(scope="module")
def engine(course: Pair) -> Iterator[Engine]:
    with Engine(course.assignment) as running:
        yield running


@pytest.fixture
def here(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """One engine for all submissions that are graded in this process."""
    monkeypatch.setattr(Settings, "engine", lambda *_: nullcontext(engine))


@pytest.fixture(scope="module")
def container(course: Pair, tmp_path_factory: pytest.TempPathFactory) -> Container:
    """Gradescope's container with the course's package in it."""
    root = tmp_path_factory.mktemp("autograder")
    notebooks = [Path(name).stem for name in NOTEBOOKS]
    settings = PackageSettings.of_course(course.assignment, "visible", notebooks)
    parts = {
        name: content
        for name, content in contents(course.assignment, settings).items()
        if name.startswith(("source/", "release/", SETTINGS))
    }
    for name, content in parts.items():
        (root / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "source" / name).write_bytes(content)
    return Container(root)


@EACH
def test_nbgrader(by_nbgrader: dict[str, Row], kind: Kind) -> None:
    row = by_nbgrader[kind.name]
    assert (row.points, row.status) == (kind.points, kind.status), row.notes
    assert kind.says in " ".join(row.notes)


@EACH
def test_the_batch_command(by_nbgrader: dict[str, Row], by_batch: dict[str, Row], kind: Kind) -> None:
    assert by_batch[kind.name] == by_nbgrader[kind.name]


@EACH
def test_gradescope(course: Pair, container: Container, here: None, kind: Kind, capsys: pytest.CaptureFixture) -> None:
    shutil.rmtree(container.submission, ignore_errors=True)
    shutil.copytree(course.submitted(kind.name), container.submission)
    found = container.grade_here()
    scores = [test.get("score") for test in found["tests"]]
    assert (None if None in scores else sum(scores)) == kind.points, found["output"]
    assert kind.says in found["output"]
    assert "Traceback" not in capsys.readouterr().out


def pytest_says(course: Pair, student: str) -> str:
    """What `python -m autograder pytest` writes of a student's submission, with single spaces."""
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
        graded_by_pytest(course.root, "", course.submitted(student), ["-p", "no:cacheprovider"])
    return " ".join(out.getvalue().split())


@EACH
def test_pytest(course: Pair, here: None, kind: Kind) -> None:
    said = pytest_says(course, kind.name)
    total = re.search(r"all exercises ([\d.]+) of 7", said)
    assert (float(total[1]) if total else None) == kind.points, said


def test_files_that_the_course_lets_students_change(tmp_path: Path, here: None) -> None:
    """What nbgrader's own c.Autograde.exclude_overwriting names is the student's in all faces."""
    course = Pair.make(tmp_path / "course")
    with open(course.root / "nbgrader_config.py", "a") as config:
        config.write("c.Autograde.exclude_overwriting = {'pair': ['tools.py']}\n")
    in_a_course_file(course.hand_in("ann"), course)
    notebook = course.released(FIRST)
    notebook.cells[0].source = "from tools import squares"
    nbformat.write(notebook, course.submitted("ann") / FIRST)
    assert course.nbgrader("autograde").returncode == 0
    assert graded(course)["ann"].points == MOST
    settings = PackageSettings.of_course(course.assignment, "visible", ["1_squares", "2_sums"])
    found = list(grade_submission(course.assignment, settings, course.submitted("ann")))
    assert [[test.fraction for test in each.graded.tests.values()] for each in found if each.graded] == [[1, 1], [1]]
    assert "all exercises 7 of 7" in pytest_says(course, "ann")
