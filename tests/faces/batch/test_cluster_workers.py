"""Which workers of a Dask cluster are taken on, and what is said where one cannot be; most only pretend to grade."""

from __future__ import annotations

import functools
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.cli import main
from autograder.errors import UserError
from autograder.faces.batch import remote
from tests.support.dask_cluster import IDENTITY, PRETENDED, Cluster
from tests.support.needs import lacking

try:
    from autograder.faces.batch.cluster import DaskPool, DaskWorker
except ModuleNotFoundError as problem:
    lacking(f'{problem.name} is not installed: pip install ".[cluster]"')

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with Cluster(tmp_path_factory.mktemp("dask") / "files") as cluster:
        cluster.add_workers(2)
        yield cluster


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What stands in for the pool on this machine, which says what it would grade with."""
    monkeypatch.setattr("autograder.faces.batch.cluster.NO_WORKERS", 0.5)
    return SimpleNamespace(call=lambda _: IDENTITY)


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers only act as if they graded."""
    monkeypatch.setattr(remote, "TASKS", PRETENDED)


def test_workers_that_come_later_are_used_if_they_are_fit(pretend, local: SimpleNamespace, tmp_path: Path, capsys):
    with Cluster(tmp_path / "dask") as cluster:
        pool = DaskPool(cluster.address, tmp_path, "rnn_captioning", local)
        with pytest.raises(UserError, match=r"has no workers; nothing is lost: start some with `dask worker tcp://"):
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
    pretend, local: SimpleNamespace, cluster: Cluster, tmp_path: Path, change: dict, sentence: str
):
    local.call = lambda _: IDENTITY._replace(**change)
    pool = DaskPool(cluster.address, tmp_path, "rnn_captioning", local)
    with pytest.raises(UserError, match=rf"^the worker tcp://\S+ cannot grade: {sentence}"):
        pool.__enter__()
    if "machine" in change:
        local.call = lambda _: IDENTITY._replace(**change, in_a_file=False)
        with DaskPool(cluster.address, tmp_path, "rnn_captioning", local) as pool:
            assert pool.size == 2


def test_another_folder_at_the_same_path_is_refused(
    local: SimpleNamespace, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The mark that the client makes is not in the folder that the workers see."""
    elsewhere = functools.partial(tempfile.NamedTemporaryFile, dir=tmp_path)
    monkeypatch.setattr(
        "autograder.faces.batch.cluster.NamedTemporaryFile", lambda prefix, **_: elsewhere(prefix=prefix)
    )
    root = tmp_path / "course"
    root.mkdir()
    sentence = f"{root} is not the course folder there: mount that at the same path on all machines"
    with pytest.raises(UserError, match=rf"^the worker tcp://\S+ cannot grade: {sentence}$"):
        DaskPool(cluster.address, root, "rnn_captioning", local).__enter__()


def test_a_scheduler_that_is_not_there_is_said_in_a_sentence(
    local: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("autograder.faces.batch.cluster.CONNECTING", 0.5)
    sentence = r"^no Dask scheduler answers at tcp://127\.0\.0\.1:1 \(.*\): start one with `dask scheduler`$"
    with pytest.raises(UserError, match=sentence):
        DaskPool("tcp://127.0.0.1:1", tmp_path, "rnn_captioning", local).__enter__()


def test_without_dask_the_option_says_what_to_install(tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "nbgrader_config.py").touch()
    (tmp_path / "source" / "a").mkdir(parents=True)
    monkeypatch.delitem(sys.modules, "autograder.faces.batch.cluster")
    monkeypatch.setitem(sys.modules, "distributed", None)
    arguments = ["grade", "--course", str(tmp_path), "--scheduler", "tcp://127.0.0.1:1"]
    assert main(arguments) == 2
    needed = 'error: --scheduler needs distributed: run `pip install ".[cluster]"` in the clone\n'
    assert capsys.readouterr().err == needed
    with pytest.raises(SystemExit):
        main([*arguments, "--jobs", "2"])


def test_a_sandbox_from_which_the_cluster_can_be_reached_is_refused(tmp_path: Path, monkeypatch):
    def grader(*_job: str) -> SimpleNamespace:
        return SimpleNamespace(sandbox=lambda: "process", identity=lambda: IDENTITY)

    grader.cache_clear = lambda: None
    monkeypatch.setattr(remote, "_grader", grader)
    (tmp_path / "mark").touch()
    with pytest.raises(UserError, match=r"its sandbox would let student code reach the cluster"):
        remote.identify("mark", str(tmp_path), "rnn_captioning")


def test_a_worker_that_is_stuck_ends_itself():
    program = """
import time
from types import SimpleNamespace
from autograder.faces.batch import remote
remote._grader = lambda *job: SimpleNamespace(grade=time.sleep)
remote.grade("mark", "root", "assignment", 0.0, 0.5)
remote.grade("mark", "root", "assignment", 60.0, 0.5)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=30)
    assert (done.returncode, done.stderr) == (1, b"")


def test_only_names_and_numbers_are_sent():
    sent = []
    client = SimpleNamespace(submit=lambda *things, **_: sent.append(things) or SimpleNamespace(add_done_callback=id))
    worker = DaskWorker("tcp://somewhere", client, ("mark", "root", "assignment"), id)
    worker.ask("identify")
    worker.student, worker.deadline = "zoe", 1e9
    worker.ask("grade", "zoe")
    assert [task for task, *_ in sent] == [remote.identify, remote.grade]
    assert {type(value) for _, *values in sent for value in values} == {str, float}
