"""`nbgrader autograde` in several processes: what one process makes, in the same gradebook, whatever ends badly."""

from __future__ import annotations

import os
import re
import shutil
import signal
import threading
import time
from pathlib import Path

import pytest
from nbgrader.converters import Autograde

from autograder.faces.nbgrader import side_by_side
from tests.support import warm_nbgrader
from tests.support.quickstart import NAME, RIGHT, Marks, Quickstart, solved
from tests.support.saved import rows

pytestmark = pytest.mark.slow

STUDENTS = [f"s{number:02}" for number in range(9)]
BYTES = re.compile(r"\d+ bytes")  # of a notebook that tells how many seconds it took
HOOK = """
def hook(assignment, student, notebooks):  # nbgrader gives a hook no student of a class, and lets it fail
    import os, signal, threading, time
    from pathlib import Path
    student = Path(notebooks[0]).parts[-3]
    Path("who").mkdir(exist_ok=True)
    Path("who", student).write_text(f"{os.getpid()} {os.getppid()}")
    how = Path("ends", student)
    if how.exists():
        exec(how.read_text())

c.Autograde.pre_convert_hook = hook
"""
DIES = "how.unlink(); os.kill(os.getpid(), signal.SIGKILL)"
RAISES = """
from pathlib import Path
from nbgrader.converters import BaseConverter

set_permissions = BaseConverter.set_permissions

def or_raise(self, assignment, student):
    how = Path("raises", student)
    if how.exists():
        exec(how.read_text())
    set_permissions(self, assignment, student)

BaseConverter.set_permissions = or_raise
"""
FULL = """
from autograder.faces.nbgrader.side_by_side import _Crew

start = _Crew._start

def in_a_full_machine(self):
    if len(self._processes) >= {room}:
        raise BlockingIOError("no room")
    return start(self)

_Crew._start = in_a_full_machine
"""
FAILS = "raise RuntimeError('nobody likes this student')"
GONE = "import sqlalchemy; raise sqlalchemy.exc.OperationalError('no statement', {}, Exception('no gradebook'))"
HANGS = "how.unlink(); time.sleep(60)"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Quickstart:
    """A class that nobody has graded; every third student is wrong."""
    course = Quickstart.make(tmp_path_factory.mktemp("class") / "course", HOOK)
    wrong = {"squares": "def squares(n):\n    return [n]"}
    for number, student in enumerate(STUDENTS):
        course.hand_in(student, solved(course.released(), **(wrong if number % 3 == 2 else RIGHT)))
    for folder in ("ends", "raises"):
        (course.root / folder).mkdir()
    return course


@pytest.fixture
def course(made: Quickstart, tmp_path: Path) -> Quickstart:
    return Quickstart(Path(shutil.copytree(made.root, tmp_path / "course")))


@pytest.fixture(scope="module")
def alone(made: Quickstart, tmp_path_factory: pytest.TempPathFactory) -> Quickstart:
    """The same class graded by one process."""
    course = Quickstart(Path(shutil.copytree(made.root, tmp_path_factory.mktemp("alone") / "course")))
    done = course.nbgrader("autograde", "--GradeSubmission.jobs=1")
    assert done.returncode == 0 and len(graders(course)) == 1
    (course.root / "log").write_text(done.stdout + done.stderr)
    return course


def autograde(course: Quickstart, *options: str) -> tuple[int, str]:
    command = ["autograde", NAME, "--GradeSubmission.jobs=2", *options]
    done = warm_nbgrader.shared().run(command, course.root, os.environ, before=RAISES)
    return done.returncode, done.stdout + done.stderr


def graders(course: Quickstart) -> set[str]:
    """The processes that have graded, each with the one that it comes from."""
    return {path.read_text() for path in (course.root / "who").iterdir()}


def graded(course: Quickstart) -> list[str]:
    return sorted(path.parent.name for path in (course.root / "autograded").glob(f"*/{NAME}"))


def left(course: Quickstart) -> dict[str, dict[str, Marks]]:
    """The marks of those who have a graded notebook."""
    return {student: marks for student, marks in course.marks().items() if student in graded(course)}


def test_the_gradebook_and_the_notebooks_are_as_of_one_process(course: Quickstart, alone: Quickstart) -> None:
    code, log = autograde(course)
    assert code == 0
    said = (alone.root / "log").read_text().replace(str(alone.root), str(course.root))
    found, wanted = (sorted(set(BYTES.sub("some bytes", each).splitlines())) for each in (log, said))
    assert found == wanted
    one, other = graders(course)
    assert one.split()[1] == other.split()[1]  # forks of one command
    assert rows(course.root) == rows(alone.root)
    for student in STUDENTS:
        cells = [[cell.get("outputs") for cell in each.graded(student).cells] for each in (course, alone)]
        assert cells[0] == cells[1]
    before = {path: path.stat().st_mtime_ns for path in (course.root / "autograded").rglob("*.ipynb")}
    assert autograde(course)[0] == 0  # nothing is left to do
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_who_fails_and_whose_process_dies_are_named_once_and_the_others_graded(
    course: Quickstart, alone: Quickstart
) -> None:
    (course.root / "raises" / "s01").write_text(FAILS)
    (course.root / "ends" / "s04").write_text(DIES)
    (course.root / "ends" / "s05").write_text(DIES)
    code, log = autograde(course)
    assert code == 1
    assert graded(course) == [each for each in STUDENTS if each not in ("s01", "s04", "s05")]
    assert left(course) == {student: alone.marks()[student] for student in graded(course)}
    assert log.count("nobody likes this student") == 1
    assert log.count("has ended by itself (exit code -9)") == 2
    for student in ("s01", "s04", "s05"):
        assert log.count(f"There was an error processing {course.root}/submitted/{student}/{NAME}") == 1
    assert "3 submissions could not be graded" in log and "Please see the" not in log
    (course.root / "raises" / "s01").unlink()
    assert autograde(course)[0] == 0
    assert left(course) == alone.marks()


def test_where_nothing_can_be_graded_the_command_ends_at_once(course: Quickstart) -> None:
    for student in STUDENTS:
        (course.root / "raises" / student).write_text(GONE)
    code, log = autograde(course)
    assert code == 1
    assert 1 <= log.count("There was an error accessing the nbgrader database") <= 4  # nbgrader's own words
    assert graded(course) == []


def test_ctrl_c_leaves_whole_gradings_and_no_process(course: Quickstart) -> None:
    for student in STUDENTS[4:]:
        (course.root / "ends" / student).write_text(HANGS)
    process = course.start_stock("--GradeSubmission.jobs=2")
    hanging = [course.root / "who" / student for student in ("s04", "s05")]
    end = time.monotonic() + 60
    while not all(path.exists() for path in hanging) and time.monotonic() < end:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)  # of the first process alone; a terminal would tell all
    log, _ = process.communicate(timeout=60)
    assert process.returncode and "Canceled" in log
    assert graded(course) == STUDENTS[:4]
    for student in STUDENTS[:6]:
        worker = int((course.root / "who" / student).read_text().split()[0])
        assert not Path(f"/proc/{worker}").exists()


@pytest.mark.parametrize("room", [0, 1])
def test_where_no_more_processes_can_be_made_those_that_are_there_grade_all(
    course: Quickstart, alone: Quickstart, room: int
) -> None:
    command = ["autograde", NAME, "--GradeSubmission.jobs=2"]
    done = warm_nbgrader.shared().run(command, course.root, os.environ, before=FULL.format(room=room))
    if room:
        assert done.returncode == 0 and len(graders(course)) == 1
        assert course.marks() == alone.marks()
    else:
        assert done.returncode == 1 and graded(course) == []
        assert "No process can be made to grade in (no room): end what else runs" in done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("students", [2, 7])
def test_a_few_are_graded_by_the_command_itself(course: Quickstart, students: int) -> None:
    for student in STUDENTS[students:]:
        shutil.rmtree(course.root / "submitted" / student)
    assert autograde(course)[0] == 0
    assert len(graders(course)) == 1 and len(graded(course)) == students


def test_a_process_with_threads_is_not_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Formgrader's server is one."""
    monkeypatch.setattr(side_by_side, "_jobs", lambda _: 2)
    asked = []
    converter = Autograde()
    converter.assignments = {student: [] for student in STUDENTS}
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        side_by_side.convert_side_by_side(converter, asked.append)
    finally:
        done.set()
        other.join()
    assert asked == [converter]
