"""Whatever is handed in ends in a status: random changes to a released notebook, read in a process of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.record import Status
from tests.support.house import ROOT
from tests.support.mutations import Mutator

FEW, MANY, AT_ONCE = 500, 5000, 500  # submissions; of one process
SECONDS, MEGABYTES = 10.0, 500  # that one may take, beyond what all need
STATUSES = {Status.GRADED, Status.REPAIRED, Status.UNREADABLE, "refused"}


@pytest.fixture(scope="module")
def read(
    request: pytest.FixtureRequest, assignment: Assignment, tmp_path_factory: pytest.TempPathFactory
) -> list[dict]:
    """What became of each submission."""
    folder = tmp_path_factory.mktemp("odd")
    found = []
    for first in range(0, MANY if request.config.getoption("--every-input") else FEW, AT_ONCE):
        seeds = str(first), str(first + AT_ONCE)
        command = [sys.executable, "-m", "tests.support.mutations", str(folder / "in"), str(assignment.release), *seeds]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=400, check=False)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(lines) == AT_ONCE, (lines[-1:], done.returncode, done.stderr[-1500:])
        found += lines
    return found


@pytest.mark.slow
def test_every_submission_ends_in_a_status(read: list[dict]) -> None:
    assert [one for one in read if "trace" in one][:3] == []
    assert {one["status"] for one in read} == STATUSES
    assert all(sum(one["status"] == status for one in read) > 1 for status in STATUSES)


@pytest.mark.slow
def test_no_submission_takes_long_or_much(read: list[dict]) -> None:
    assert [one for one in read if one["seconds"] > SECONDS] == []
    least = min(one["megabytes"] for one in read)
    assert [one for one in read if one["megabytes"] > least + MEGABYTES][:3] == []


@pytest.mark.slow
def test_a_seed_makes_the_same_submission_each_time(assignment: Assignment, tmp_path: Path) -> None:
    mutator = Mutator((assignment.release / "1_rnn_layers.ipynb").read_text())
    for seed in range(20):
        contents = []
        for name in ("one", "other"):
            folder = tmp_path / f"{name}{seed}"
            folder.mkdir()
            mutator.hand_in(seed, folder)
            contents.append({path.name: path.lstat().st_size for path in folder.iterdir()})
        assert contents[0] == contents[1]
