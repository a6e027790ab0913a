"""The batch command on a class of good and bad submissions: nbgrader's own marks, whatever happens to the run."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from autograder.cli import main
from autograder.course import Course
from autograder.marks import rows
from autograder.sandbox.levels import climb
from tests import batch_command
from tests.batch_command import (
    ALL,
    REPAIRED,
    STUDENTS,
    UNGRADED,
    UNREADABLE,
    copy,
    grade,
    gradebook,
    graded,
    records,
    start,
)
from tests.course import NOTEBOOK, CourseFolder

pytestmark = pytest.mark.slow

SEED = 11  # of the moments at which runs are killed
TOTAL = len(ALL)
FEW = ("late", "loop", "solved", "untouched", "wrong", "zoe")
WAIT = 60.0  # seconds until something must have happened


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory, course: Course, reference_code: str) -> CourseFolder:
    return batch_command.make(tmp_path_factory.mktemp("class") / "handed_in", course, reference_code)


@pytest.fixture(scope="module")
def run(handed_in: CourseFolder) -> tuple[CourseFolder, subprocess.CompletedProcess[str]]:
    """The class graded by one undisturbed run, and what that said."""
    folder = copy(handed_in, handed_in.root.parent / "run")
    process = start(folder)
    out, err = process.communicate(timeout=WAIT)
    return folder, subprocess.CompletedProcess(process.args, process.returncode, out, err)


@pytest.fixture(scope="module")
def whole(run: tuple[CourseFolder, object]) -> CourseFolder:
    """The class after an undisturbed run; not to be changed."""
    return run[0]


@pytest.fixture
def done(whole: CourseFolder, tmp_path: Path) -> CourseFolder:
    """A graded class for one test."""
    return copy(whole, tmp_path / "done")


@pytest.fixture
def fresh(handed_in: CourseFolder, tmp_path: Path) -> CourseFolder:
    """An ungraded class for one test."""
    return copy(handed_in, tmp_path / "fresh")


def assert_same(folder: CourseFolder, whole: CourseFolder) -> None:
    assert gradebook(folder) == gradebook(whole)
    assert graded(folder) == graded(whole)


def assert_same_for(students: Sequence[str], folder: CourseFolder, whole: CourseFolder) -> None:
    """As above, where only these students are graded."""
    files = {name: file for name, file in graded(whole).items() if name.partition("/")[0] in students}
    assert graded(folder) == files
    rows, expected = gradebook(folder), gradebook(whole)
    for table in ("submitted_assignment", "submitted_notebook", "grade", "comment"):
        own = [row for row in expected[table] if any(f"student {name} " in row for name in students)]
        assert rows[table] == own != []


def until(condition) -> None:
    end = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)


def family(process: subprocess.Popen) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def kill(process: subprocess.Popen) -> None:
    """End it as nothing can prepare for, without a wait for what it started."""
    process.kill()
    assert process.wait() == -signal.SIGKILL
    process.stdout.close()
    process.stderr.close()


def assert_all_end(processes: list[psutil.Process]) -> None:
    assert len(processes) > 3  # the server, workers and their zygotes
    _, alive = psutil.wait_procs(processes, timeout=5)
    assert alive == []


def begun(folder: CourseFolder) -> int:
    return len(list(folder.root.glob("autograded/*")))


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
    assert said.stderr == ""  # no log lines, no warnings, and no bar where there is no terminal
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
    points = [row.points for row in rows(folder.coursedir, folder.course.assignment) if row.points is not None]
    mean, median, most = re.findall(r"[\d.]+(?=[,.])", rest[1].partition(":")[2])
    assert float(mean) == pytest.approx(sum(points) / len(points), rel=1e-3)
    assert float(median) == sorted(points)[len(points) // 2]
    assert float(most) == 60
    assert re.fullmatch(rf"{TOTAL} submissions in [\d.]+ s, [\d.]+ s each\.", rest[2])
    assert rest[3] == "Without marks, and before a human: corrupt, empty."
    assert f"python -m autograder marks rnn_captioning --course {folder.root} " in rest[5]
    assert f"nbgrader generate_feedback rnn_captioning --course-dir {folder.root} " in rest[6]


def test_the_log_keeps_what_nbgrader_said_of_each(whole: CourseFolder):
    log = (whole.root / ".grading.log").read_text()
    assert [student for student in ALL if not re.search(rf"^.{{19}} {student}: ", log, re.MULTILINE)] == []
    assert "  WARNING named, 1_rnn_layers: repaired. The notebook was handed in as my homework.ipynb" in log
    assert "Traceback" not in log


def test_a_run_killed_at_any_moment_loses_nothing(fresh: CourseFolder, whole: CourseFolder):
    moments = random.Random(SEED)
    workers: list[psutil.Process] = []
    for _ in range(3):
        before = begun(fresh)
        process = start(fresh)  # as the workers of the run before may still be ending
        until(lambda before=before: begun(fresh) > min(before, TOTAL - 2))
        _, alive = psutil.wait_procs(workers, timeout=0)
        assert alive == []  # they had ended when this run began
        time.sleep(moments.uniform(0, 1.5))
        workers = family(process)
        kill(process)
    assert_all_end(workers)
    assert begun(fresh) < TOTAL or graded(fresh) != graded(whole)  # something is left
    statuses = {row.student: row.status for row in rows(fresh.coursedir, fresh.course.assignment)}
    final = {row.student: row.status for row in rows(whole.coursedir, whole.course.assignment)}
    assert all(statuses[student] in (final[student], "not graded") for student in ALL)
    assert grade(fresh) == 1
    assert_same(fresh, whole)


def test_a_killed_worker_costs_a_retry_and_no_mark(fresh: CourseFolder, whole: CourseFolder):
    process = start(fresh, "--student", *FEW)
    until(lambda: begun(fresh) >= 3)
    (server,) = [child for child in psutil.Process(process.pid).children() if "forkserver" in " ".join(child.cmdline())]
    server.children()[0].kill()
    out, err = process.communicate(timeout=WAIT)
    assert (process.returncode, err) == (0, "")
    assert f"{len(FEW)} graded\n" in out
    assert_same_for(FEW, fresh, whole)


def test_ctrl_c_ends_after_what_is_under_way_and_the_same_command_goes_on(fresh: CourseFolder, whole: CourseFolder):
    process = start(fresh)
    until(lambda: begun(fresh) >= 3)
    workers = family(process)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does it
    out, err = process.communicate(timeout=WAIT)
    assert process.returncode == 130
    assert "Stopping when what is under way is graded; Ctrl-C again stops at once." in err
    assert "Traceback" not in out + err
    assert_all_end(workers)
    count, left = map(int, re.search(r"Stopped: (\d+) submissions done, (\d+) left\. Nothing is lost", out).groups())
    assert count >= 2 and left >= 3 and count + left == TOTAL
    whole_ones = [student for student, record in records(fresh).items() if "assignment" in record]
    assert len(whole_ones) == begun(fresh)  # no half state
    assert grade(fresh) == 1
    assert_same(fresh, whole)


def test_ctrl_c_twice_ends_at_once(fresh: CourseFolder, whole: CourseFolder):
    process = start(fresh, "--student", *FEW)
    until(lambda: begun(fresh) >= 1)
    os.killpg(process.pid, signal.SIGINT)
    time.sleep(0.2)
    os.killpg(process.pid, signal.SIGINT)
    began = time.monotonic()
    out, err = process.communicate(timeout=WAIT)
    assert time.monotonic() - began < 4
    assert process.returncode == 130
    assert re.search(rf"Stopped: [0-3] submissions? done, [{len(FEW) - 3}-{len(FEW)}] left\.", out)
    assert "Traceback" not in out + err
    assert grade(fresh, "--student", *FEW) == 0
    assert_same_for(FEW, fresh, whole)


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
    assert f"{TOTAL - 3} done already, 2 changed since graded; grading 2 with 2 workers." in capsys.readouterr().out
    marks = {row.student: row.points for row in rows(done.coursedir, done.course.assignment)}
    assert marks["solved"] == marks["wrong"] < marks["zoe"]
    changed = {name.split("/")[0] for name, file in graded(done).items() if file != graded(whole).get(name)}
    assert changed == {"solved", "zoe"}


def test_some_students_can_be_graded_again_and_others_are_left_alone(done: CourseFolder, whole: CourseFolder, capsys):
    times = {path: path.stat().st_mtime_ns for path in (done.root / "autograded").rglob(NOTEBOOK)}
    assert grade(done, "--force", "--student", "zoe", "answered", "--student", "ünïcode two", "corrupt") == 1
    out = capsys.readouterr().out
    first = "rnn_captioning: 4 submissions, 4 graded before; grading 4 with 2 workers."
    assert out.startswith(f"{first}\n{climb().describe()}\ncorrupt, ")
    assert "3 graded, 1 unreadable\n" in out
    touched = {path.parent.parent.name for path, changed in times.items() if path.stat().st_mtime_ns != changed}
    assert touched == {"zoe", "answered", "ünïcode two", "corrupt"}
    assert_same(done, whole)


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


def test_a_half_written_grading_is_done_again_and_is_no_zero_meanwhile(done: CourseFolder, whole: CourseFolder, capsys):
    torn, unfinished = (done.autograded(student) / NOTEBOOK for student in ("solved", "wrong"))
    for path in (torn, unfinished):
        path.chmod(0o644)
    torn.write_bytes(torn.read_bytes()[:5000])
    text = unfinished.read_text()
    unfinished.write_text(re.sub(r'"assignment": "\w+",\s*', "", text, count=1))
    assert unfinished.read_text() != text
    (done.autograded("zoe") / NOTEBOOK).unlink()
    lines = {row.student: row for row in rows(done.coursedir, done.course.assignment)}
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


def test_two_runs_at_a_time_do_not_undo_each_others_work(fresh: CourseFolder, whole: CourseFolder, capsys, monkeypatch):
    monkeypatch.setattr("autograder.batch.command.TURN", 0.3)
    process = start(fresh, "--student", "loop")
    until(lambda: begun(fresh) == 1)
    assert grade(fresh) == 2
    assert capsys.readouterr().err == f"error: another run is grading {fresh.root}: wait until it has ended\n"
    process.communicate(timeout=WAIT)
    assert_same_for(("loop",), fresh, whole)


def break_config(folder: CourseFolder) -> str:
    (folder.root / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'x'\n")
    return "nbgrader_config.py cannot be read, or does not call autograder.plugin.configure"


def misspell_config(folder: CourseFolder) -> str:
    (folder.root / "nbgrader_config.py").write_text("this is no Python\n")
    return "nbgrader_config.py cannot be read, or does not call autograder.plugin.configure"


def no_submissions(folder: CourseFolder) -> str:
    shutil.rmtree(folder.root / "submitted")
    return f"there are no submissions; each goes into a folder {folder.root}/submitted/NAME/rnn_captioning\n"


def no_release(folder: CourseFolder) -> str:
    shutil.rmtree(folder.root / "release")
    return "is not complete: run `nbgrader generate_assignment rnn_captioning` first\n"


def no_gradebook(folder: CourseFolder) -> str:
    (folder.root / "gradebook.db").unlink()
    return "is not complete: run `nbgrader generate_assignment rnn_captioning` first\n"


def no_course(folder: CourseFolder) -> str:
    (folder.root / "nbgrader_config.py").unlink()
    return "is no course folder (it has no nbgrader_config.py): name yours with --course\n"


@pytest.mark.parametrize("spoil", [break_config, misspell_config, no_submissions, no_release, no_gradebook, no_course])
def test_where_nothing_can_be_graded_a_sentence_says_why(fresh: CourseFolder, capsys, spoil):
    sentence = spoil(fresh)
    assert grade(fresh) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: ") and sentence in err and err.count("\n") == 1
    assert not (fresh.root / "autograded").exists()


def test_unknown_names_are_errors_with_the_near_ones(fresh: CourseFolder, capsys):
    assert grade(fresh, "--student", "zoe", "sovled") == 2
    assert capsys.readouterr().err.startswith("error: there is no submission of sovled; near it: solved")
    assert main(["grade", "rnn_captionin", "--course", str(fresh.root)]) == 2
    assert capsys.readouterr().err == "error: this course has no assignment 'rnn_captionin'; it has rnn_captioning\n"


def test_a_bad_option_is_an_error(fresh: CourseFolder, capsys):
    with pytest.raises(SystemExit) as stop:
        grade(fresh, "--jobs", "none")
    assert stop.value.code == 2
    assert "'none' is no number of workers: 1 or more" in capsys.readouterr().err


def test_everyone_graded_is_exit_code_zero(done: CourseFolder, capsys):
    for student in (*UNREADABLE, *UNGRADED):
        shutil.rmtree(done.root / "submitted" / student)
    assert grade(done) == 0
