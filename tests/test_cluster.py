"""Past one machine: Dask workers and PostgreSQL give one machine's marks, whoever dies on the way."""

from __future__ import annotations

import csv
import functools
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbgrader.coursedir import CourseDirectory

from autograder.batch import remote
from autograder.batch.outcome import LOG_NAME
from autograder.cli import main
from autograder.course import Course
from autograder.marks import course_directory, rows
from tests import batch_command, postgres
from tests.batch_command import UNGRADED, UNREADABLE, gradebook, graded, records
from tests.course import CourseFolder
from tests.dask_cluster import IDENTITY, PATIENCE, PRETENDED, Cluster, until, workers, zygotes
from tests.needs import lacking

pytestmark = pytest.mark.slow

FEW = ("late", "loop", "solved", "wrong", "zoe")
WAIT = 240.0  # seconds for a whole run


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
def handed_in(tmp_path_factory: pytest.TempPathFactory, course: Course, reference_code: str) -> CourseFolder:
    return batch_command.make(tmp_path_factory.mktemp("class") / "handed_in", course, reference_code)


@pytest.fixture(scope="module")
def whole(handed_in: CourseFolder) -> CourseFolder:
    """The class graded on this machine, its gradebook a file; not to be changed."""
    folder = batch_command.copy(handed_in, handed_in.root.parent / "whole")
    assert batch_command.grade(folder) == 1
    return folder


@pytest.fixture(scope="module")
def served(handed_in: CourseFolder, server: str) -> ServedFolder:
    """The class with an empty gradebook on the server; not to be changed."""
    root = handed_in.root.parent / "served"
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
    return ServedFolder(root, folder.course)


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


def points(folder: CourseFolder) -> dict[str, float | None]:
    found = rows(folder.coursedir, folder.course.assignment)
    return {row.student: row.points for row in found if row.status != "not graded"}


def end(process: subprocess.Popen[str], code: int) -> str:
    """Wait for the command, which should end with this code and complain of nothing; returns what it said."""
    out, err = process.communicate(timeout=WAIT)
    assert process.returncode == code, out + err
    assert not re.search("error|warning|Traceback", err, re.IGNORECASE)
    return out


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
    assert batch_command.grade(fresh, "--student", "solved", "wrong", "zoe") == 0
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


def test_a_worker_that_dies_costs_a_retry(start, fresh: ServedFolder, whole: CourseFolder, cluster: Cluster):
    process = start(fresh, cluster, "--student", *FEW)
    until(lambda: kill_busy(cluster), process)
    assert f"{len(FEW)} graded\n" in end(process, 0)
    assert_same_for(FEW, fresh, whole)


def test_a_second_death_is_no_mark_and_the_others_go_on(
    start, fresh: ServedFolder, whole: CourseFolder, cluster: Cluster
):
    process = start(fresh, cluster, "--student", "loop", "zoe")
    until(lambda: "zoe: graded" in (fresh.root / LOG_NAME).read_text(), process)
    while process.poll() is None:
        kill_busy(cluster)
    said = "loop: not graded. The grading process died 2 times on it, lastly with the loss of tcp://127.0.0.1:"
    assert said in end(process, 1)
    assert_same_for(("zoe",), fresh, whole)
    assert main(command(fresh, cluster, "--student", "loop", "zoe")) == 0
    assert_same_for(("loop", "zoe"), fresh, whole)


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_a_run_that_was_stopped_goes_on_later(
    start, fresh: ServedFolder, whole: CourseFolder, cluster: Cluster, capsys, how: int, code: int
):
    process = start(fresh, cluster, "--student", *FEW)
    until(lambda: len(records(fresh)) > 1, process)
    process.send_signal(how)
    end(process, code)
    done = len(records(fresh))
    assert done < len(FEW)
    assert main(command(fresh, cluster, "--student", *FEW)) == 0
    found = re.search(rf"{len(FEW)} submissions, (\d) done already", capsys.readouterr().out)
    assert done <= int(found[1]) <= done + 2  # two were under way
    assert_same_for(FEW, fresh, whole)
    assert not list(fresh.root.glob(".grading-*"))


def test_a_scheduler_that_dies_ends_the_run_with_a_sentence(
    start, fresh: ServedFolder, whole: CourseFolder, cluster: Cluster, tmp_path: Path
):
    with Cluster(tmp_path / "dask") as mortal:
        mortal.add_workers(1)
        process = start(fresh, mortal, "--student", *FEW)
        until(lambda: records(fresh), process)
        mortal.scheduler.kill()
        _, err = process.communicate(timeout=WAIT)
    assert process.returncode == 2
    assert err.splitlines()[-1:] == [
        "error: the Dask scheduler is gone; nothing is lost: start it again, and the same command goes on"
    ]
    assert main(command(fresh, cluster, "--student", *FEW)) == 0
    assert_same_for(FEW, fresh, whole)


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What stands in for a local pool where workers only act as if they graded."""
    monkeypatch.setattr(remote, "TASKS", PRETENDED)
    monkeypatch.setattr("autograder.batch.cluster.LONELY", 0.5)
    return SimpleNamespace(call=lambda _: IDENTITY)


def test_workers_that_come_later_are_used_if_they_are_fit(pretend: SimpleNamespace, tmp_path: Path, capsys):
    from autograder.batch.cluster import DaskPool

    with Cluster(tmp_path / "dask") as cluster:
        pool = DaskPool(cluster.address, tmp_path, "rnn_captioning", pretend)
        with pytest.raises(ValueError, match=r"has no workers; nothing is lost: start some with `dask worker tcp://"):
            pool.__enter__()
        cluster.add_workers(1)
        with pool:
            assert pool.size == 1
            results = pool.results(iter(["waits", "a", "raises", "b"]), 30.0)
            cluster.add_workers(1)
            cluster.add_workers(1, "--nthreads=2")
            found = [next(results) for _ in range(3)]
            assert [outcome.student for outcome in found] == ["a", "raises", "b"]
            assert found[1].lines == ("raises: not graded. MemoryError: no more of it",)
            (tmp_path / "go").touch()
            assert [outcome.student for outcome in results] == ["waits"]
            assert pool.size == 2
    assert re.fullmatch(
        r"Not used: the worker tcp://\S+ cannot grade: it has 2 threads: start it with `dask worker tcp://\S+"
        r" --nthreads 1 --nworkers NUMBER`\.\n",
        capsys.readouterr().out,
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"program": "x"}, "it has another version of this program, of Python or of a library"),
        ({"assignment": "x"}, "it finds another version of the assignment"),
        ({"gradebook": "x"}, "it finds another gradebook"),
        ({"machine": "x"}, "the gradebook is a SQLite file, for which all workers must be on this machine"),
    ],
)
def test_workers_that_would_grade_otherwise_are_refused(
    pretend: SimpleNamespace, cluster: Cluster, tmp_path: Path, change: dict, sentence: str
):
    from autograder.batch.cluster import DaskPool

    pretend.call = lambda _: IDENTITY._replace(**change)
    pool = DaskPool(cluster.address, tmp_path, "rnn_captioning", pretend)
    with pytest.raises(ValueError, match=rf"^the worker tcp://\S+ cannot grade: {sentence}"):
        pool.__enter__()
    if "machine" in change:
        pretend.call = lambda _: IDENTITY._replace(**change, in_a_file=False)
        with DaskPool(cluster.address, tmp_path, "rnn_captioning", pretend) as pool:
            assert pool.size == 2


def test_another_folder_at_the_same_path_is_refused(
    fresh: ServedFolder, cluster: Cluster, tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch
):
    """The mark that the client makes is not in the folder that the workers see."""
    elsewhere = functools.partial(tempfile.NamedTemporaryFile, dir=tmp_path)
    monkeypatch.setattr("autograder.batch.cluster.NamedTemporaryFile", lambda prefix, **_: elsewhere(prefix=prefix))
    assert main(command(fresh, cluster)) == 2
    assert capsys.readouterr().err.endswith(
        f"cannot grade: {fresh.root} is not the course folder there: mount that at the same path on all machines\n"
    )
    assert not (fresh.root / "autograded").exists()


def test_a_sandbox_from_which_the_cluster_can_be_reached_is_refused(tmp_path: Path, monkeypatch):
    def grader(*_job: str) -> SimpleNamespace:
        return SimpleNamespace(sandbox=lambda: "process", identity=lambda: IDENTITY)

    grader.cache_clear = lambda: None
    monkeypatch.setattr(remote, "_grader", grader)
    (tmp_path / "mark").touch()
    with pytest.raises(ValueError, match=r"its sandbox would let student code reach the cluster"):
        remote.identify("mark", str(tmp_path), "rnn_captioning")


def test_a_worker_that_is_stuck_ends_itself():
    program = """
import time
from types import SimpleNamespace
from autograder.batch import remote
remote._grader = lambda *job: SimpleNamespace(grade=time.sleep)
remote.grade("mark", "root", "assignment", 0.0, 0.5)
remote.grade("mark", "root", "assignment", 60.0, 0.5)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=30)
    assert (done.returncode, done.stderr) == (1, b"")


def test_only_names_and_numbers_are_sent():
    from autograder.batch.cluster import DaskWorker

    sent = []
    client = SimpleNamespace(submit=lambda *things, **_: sent.append(things) or SimpleNamespace(add_done_callback=id))
    worker = DaskWorker("tcp://somewhere", client, ("mark", "root", "assignment"), id)
    worker.ask("identify")
    worker.student, worker.deadline = "zoe", 1e9
    worker.ask("grade", "zoe")
    assert [task for task, *_ in sent] == [remote.identify, remote.grade]
    assert {type(value) for _, *values in sent for value in values} == {str, float}


def test_where_nothing_can_be_done_a_sentence_says_why(fresh: ServedFolder, capsys, monkeypatch: pytest.MonkeyPatch):
    nowhere = SimpleNamespace(address="tcp://127.0.0.1:1")
    monkeypatch.setattr("autograder.batch.cluster.CONNECTING", 0.5)
    assert main(command(fresh, nowhere)) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: no Dask scheduler answers at tcp://127.0.0.1:1 (")
    assert said.endswith("): start one with `dask scheduler`\n") and said.count("\n") == 1
    monkeypatch.delitem(sys.modules, "autograder.batch.cluster")
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(command(fresh, nowhere)) == 2
    needed = 'error: --scheduler needs distributed: run `pip install ".[cluster]"` in the clone\n'
    assert capsys.readouterr().err == needed
    with pytest.raises(SystemExit):
        main(command(fresh, nowhere, "--jobs", "2"))


def test_a_gradebook_that_is_not_there_is_said_in_a_sentence(fresh: ServedFolder, capsys):
    config = fresh.root / "nbgrader_config.py"
    config.write_text(config.read_text().replace("pg-", "no-pg-"))
    assert batch_command.grade(fresh) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: the gradebook cannot be opened (") and said.count("\n") == 1
