"""The batch command on a class that was graded before: only what has changed is graded again."""

from __future__ import annotations

import re
import shutil

import pytest

from autograder.course.marks import rows
from autograder.sandbox.levels import climb
from tests.support.batch_command import ALL, UNGRADED, grade, gradebook, graded
from tests.support.batch_runs import assert_same, assert_same_for
from tests.support.course import NOTEBOOK, CourseFolder

pytestmark = pytest.mark.slow

TOTAL = len(ALL)


def test_nothing_is_graded_again_unless_it_changed(done: CourseFolder, whole: CourseFolder, capsys):
    for student in UNGRADED:  # which is tried again each time
        shutil.rmtree(done.root / "submitted" / student)
    assert grade(done) == 1  # a submission is still unreadable
    out = capsys.readouterr().out
    assert f"{TOTAL - 1} submissions, {TOTAL - 1} done already; nothing to grade." in out
    assert_same(done, whole)
    notebook = done.submitted("solved") / NOTEBOOK
    shutil.copy(done.submitted("wrong") / NOTEBOOK, notebook)
    with open(done.submitted("zoe") / "helper.py", "w") as file:
        file.write("x = 1\n")
    assert grade(done) == 1
    assert f"{TOTAL - 3} done already, 2 changed since graded; grading 2 with 1 worker." in capsys.readouterr().out
    marks = {row.student: row.points for row in rows(done.coursedir, done.assignment.name)}
    assert marks["solved"] == marks["wrong"] < marks["zoe"]
    before = graded(whole)
    changed = {name.split("/")[0] for name, file in graded(done).items() if file != before.get(name)}
    assert changed == {"solved", "zoe"}


def test_some_students_can_be_graded_again_and_others_are_left_alone(done: CourseFolder, whole: CourseFolder, capsys):
    times = {path: path.stat().st_mtime_ns for path in (done.root / "autograded").rglob(NOTEBOOK)}
    some = ("--student", "zoe", "answered", "--student", "ünïcode two", "corrupt")
    assert grade(done, "--force", *some, jobs=2) == 1
    out = capsys.readouterr().out
    first = "rnn_captioning: 4 submissions, 4 graded before; grading 4 with 2 workers."
    assert out.startswith(f"{first}\n{climb().describe()}\ncorrupt, ")
    assert "3 graded, 1 unreadable\n" in out
    touched = {path.parent.parent.name for path, changed in times.items() if path.stat().st_mtime_ns != changed}
    assert touched == {"zoe", "answered", "ünïcode two", "corrupt"}
    assert_same(done, whole)


def test_a_half_written_grading_is_done_again_and_is_no_zero_meanwhile(done: CourseFolder, whole: CourseFolder, capsys):
    torn, unfinished = (done.autograded(student) / NOTEBOOK for student in ("solved", "wrong"))
    for path in (torn, unfinished):
        path.chmod(0o644)
    torn.write_bytes(torn.read_bytes()[:5000])
    text = unfinished.read_text()
    unfinished.write_text(re.sub(r'"assignment": "\w+"', '"assignment": ""', text, count=1))
    assert unfinished.read_text() != text
    (done.autograded("zoe") / NOTEBOOK).unlink()
    lines = {row.student: row for row in rows(done.coursedir, done.assignment.name)}
    for student in ("solved", "wrong", "zoe"):
        assert (lines[student].status, lines[student].points) == ("not graded", None)
    assert grade(done) == 1
    assert f"{TOTAL - 4} done already; grading 4 with" in capsys.readouterr().out
    assert_same(done, whole)


def test_a_submission_that_is_gone_keeps_its_marks_and_is_named(done: CourseFolder, whole: CourseFolder, capsys):
    shutil.rmtree(done.root / "submitted" / "zoe")
    assert grade(done) == 1
    assert "Their submissions are gone, their marks stay as they are: zoe.\n" in capsys.readouterr().out
    assert_same(done, whole)


def test_a_changed_assignment_is_said_and_graded_only_with_force(done: CourseFolder, whole: CourseFolder, capsys):
    config = done.root / "nbgrader_config.py"
    config.write_text(config.read_text() + "\nc.GradeSubmission.seed = 7\n")
    assert grade(done) == 1
    assert f"{TOTAL - 1} of the done were graded by an earlier version of the assignment" in capsys.readouterr().out
    assert_same(done, whole)
    assert grade(done, "--force", "--student", "zoe") == 0
    capsys.readouterr()
    assert grade(done) == 1
    assert f"{TOTAL - 2} of the done were graded by an earlier version" in capsys.readouterr().out
    assert gradebook(done) == gradebook(whole)  # another seed, the same marks


def test_what_nbgrader_autograde_graded_is_done_too(fresh: CourseFolder, whole: CourseFolder, capsys):
    assert fresh.nbgrader("autograde", "--student=solved").returncode == 0
    assert grade(fresh, "--student", "solved", "zoe") == 0
    assert "2 submissions, 1 done already; grading 1 with 1 worker." in capsys.readouterr().out
    assert_same_for(("solved", "zoe"), fresh, whole)
