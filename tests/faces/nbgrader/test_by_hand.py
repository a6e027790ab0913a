"""What a person changes in the gradebook: the feedback page says so, totals agree everywhere, and what is older than
the last grading is named until somebody has looked at it."""

from __future__ import annotations

import csv
import os
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from autograder.cli import main
from autograder.course.given import CellMarks
from autograder.course.marks import course_directory, rows
from autograder.errors import UserError
from autograder.faces.batch.screen import still_by_hand
from autograder.faces.batch.survey import held
from tests.support import warm_nbgrader
from tests.support.quickstart import NAME, PROBLEM, QUESTIONS, RIGHT, Quickstart, solved

pytestmark = pytest.mark.slow

BOTH = PROBLEM, QUESTIONS
WRONG = RIGHT["squares"].replace("i ** 2", "i")
TEST, SECOND, ANSWER = "correct_squares", "last_square", "cell-938593c4a215c6cc"
LATE = "c.LatePolicy.per_day = 10.0\n"
STILL = (
    "correct_squares is still set by hand to 0.5 of 1 point, from before it was last graded; the grader now gives 1."
)


def hand_in(course: Quickstart, student: str, *, squares: str = RIGHT["squares"], time: str = "") -> None:
    course.hand_in(student, solved(course.released(), squares=squares), course.released(QUESTIONS), names=BOTH)
    if time:
        (course.root / "submitted" / student / NAME / "timestamp.txt").write_text(time)


def give(course: Quickstart, student: str, cell: str, manual: float | None, extra: float | None = None) -> None:
    """What Formgrader does when points are saved."""
    with course.gradebook() as gradebook:
        grade = gradebook.find_grade(cell, PROBLEM, NAME, student)
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = manual, extra, False
        gradebook.db.commit()


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Quickstart:
    """`again` hands in twice, `late` has all kinds of points by hand, `torn` has a notebook that cannot be read."""
    course = Quickstart.make(tmp_path_factory.mktemp("hand") / "course", LATE, notebooks=BOTH)
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate=datetime(2025, 1, 1, 12))
        gradebook.update_or_create_student("again", first_name="小明", last_name="王")
        gradebook.update_or_create_student("late", first_name="<b>Eve", last_name="\u202e&amp;")
    hand_in(course, "again", squares=WRONG)
    hand_in(course, "late", squares=WRONG, time="2025-01-02 11:00:00 UTC")
    hand_in(course, "torn")
    (course.root / "submitted" / "torn" / NAME / f"{QUESTIONS}.ipynb").write_text("{")
    course.nbgrader("autograde").check_returncode()
    give(course, "again", TEST, 0.5)
    give(course, "again", SECOND, 0.0)
    give(course, "again", ANSWER, 2.0)
    give(course, "late", TEST, 3.0)
    give(course, "late", SECOND, 1.0, extra=0.1)
    give(course, "late", "first_square", 0.0)
    give(course, "late", "share_of_squares", None, extra=0.2)
    hand_in(course, "again")
    return course


@pytest.fixture(scope="module")
def log(course: Quickstart) -> subprocess.CompletedProcess[str]:
    done = course.nbgrader("autograde", "--student=again", "--force")
    done.check_returncode()
    course.nbgrader("generate_feedback").check_returncode()
    return done


@pytest.fixture
def page(course: Quickstart, log: object):
    def read(student: str, notebook: str = PROBLEM) -> BeautifulSoup:
        return BeautifulSoup(course.page(student, notebook), "html.parser")

    return read


def words(element) -> str:
    return " ".join(element.get_text(" ").split())


def export(course: Quickstart, file: Path) -> None:
    warm_nbgrader.shared().run(["export", f"--to={file}"], course.root, os.environ).check_returncode()


def test_a_page_says_whose_it_is(page) -> None:
    assert words(page("again").select_one(".who")) == f"王小明 again · {NAME}"
    assert page("again").title.string == f"{PROBLEM} · 王小明"
    assert words(page("late").select_one(".who")) == f"<b>Eve ?&amp; late · {NAME}"  # markup is text, nothing turns
    assert words(page("torn").select_one(".who")) == f"torn · {NAME}"


def test_all_notebooks_are_seen_at_a_glance(page) -> None:
    for notebook in BOTH:
        shown = page("again", notebook)
        here, there = shown.select("nav li")
        names = {words(line).split()[0]: line for line in (here, there)}
        assert list(names) == sorted(BOTH)
        assert words(names[notebook].find("b", attrs={"aria-current": "page"})) == notebook
        (link,) = shown.select("nav a")
        assert link["href"] == f"{next(name for name in BOTH if name != notebook)}.html"
        assert len(shown.find_all("h1")) == 1


def test_what_has_no_page_is_no_link(course: Quickstart, log: object) -> None:
    alone = course.root / "feedback" / "late" / NAME / f"{QUESTIONS}.html"
    kept = alone.read_text()
    alone.unlink()
    course.nbgrader("generate_feedback", "--student=late", f"--notebook={PROBLEM}", "--force").check_returncode()
    shown = BeautifulSoup(course.page("late"), "html.parser")
    assert not shown.select("nav a") and QUESTIONS in words(shown.nav)
    alone.write_text(kept)


def test_the_total_is_that_of_marks_and_of_the_export(course: Quickstart, page, tmp_path: Path) -> None:
    found = {row.student: row for row in rows(course_directory(course.root), NAME)}
    file = tmp_path / "grades.csv"
    export(course, file)
    with file.open() as lines:
        exported = {line["student_id"]: line for line in csv.DictReader(lines)}
    for student, row in found.items():
        for notebook in BOTH:
            said = words(page(student, notebook).select_one(".whole-total"))
            if row.points is None:
                assert said == "All notebooks together: open" and not exported[student]["score"]
            else:
                assert said == f"All notebooks together: {row.points:g} of {row.most:g} points"
                assert float(exported[student]["score"]) == row.points
    assert found["torn"].points is None
    assert "not known before problem2 is graded" in words(page("torn").header)
    off = "1.8 points were taken off"
    assert off in " ".join(found["late"].notes) and off in words(page("late").header)


def test_what_a_person_has_set_says_so_and_the_test_s_own_verdict_stays(page) -> None:
    late = page("late")
    said = {name: words(late.find(id=name)) for name in (TEST, SECOND, "first_square", "share_of_squares")}
    assert "set by hand, 1 of 1 point, and 2 more" in said[TEST]
    assert "Set by hand: 3 points, more than the 1 that it is worth. The test below gives 0." in said[TEST]
    assert "A test failed." in said[TEST]
    assert "Set by hand: 1 of 2 points. The test below gives 0." in said[SECOND]
    assert "Extra credit: 0.1 points." in said[SECOND]
    assert "set by hand, 0 of 1 point " in said["first_square"]
    assert "Set by hand: 0 of 1 point. The test below gives 1." in said["first_square"]
    assert "set by hand" not in said["share_of_squares"] and "Extra credit: 0.2 points." in said["share_of_squares"]
    assert "0.3 of these points are extra credit." in words(late.header)
    fix = {
        words(line.a): words(line.select_one(".cost")) for line in late.select(".fix li") if line.select_one(".cost")
    }
    assert fix[TEST] == "no points lost: set by hand" and fix[SECOND] == "1 point"
    assert "Set by hand to less than the checks give: first_square ." in words(late.find(id="fix").parent)


def test_what_is_older_than_the_last_grading_says_so(page) -> None:
    again = page("again")
    said = words(again.find(id=TEST))
    assert "Set by hand: 0.5 of 1 point. The test below gives 1. The points by hand are from before your work" in said
    assert "to be looked at again, 2 of 4 points" in words(again.find(id=ANSWER))
    assert "3 marks by hand are from before your work was last graded" in words(again.header)
    assert "Well done" not in words(again)


def test_instructors_read_it_until_they_have_looked(
    course: Quickstart, log, capsys: pytest.CaptureFixture[str]
) -> None:
    told = " ".join((log.stdout + log.stderr).split())
    assert f"again, {PROBLEM}: {STILL}" in told
    assert main(["marks", NAME, "--course", str(course.root)]) == 0
    said = capsys.readouterr().out
    assert STILL in said and "last_square is still set by hand to 0 of 2 points" in said
    assert "points, from before" not in said.partition("late ")[2].partition("torn ")[0]  # looked at since
    lines = held(course_directory(course.root), NAME, {"again", "late"})
    assert lines[0] == f"again: {STILL}" and len(lines) == 2
    assert not held(course_directory(course.root), NAME, {"late"})
    assert still_by_hand(lines).splitlines()[1] == f"  again: {STILL}"


def test_points_by_hand_can_be_taken_back(course: Quickstart, log, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["reset", NAME, "--course", str(course.root), "--student"]
    assert main([*arguments, "again", "--cell", "nowhere"]) == UserError.exit_code
    assert main([*arguments, "nobody"]) == UserError.exit_code
    assert "no submission of nobody" in capsys.readouterr().err
    assert main([*arguments, "again", "--cell", SECOND]) == 0
    assert capsys.readouterr().out == "again: last_square has 2 of 2 points now, and had 0 by hand.\n"
    assert main([*arguments, "again", "late"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "again: correct_squares has 1 of 1 point now, and had 0.5 by hand.",
        "late: there are no such points by hand.",
    ]
    marks = course.marks()
    assert (marks["again"][TEST].manual, marks["again"][TEST].waits) == (None, False)
    assert marks["again"][ANSWER].manual == 2.0  # no grader gives points for it
    assert marks["late"][TEST].manual == 3.0
    assert not held(course_directory(course.root), NAME, {"again"})


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        (
            CellMarks("check_f", 1.0, 1.0, 1.0, 0, True),
            "f is still set by hand to 1 of 1 point, from before it was last",
        ),
        (CellMarks("f", 3.0, 0.1 + 0.2, 2.0, 0, True), "graded; the grader now gives 0.3."),
        (CellMarks("f", 3.0, 2.0, 2.0, 0, True), "the grader now gives the same."),
    ],
)
def test_a_sentence_has_sensible_numbers(marks: CellMarks, said: str) -> None:
    assert said in marks.sentence
