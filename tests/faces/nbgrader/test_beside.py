"""An ordinary assignment beside one with exercises, and ordinary tests beside exercises in one notebook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from autograder.assignment import Assignment
from autograder.building.submissions import fill_in
from autograder.cli import main
from autograder.judging.hidden import NOTICE
from autograder.record import Event, load_from
from tests.support import batch, quickstart
from tests.support.batch_command import light
from tests.support.course import NOTEBOOK, CourseFolder
from tests.support.quickstart import Quickstart, solved

pytestmark = pytest.mark.slow

OWN = "one_neuron"
UNDECLARED = "check_nothing"
SECRET = "secret_answer"
TESTS = {
    "check_word_embedding_backward": [
        (UNDECLARED, 2, "assert callable(word_embedding_forward)"),
        (
            OWN,
            3,
            f"""one, none = np.ones((1, 1)), np.zeros((1, 1))
assert callable(rnn_step_forward), "it must be a function"
### BEGIN HIDDEN TESTS
{SECRET} = rnn_step_forward(one, none, one, one, none[0])[0]
assert np.allclose({SECRET}, np.tanh(1)), "one neuron alone is wrong"
### END HIDDEN TESTS""",
        ),
    ]
}
TELLING = """
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    raise ValueError(next(code for code in In if "BEGIN" + " HIDDEN" in code))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, assignment: Assignment, reference_code: str) -> CourseFolder:
    """Both assignments in one course, released and handed in."""
    folder = CourseFolder.make(tmp_path_factory.mktemp("beside"), assignment)
    quickstart.add_tests(folder.root / "source" / assignment.name / NOTEBOOK, TESTS)
    quickstart.add_source(folder.root)
    ordinary = Quickstart(folder.root)
    for course in (folder, ordinary):
        course.nbgrader("generate_assignment").check_returncode()
    released = light(nbformat.read(folder.release / NOTEBOOK, as_version=4))
    for student, code in {"ann": "", "bob": TELLING}.items():
        folder.hand_in(student, nbformat.writes(fill_in(released, reference_code + code)))
        ordinary.hand_in(student, solved(ordinary.released()))
    return folder


@pytest.fixture(scope="module")
def graded(folder: CourseFolder) -> str:
    """Both assignments graded; what was said of the one with exercises."""
    done = folder.nbgrader("autograde", "--log-level=WARN")
    assert done.returncode == 0, done.stderr
    Quickstart(folder.root).nbgrader("autograde").check_returncode()
    folder.nbgrader("generate_feedback").check_returncode()
    return done.stdout + done.stderr


def state(folder: CourseFolder, name: str) -> tuple[object, dict[Path, tuple[int, bytes]]]:
    """What one of the assignments has in the gradebook and in autograded/."""
    ours, ordinary = batch.marks(folder), Quickstart(folder.root).marks()
    files = [path for path in sorted((folder.root / "autograded").glob(f"*/{name}/**/*")) if path.is_file()]
    content = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}
    return (ordinary if name == quickstart.NAME else ours), content


def by_nbgrader(folder: CourseFolder, name: str) -> int:
    course = Quickstart(folder.root) if name == quickstart.NAME else folder
    return course.nbgrader("autograde", "--force").returncode


def by_batch(folder: CourseFolder, name: str) -> int:
    main(["grade", name, "--course", str(folder.root), "--jobs", "2", "--force"])  # its exit code tells of notes, too
    return 0


@pytest.mark.parametrize("grade", [by_nbgrader, by_batch])
def test_grading_one_assignment_leaves_the_other_alone(
    folder: CourseFolder, graded: str, grade: Callable[[CourseFolder, str], int]
) -> None:
    names = [folder.assignment.name, quickstart.NAME]
    for name, other in (names, names[::-1]):
        marks, _ = state(folder, name)
        before = state(folder, other)
        assert grade(folder, name) == 0
        assert state(folder, other) == before
        assert state(folder, name)[0] == marks
        assert marks["ann"]
    with folder.gradebook() as gradebook:
        assert sorted(assignment.name for assignment in gradebook.assignments) == sorted(names)


def test_own_tests_beside_exercises_are_scored_as_nbgrader_does(folder: CourseFolder, graded: str) -> None:
    saved = batch.marks(folder)
    assert {name: saved["ann"][name].auto for name in (UNDECLARED, OWN)} == {UNDECLARED: 2.0, OWN: 3.0}
    assert {name: saved["bob"][name].auto for name in (UNDECLARED, OWN)} == {UNDECLARED: 2.0, OWN: 0.0}
    assert saved["ann"]["check_rnn_step_forward"].auto == 6.0


def test_a_check_without_an_exercise_is_told_to_the_instructor(folder: CourseFolder, graded: str) -> None:
    told = f"{UNDECLARED} is graded as an ordinary test: the assignment declares no exercise nothing."
    for student in ("ann", "bob"):
        record = load_from(nbformat.read(folder.autograded(student) / NOTEBOOK, as_version=4).metadata)
        assert [note.text for note in record.notes if note.event is Event.ASSIGNMENT] == [told]
        assert told not in page(folder, student).get_text()
    assert told in graded


def test_their_hidden_lines_are_nowhere_on_the_page(folder: CourseFolder, graded: str) -> None:
    """Neither in the test's own part nor where an exercise's function raised them when it was called."""
    shown = page(folder, "bob")
    assert SECRET not in shown.get_text()
    headline = shown.find(id=OWN).select_one(".headline")
    assert headline.get_text() == "A hidden test failed."
    assert NOTICE in shown.find(id=OWN).get_text()
    assert NOTICE in shown.find(id="rnn_step_forward").get_text()
    record = nbformat.read(folder.autograded("bob") / NOTEBOOK, as_version=4).metadata.grading
    assert SECRET not in str(record)
    assert "right, 3 of 3 points" in " ".join(page(folder, "ann").find(id=OWN).get_text(" ").split())


def page(folder: CourseFolder, student: str) -> BeautifulSoup:
    text = (folder.feedback(student) / NOTEBOOK).with_suffix(".html").read_text()
    return BeautifulSoup(text, "html.parser")
