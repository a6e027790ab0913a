"""The batch command on a class of good and bad submissions: nbgrader's own marks, and words for whom it matters."""

from __future__ import annotations

import re
import shutil

import pytest

from autograder.course.marks import rows
from autograder.sandbox.levels import climb
from tests.support.batch_command import ALL, REPAIRED, STUDENTS, UNGRADED, UNREADABLE, grade, gradebook, records
from tests.support.batch_runs import assert_same, complaints
from tests.support.course import CourseFolder

pytestmark = pytest.mark.slow

TOTAL = len(ALL)


def test_gradebook_and_graded_notebooks_are_those_of_nbgrader_autograde(whole: CourseFolder, fresh: CourseFolder):
    stock = fresh.nbgrader("autograde")
    assert stock.returncode == 0, stock.stderr
    assert_same(whole, fresh)
    grades = [line for line in gradebook(whole)["grade"] if "'auto_score': None" not in line]
    assert len(grades) > 6 * len(STUDENTS)  # this comparison sees marks
    assert any("2024" in line for line in gradebook(whole)["submitted_assignment"])


def test_the_output_has_a_line_for_whom_it_matters_and_a_summary(run: tuple[CourseFolder, object]):
    folder, said = run
    assert said.returncode == 1, said.stderr
    assert complaints(said.stderr) == ""  # no log lines, no warnings, and no bar where there is no terminal
    first, sandbox, *lines = said.stdout.splitlines()
    assert sandbox == climb().describe()
    assert first == f"rnn_captioning: {TOTAL} submissions, 0 done already; grading {TOTAL} with 2 workers."
    notes, rest = lines[:5], lines[5:]
    assert {re.match(r"\w+", line)[0]: line.split(": ")[1].partition(".")[0] for line in notes} == {
        "corrupt": "unreadable",
        "doubled": "repaired",
        "empty": "not graded",
        "loop": "graded",
        "named": "repaired",
    }
    assert rest[0] == f"{len(STUDENTS)} graded, {len(REPAIRED)} repaired, 1 unreadable, 1 not graded"
    points = [row.points for row in rows(folder.coursedir, folder.assignment.name) if row.points is not None]
    mean, median, most = re.findall(r"[\d.]+(?=[,.])", rest[1].partition(":")[2])
    assert float(mean) == pytest.approx(sum(points) / len(points), rel=1e-3)
    assert float(median) == sorted(points)[len(points) // 2]
    assert float(most) == 60
    assert re.fullmatch(rf"{TOTAL} submissions in [\d.]+ s, [\d.]+ s each\.", rest[2])
    assert rest[3] == "Without marks, and before a human: corrupt, empty."
    assert rest[4].startswith("Some marks rest on earlier mistakes put right: ") and "wrong" in rest[4]
    assert f"python -m autograder marks rnn_captioning --course {folder.root} " in rest[6]
    assert f"nbgrader generate_feedback rnn_captioning --course-dir {folder.root} " in rest[7]


def test_the_log_keeps_what_nbgrader_said_of_each(whole: CourseFolder):
    log = (whole.root / ".grading.log").read_text()
    assert [student for student in ALL if not re.search(rf"^.{{19}} {student}: ", log, re.MULTILINE)] == []
    assert "  WARNING named, 1_rnn_layers: repaired. The notebook was handed in as my homework.ipynb" in log
    assert "Traceback" not in log


def test_names_that_nbgrader_takes_for_patterns_are_names(fresh: CourseFolder, capsys):
    for name in ("o[1]*", " led by a space", "{braces}"):
        shutil.copytree(fresh.submitted("zoe"), fresh.submitted(name))
    assert grade(fresh, "--student", "o[1]*", " led by a space", "{braces}") == 0
    assert sorted(records(fresh)) == [" led by a space", "o[1]*", "{braces}"]


def test_names_that_the_gradebook_cannot_hold_are_said_and_stop_nobody(fresh: CourseFolder, capsys):
    for name in ("not \udcff text", "two\nlines"):
        shutil.copytree(fresh.submitted("zoe"), fresh.submitted(name))
    assert grade(fresh, "--student", "not \udcff text", "two\nlines", "zoe") == 1
    out = capsys.readouterr().out
    for name in ("not ? text", "two?lines"):
        assert (
            f"{name}: not graded. The folder's name has characters that the gradebook cannot hold: rename it.\n" in out
        )
    assert list(records(fresh)) == ["zoe"]


def test_one_who_cannot_be_graded_stops_nobody(fresh: CourseFolder, capsys):
    """A folder in the place of a file that nbgrader writes makes its converter fail."""
    blocked = fresh.root / "autograded" / "solved"
    blocked.parent.mkdir()
    blocked.write_text("in the way")
    assert grade(fresh, "--student", "solved", "wrong", "zoe") == 1
    out = capsys.readouterr().out
    assert re.search(
        r"^solved: not graded\. The grader failed \(\w+: .*\); \.grading\.log in the course", out, re.MULTILINE
    )
    assert "2 graded, 1 not graded\n" in out
    assert sorted(records(fresh)) == ["wrong", "zoe"]
    log = (fresh.root / ".grading.log").read_text()
    assert "Traceback" in log.partition("solved: not graded")[2].partition("wrong: graded")[0]


def test_everyone_graded_is_exit_code_zero(done: CourseFolder, capsys):
    for student in (*UNREADABLE, *UNGRADED):
        shutil.rmtree(done.root / "submitted" / student)
    assert grade(done) == 0
