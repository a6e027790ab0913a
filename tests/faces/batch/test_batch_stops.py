"""Runs of the batch command that are ended, in whatever way: nothing is lost, and the same command goes on."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import subprocess
import time

import psutil
import pytest

from autograder.course.marks import rows
from tests.support.batch_command import ALL, grade, graded, records, start
from tests.support.batch_runs import (
    WAIT,
    assert_all_end,
    assert_same,
    assert_same_for,
    begun,
    complaints,
    family,
    kill,
    until,
)
from tests.support.course import CourseFolder
from tests.support.dask_cluster import zygotes

pytestmark = pytest.mark.slow

TOTAL = len(ALL)
SEED = 11  # of the moments at which runs are killed
FEW = ("late", "loop", "solved", "untouched", "wrong", "zoe")


def server_of(process: subprocess.Popen) -> psutil.Process:
    """The process that a run's workers are forked from."""
    (server,) = [child for child in psutil.Process(process.pid).children() if "forkserver" in " ".join(child.cmdline())]
    return server


def is_alive(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def test_a_run_killed_at_any_moment_loses_nothing(fresh: CourseFolder, whole: CourseFolder):
    moments = random.Random(SEED)
    workers: list[psutil.Process] = []
    before_them: list[psutil.Process] = []
    for _ in range(3):
        before = begun(fresh)
        process = start(fresh)  # as the workers of the run before may still be ending, and come to an end with one more
        until(lambda process=process: zygotes(psutil.Process(process.pid)))
        assert not any(map(is_alive, before_them))  # they had ended when this run began
        until(lambda before=before: begun(fresh) > min(before, TOTAL - 2))
        time.sleep(moments.uniform(0, 1.5))
        workers, before_them = family(process), server_of(process).children()
        kill(process)
    assert_all_end(workers)
    assert begun(fresh) < TOTAL or graded(fresh) != graded(whole)  # something is left
    statuses = {row.student: row.status for row in rows(fresh.coursedir, fresh.assignment.name)}
    final = {row.student: row.status for row in rows(whole.coursedir, whole.assignment.name)}
    assert all(statuses[student] in (final[student], "not graded") for student in ALL)
    assert grade(fresh) == 1
    assert_same(fresh, whole)


def test_a_killed_worker_costs_a_retry_and_no_mark(fresh: CourseFolder, whole: CourseFolder):
    process = start(fresh, "--student", *FEW)
    until(lambda: begun(fresh) >= 3)
    server_of(process).children()[0].kill()
    out, err = process.communicate(timeout=WAIT)
    assert (process.returncode, complaints(err)) == (0, "")
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
    whole_ones = [student for student, record in records(fresh).items() if record.finished]
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


def test_two_runs_at_a_time_do_not_undo_each_others_work(fresh: CourseFolder, whole: CourseFolder, capsys, monkeypatch):
    monkeypatch.setattr("autograder.faces.batch.log.TURN", 0.3)
    process = start(fresh, "--student", "loop")
    until(lambda: begun(fresh) == 1)
    assert grade(fresh) == 2
    assert capsys.readouterr().err == (
        f"error: another run is grading {fresh.root}: wait until it has ended, or end it if it is `watch`\n"
    )
    process.communicate(timeout=WAIT)
    assert_same_for(("loop",), fresh, whole)
