"""Bonus cells, by their tag: points that add to the score and to no maximum, through every way to grade and to show."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.assignment import load
from autograder.bonus import bonuses, maximum
from autograder.course.marks import course_directory, rows
from autograder.engine import Engine
from autograder.faces.gradescope.grading import GradedNotebook
from autograder.faces.gradescope.results import results
from autograder.faces.gradescope.settings import PackageSettings
from tests.support.quickstart import CONFIG, NAME, PROBLEM, Quickstart, cell, solved

SHARE, ANSWER = "share_of_squares", "cell-938593c4a215c6cc"  # a test with partial credit, and a written answer
MOST = 18.0 - 4.0 - 4.0  # of the notebook's points, without these two
LATE = "c.LatePolicy.per_day = 10\n"


def tag(source: Path, *names: str) -> None:
    path = source / f"{PROBLEM}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for name in names:
        cell(notebook, name).metadata["tags"] = ["bonus"]
    notebook.cells[0].source += "\n\nFor {points:*} points, and {points:share_of_squares} more."
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Quickstart:
    root = tmp_path_factory.mktemp("bonus") / "course"
    course = Quickstart.make(root, CONFIG + LATE, change=lambda source: tag(source, SHARE, ANSWER))
    course.hand_in("ada", solved(course.released()))
    half = "def squares(n):\n    return [i ** 2 for i in range(1, min(n, 2) + 1)]"
    course.hand_in("bob", solved(course.released(), squares=half))
    (root / "submitted" / "ada" / NAME / "timestamp.txt").write_text("2026-03-01 12:00:00 UTC")
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate="2026-03-01 00:00:00 UTC")
    course.nbgrader("autograde", "--student=ada").check_returncode()
    assert course.batch() == 0
    with course.gradebook() as gradebook:
        grade = gradebook.find_grade(ANSWER, PROBLEM, NAME, "ada")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 0.0, 1.5, False  # as in Formgrader
        gradebook.db.commit()
    course.nbgrader("generate_feedback").check_returncode()
    return course


@pytest.mark.slow
def test_the_gradebooks_maxima_leave_bonus_out_and_its_scores_do_not(graded: Quickstart) -> None:
    with graded.gradebook() as gradebook:
        assert gradebook.find_assignment(NAME).max_score == MOST
        ada, bob = (gradebook.find_submission(NAME, student) for student in ("ada", "bob"))
        own = {grade.name: (grade.auto_score, grade.max_score) for grade in ada.notebooks[0].grades}
        assert own[SHARE] == (4.0, 0.0)
        assert {each.name: each.auto_score for each in bob.notebooks[0].grades}[SHARE] == 2.0
        assert ada.late_submission_penalty == pytest.approx(0.1 * MOST)
        full = ada.score
    (row, _) = rows(course_directory(graded.root), NAME)
    assert row.points == pytest.approx(full - 0.1 * MOST) and row.most == MOST


@pytest.mark.slow
def test_the_page_says_what_is_bonus(graded: Quickstart) -> None:
    page = graded.page("ada")
    with graded.gradebook() as gradebook:
        ada = gradebook.find_submission(NAME, "ada")
        regular = ada.score - ada.late_submission_penalty - 5.5
    assert f"<b>{regular:g}</b> of {MOST:g} points" in page and "and 5.5 bonus points" in page
    assert "4 of 4 bonus" in page and "1.5 of 4 bonus" in page
    assert "and 2 bonus points" in graded.page("bob") and "2 of 4 bonus" in graded.page("bob")


@pytest.mark.slow
def test_texts_and_export_go_by_the_same_maximum(graded: Quickstart, monkeypatch: pytest.MonkeyPatch) -> None:
    assert any(f"For {MOST:g} points, and 4 more." in each.source for each in graded.released().cells)
    monkeypatch.chdir(graded.root)
    graded.nbgrader("generate_assignment").check_returncode()  # again: nothing adds up
    assert bonuses(graded.released().cells) == {SHARE: 4.0, ANSWER: 4.0}
    with graded.gradebook() as gradebook:
        assert gradebook.find_assignment(NAME).max_score == MOST


@pytest.mark.slow
def test_other_faces_count_alike(graded: Quickstart) -> None:
    assignment = load(graded.root, NAME)
    notebook = nbformat.read(graded.root / "submitted" / "bob" / NAME / f"{PROBLEM}.ipynb", as_version=4)
    with Engine(assignment) as engine:
        marked = GradedNotebook(PROBLEM, (), engine.grade(notebook, PROBLEM))
    content = results(assignment, PackageSettings.of_course(assignment, "visible", [PROBLEM]), [marked], 1.0)
    (test,) = [each for each in content["tests"] if each["name"] == SHARE]
    assert (test["score"], test["max_score"]) == (2.0, 0.0)
    assert sum(each["max_score"] for each in content["tests"]) == assignment.points_by_machine(PROBLEM)
    command = [sys.executable, "-m", "autograder", "pytest", "--course", str(graded.root), "--assignment", NAME]
    done = subprocess.run([*command, str(graded.root / "submitted" / "bob" / NAME)], capture_output=True, text=True)
    said = " ".join(done.stdout.split())
    assert f"{SHARE} 2 of 4 as a bonus" in said
    assert f"of {assignment.points_by_machine(PROBLEM):g}" in said.rpartition("all exercises")[2]


@pytest.mark.slow
def test_a_tag_on_a_cell_without_points_is_a_sentence(tmp_path: Path) -> None:
    course = Quickstart.make(tmp_path / "course")
    tag(course.source, "squares")
    done = course.nbgrader("generate_assignment")
    assert done.returncode and "the cell squares has the tag 'bonus' and no points" in done.stderr


def test_the_maximum_is_that_of_the_source_and_of_the_release() -> None:
    about = {"grade": True, "grade_id": "one", "points": 2.0}
    source = [{"cell_type": "code", "metadata": {"nbgrader": about, "tags": ["bonus"]}}]
    release = [{"cell_type": "code", "metadata": {"nbgrader": {**about, "points": 0.0}, "bonus_points": 2.0}}]
    assert bonuses(source) == bonuses(release) == {"one": 2.0}
    assert maximum(source) == maximum(release) == 0.0
