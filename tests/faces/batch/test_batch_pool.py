"""The pool of workers: who dies or is stuck costs a retry and no more, and nothing is left of anyone."""

from __future__ import annotations

import functools
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from autograder.errors import UserError
from autograder.faces.batch.messages import GradedSubmission
from autograder.faces.batch.pool import LocalPool
from autograder.record import Status
from tests.support import fake_workers

PATIENCE = 30.0


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    return tmp_path / "log"


@pytest.fixture
def pool(tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalPool]:
    """Two fake workers; not forked from the server, which would import nbgrader first."""
    monkeypatch.setattr("autograder.faces.batch.pool.context", lambda: multiprocessing.get_context("spawn"))
    with open(log, "wb") as file, LocalPool(functools.partial(fake_workers.serve, tmp_path), 2, file.fileno()) as pool:
        yield pool


def run(pool: LocalPool, *students: str, patience: float = PATIENCE) -> dict[str, GradedSubmission]:
    outcomes = list(pool.results(students, patience))
    assert sorted(outcome.student for outcome in outcomes) == sorted(students)  # each once
    return {outcome.student: outcome for outcome in outcomes}


def workers(log: Path) -> list[int]:
    return [int(line.split()[0]) for line in log.read_text().splitlines()]


def test_everyone_is_graded_once_by_few_workers_and_these_end(pool: LocalPool, log: Path):
    names = [f"s{number}" for number in range(40)]
    found = run(pool, *names)
    assert {outcome.status for outcome in found.values()} == {"graded"}
    assert len(workers(log)) == 40
    assert len(set(workers(log))) == 2
    pool.close()
    assert not any(psutil.pid_exists(pid) for pid in workers(log))


def test_one_submission_makes_one_worker(pool: LocalPool, log: Path):
    run(pool, "alone")
    assert len(set(workers(log))) == 1


def test_the_death_of_a_worker_costs_a_retry(pool: LocalPool, log: Path):
    found = run(pool, "a", "dies once", "b", "c")
    assert {outcome.status for outcome in found.values()} == {"graded"}
    assert len(workers(log)) == 5


def test_a_second_death_is_no_mark_and_the_others_go_on(pool: LocalPool):
    found = run(pool, "a", "dies", "b", "c")
    assert {name: outcome.status for name, outcome in found.items()} == {
        **dict.fromkeys("abc", "graded"),
        "dies": "not graded",
    }
    (line,) = found["dies"].lines
    assert line.startswith(
        "dies: not graded. The grading process died 2 times on it, lastly with signal 9: out of memory"
    )


@pytest.mark.slow
def test_a_worker_that_is_stuck_is_killed(pool: LocalPool, log: Path):
    found = run(pool, "a", "sticks", "b", patience=3.0)
    assert [found[name].status for name in ("a", "b", "sticks")] == ["graded", "graded", "not graded"]
    pool.close()
    assert not any(psutil.pid_exists(pid) for pid in workers(log))


def test_what_a_worker_cannot_do_is_a_sentence(pool: LocalPool):
    found = run(pool, "fails", "a")
    assert found["fails"] == GradedSubmission("fails", Status.NOT_GRADED, ("fails: not graded. It is not possible.",))
    assert found["a"].status == "graded"
    with pytest.raises(UserError, match="it cannot be said"):
        pool.call("survey")


def test_closing_ends_a_worker_in_the_middle_of_a_submission(pool: LocalPool, log: Path):
    results = pool.results(["a", "b", "sticks"], PATIENCE)
    assert {next(results).student, next(results).student} == {"a", "b"}
    began = time.monotonic()
    pool.close()
    assert time.monotonic() - began < 3
    assert not any(psutil.pid_exists(pid) for pid in workers(log))


@pytest.mark.slow
def test_names_are_asked_for_one_at_a_time_and_nothing_is_kept(pool: LocalPool, log: Path):
    """So that a run can be stopped by ending the names, and a large class needs no more memory than a small one."""
    asked = 0

    def names() -> Iterator[str]:
        nonlocal asked
        while True:
            asked += 1
            yield "someone"

    me, sizes = psutil.Process(os.getpid()), []
    for count, _ in enumerate(pool.results(names(), PATIENCE), 1):
        assert asked <= count + 2
        if count in (500, 4000):
            sizes.append(me.memory_info().rss)
        if count == 4000:
            break
    assert sizes[1] - sizes[0] < 1 << 20


def test_the_main_process_imports_neither_nbgrader_nor_what_it_needs() -> None:
    code = (
        "import autograder.faces.batch.command, sys; print([*{'nbgrader', 'sqlalchemy', 'nbformat'} & {*sys.modules}])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


def test_workers_that_were_started_early_are_those_that_grade(tmp_path: Path, log: Path, monkeypatch) -> None:
    monkeypatch.setattr("autograder.faces.batch.pool.context", lambda: multiprocessing.get_context("spawn"))
    serve = functools.partial(fake_workers.serve, tmp_path)
    with open(log, "wb") as file, LocalPool(serve, 2, file.fileno(), early=5) as pool:
        early = {worker.process.pid for worker in pool._workers}
        run(pool, *"abcd")
        assert len(early) == 2
        assert {*workers(log)} <= early
