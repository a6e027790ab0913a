"""Past one machine: Dask workers and PostgreSQL give one machine's marks, whoever dies on the way."""

from __future__ import annotations

import csv
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
import sqlalchemy
from nbgrader.coursedir import CourseDirectory

from autograder.cli import main
from autograder.course.marks import course_directory, read_records, rows
from autograder.faces.batch.messages import LOG_NAME
from tests.support import batch_command, postgres
from tests.support.batch_command import UNGRADED, UNREADABLE, gradebook, graded
from tests.support.course import CourseFolder
from tests.support.dask_cluster import PATIENCE, Cluster, until, workers, zygotes
from tests.support.needs import lacking

pytestmark = pytest.mark.slow

FEW = ("answered", "late", "solved", "wrong", "zoe")
MANY = (*FEW, "crash", "named", "untouched")
COMPLAINT = "error|warning|Traceback"
WAIT = 240.0  # seconds for a whole run
ENDLESS = f"""
c.GradeSubmission.call_limit = c.GradeSubmission.exercise_limit = {2 * PATIENCE}
c.GradeSubmission.submission_limit = {2 * PATIENCE}
"""  # however long somebody else's grading takes meanwhile, and a new worker's start


class ServedFolder(CourseFolder):
    """A course folder whose configuration says where the gradebook is."""

    @property
    def coursedir(self) -> CourseDirectory:
        return course_directory(self.root)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a PostgreSQL server."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres.server(*postgres.QUICK))
        except FileNotFoundError as problem:
            lacking(str(problem))
        if not find_spec("psycopg"):
            lacking('psycopg is not installed: pip install ".[cluster]"')
        yield url


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler and two workers; who kills one gets another."""
    with Cluster(tmp_path_factory.mktemp("dask") / "files") as cluster:
        cluster.keeper = cluster.add_workers(2)
        yield cluster


@pytest.fixture(scope="module")
def served(handed_in: CourseFolder, server: str, tmp_path_factory: pytest.TempPathFactory) -> ServedFolder:
    """The class with an empty gradebook on the server; not to be changed."""
    root = tmp_path_factory.mktemp("class") / "served"
    folder = on_server(handed_in, root, postgres.new_database(server, "served"))
    folder.nbgrader("generate_assignment", "--force").check_returncode()
    return folder


@pytest.fixture
def fresh(served: ServedFolder, server: str, tmp_path: Path) -> ServedFolder:
    """An ungraded class for one test."""
    name = f"fresh{len(list(tmp_path.parent.iterdir()))}"
    return on_server(served, tmp_path / "fresh", postgres.new_database(server, name, like="served"))


def on_server(folder: CourseFolder, root: Path, url: str) -> ServedFolder:
    """A copy of a course folder with its gradebook at `url`."""
    shutil.copytree(folder.root, root, ignore=shutil.ignore_patterns("gradebook.db"))
    with open(root / "nbgrader_config.py", "a") as file:
        file.write(f'\nc.CourseDirectory.db_url = "{url}"\n')
    return ServedFolder(root, folder.assignment)


def command(folder: CourseFolder, cluster: Cluster, *options: str) -> list[str]:
    return ["grade", "--course", str(folder.root), "--scheduler", cluster.address, *options]


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts the command in a process of its own, which ends with the test."""
    started = []

    def start(folder: CourseFolder, cluster: Cluster, *options: str) -> subprocess.Popen[str]:
        program = [sys.executable, "-m", "autograder", *command(folder, cluster, *options)]
        started.append(subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def assert_same_for(students: tuple[str, ...], folder: CourseFolder, whole: CourseFolder) -> None:
    assert graded(folder) == {n: file for n, file in graded(whole).items() if n.partition("/")[0] in students}
    assert points(folder) == {student: value for student, value in points(whole).items() if student in students}


def done(folder: CourseFolder) -> set[str]:
    """Who has been graded to the end."""
    return {student for student in batch_command.ALL if read_records(folder.autograded(student))}


def points(folder: CourseFolder) -> dict[str, float | None]:
    found = rows(folder.coursedir, folder.assignment.name)
    return {row.student: row.points for row in found if row.status != "not graded"}


def end(process: subprocess.Popen[str], code: int) -> str:
    """Wait for the command, which should end with this code and complain of nothing; returns what it said."""
    out, err = process.communicate(timeout=WAIT)
    assert process.returncode == code, out + err
    assert not re.search(COMPLAINT, err, re.IGNORECASE), err
    return out


def said(capfd: pytest.CaptureFixture[str]) -> str:
    """What the command said, which should complain of nothing."""
    out, err = capfd.readouterr()
    assert not re.search(COMPLAINT, err, re.IGNORECASE), err
    return out


@contextmanager
def meanwhile(action: Callable[[], object]) -> Iterator[None]:
    """Do something beside the block; it must have come to its end, too."""
    with ThreadPoolExecutor(1) as beside:
        doing = beside.submit(action)
        yield
        doing.result(PATIENCE)


def kill_busy(cluster: Cluster) -> bool:
    """Kill a worker that is in the middle of a submission, if there is one."""
    busy = [worker for worker in workers(cluster.keeper) if zygotes(worker) > 1]
    for worker in busy[:1]:
        worker.kill()
        worker.wait(PATIENCE)
    return bool(busy)


def test_a_cluster_gives_what_one_machine_gives(start, fresh: ServedFolder, whole: CourseFolder, cluster: Cluster):
    out = end(start(fresh, cluster), 1)  # there is an unreadable submission
    assert f"{len(batch_command.ALL)} with 2 workers." in out
    assert f"Without marks, and before a human: {UNREADABLE[0]}, {UNGRADED[0]}.\n" in out
    assert gradebook(fresh) == gradebook(whole)
    assert graded(fresh) == graded(whole)
    assert not list(fresh.root.glob(".grading-*"))
    until(lambda: not any(map(zygotes, workers(cluster.keeper))))  # nothing of the run stays on the workers


def test_one_machine_works_with_a_server_too(fresh: ServedFolder, whole: CourseFolder, capsys):
    assert fresh.nbgrader("autograde", "--student=solved").returncode == 0
    assert batch_command.grade(fresh, "--student", "solved", "wrong", "zoe", jobs=2) == 0
    assert "3 submissions, 1 done already; grading 2 with 2 workers." in capsys.readouterr().out
    assert_same_for(("solved", "wrong", "zoe"), fresh, whole)
    assert main(["marks", "--course", str(fresh.root)]) == 0
    shown = re.findall(r"^(\w+) +([\d.]+) of 60 +graded", capsys.readouterr().out, re.MULTILINE)
    assert {name: float(points) for name, points in shown} == points(fresh)
    assert fresh.nbgrader("export").returncode == 0
    with open(fresh.root / "grades.csv", newline="") as file:
        exported = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file) if row["score"]}
    assert exported == points(fresh)
    assert not (fresh.root / "gradebook.db").exists()


def test_a_file_will_do_where_all_workers_are_on_one_machine(
    handed_in: CourseFolder, whole: CourseFolder, cluster: Cluster, tmp_path: Path
):
    folder = batch_command.copy(handed_in, tmp_path / "file")
    assert main(command(folder, cluster, "--student", "zoe", "wrong")) == 0
    assert_same_for(("wrong", "zoe"), folder, whole)


def test_a_worker_that_dies_costs_a_retry(fresh: ServedFolder, whole: CourseFolder, cluster: Cluster, capfd):
    with meanwhile(lambda: until(lambda: kill_busy(cluster))):
        assert main(command(fresh, cluster, "--student", *FEW)) == 0
    assert f"{len(FEW)} graded\n" in said(capfd)
    assert_same_for(FEW, fresh, whole)


def test_a_second_death_is_no_mark_and_the_others_go_on(
    fresh: ServedFolder, whole: CourseFolder, cluster: Cluster, capfd
):
    config = fresh.root / "nbgrader_config.py"
    usual = config.read_text()
    config.write_text(f"{usual}\n{ENDLESS}")
    log = fresh.root / LOG_NAME

    def given_up() -> bool:
        kill_busy(cluster)
        return "loop: not graded" in log.read_text()

    def kill_until_it_is_given_up() -> None:
        until(lambda: log.exists() and "zoe: graded" in log.read_text())
        until(given_up)

    with meanwhile(kill_until_it_is_given_up):
        assert main(command(fresh, cluster, "--student", "loop", "zoe")) == 1  # it loops until it is killed
    died = "loop: not graded. The grading process died 2 times on it, lastly with the loss of tcp://127.0.0.1:"
    assert died in said(capfd)
    assert points(fresh) == {"zoe": points(whole)["zoe"]}
    config.write_text(usual)
    assert main(command(fresh, cluster, "--student", "loop", "zoe")) == 0
    assert_same_for(("loop", "zoe"), fresh, whole)


def test_a_run_that_was_stopped_goes_on_later(
    start, fresh: ServedFolder, whole: CourseFolder, cluster: Cluster, capsys
):
    """Stopped from the keyboard, killed, and at last undisturbed."""
    for how, code in ((signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)):
        before = len(done(fresh))
        process = start(fresh, cluster, "--student", *MANY)
        until(lambda before=before: len(done(fresh)) > before, process)
        process.send_signal(how)
        end(process, code)
    count = len(done(fresh))
    assert count < len(MANY)
    assert main(command(fresh, cluster, "--student", *MANY)) == 0
    found = re.search(rf"{len(MANY)} submissions, (\d) done already", capsys.readouterr().out)
    assert count <= int(found[1]) <= count + 2  # two were under way
    assert_same_for(MANY, fresh, whole)
    assert not list(fresh.root.glob(".grading-*"))


def test_a_scheduler_that_dies_ends_the_run_with_a_sentence(
    fresh: ServedFolder, whole: CourseFolder, cluster: Cluster, tmp_path: Path, capfd
):
    with Cluster(tmp_path / "dask") as mortal:
        mortal.add_workers(1, "--nthreads=1", "--no-nanny")

        def kill_scheduler() -> None:
            until(lambda: done(fresh))
            mortal.scheduler.kill()

        with meanwhile(kill_scheduler):
            assert main(command(fresh, mortal, "--student", *FEW)) == 2
    assert capfd.readouterr().err.splitlines()[-1:] == [
        "error: the Dask scheduler is gone; nothing is lost: start it again, and the same command goes on"
    ]
    assert main(command(fresh, cluster, "--student", *FEW)) == 0
    assert_same_for(FEW, fresh, whole)


def test_a_gradebook_that_is_away_for_a_while_costs_time_and_no_more(
    fresh: ServedFolder, whole: CourseFolder, cluster: Cluster, server: str, capfd
):
    name = sqlalchemy.make_url(fresh.coursedir.db_url).database
    end_all = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"

    def go_away() -> None:
        until(lambda: len(list(fresh.root.glob("autograded/*"))) > 1)
        postgres.command(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false", end_all)
        time.sleep(0.8)  # the second try comes after a second, the third after ten
        postgres.command(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    with meanwhile(go_away):
        assert main(command(fresh, cluster, "--student", *FEW)) == 0
    said(capfd)
    assert_same_for(FEW, fresh, whole)


def test_a_gradebook_that_is_not_there_is_said_in_a_sentence(fresh: ServedFolder, capsys):
    config = fresh.root / "nbgrader_config.py"
    config.write_text(config.read_text().replace("pg-", "no-pg-"))
    assert batch_command.grade(fresh) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: the gradebook cannot be opened (") and said.count("\n") == 1
