"""The bench of trainings: what it runs is what the notebooks run, and its table says what was measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import training
from bench.training import ALONE, BUSY, DEFAULT, ONE, Measured
from bench.training_steps import SETTINGS, TRAININGS, settings
from tests.support.house import ASSIGNMENT


@pytest.mark.parametrize("name", TRAININGS)
def test_the_sizes_are_those_of_the_notebooks_cells(name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ASSIGNMENT.source)
    notebook, cell, cell_type = TRAININGS[name]
    found = settings(notebook, cell)
    assert found.keys() == SETTINGS - (set() if "fifty" in name else {"max_train"})
    assert found.get("max_train", 50) == 50
    source = Path(f"{notebook}.ipynb").read_text(encoding="utf-8")
    assert f"num_epochs={found['num_epochs']}" in source and cell_type in source


def test_a_line_for_each_training_and_load():
    found = {
        (name, load, threads): [Measured(steps=200, step=step, others=0.5, loss=4.0) for step in steps]
        for name in TRAININGS
        for load in (ALONE, BUSY)
        for threads, steps in ((ONE, (0.01, 0.02, 0.09)), (DEFAULT, (0.2, 0.3, 0.1)))
    }
    assert training.about_losses(found) == "The losses were the same with all threads."
    lines = training.table(found).splitlines()
    assert len(lines) == 2 + 2 * len(TRAININGS)
    assert {line.count("|") for line in lines} == {10}
    assert lines[2].startswith(
        "| vanilla network, fifty captions | 200 | as it is | 20 | 200 | 4 | 40 | 10.0 | 0.5 cores"
    )


@pytest.mark.slow
@pytest.mark.parametrize("threads", [ONE, DEFAULT])
def test_some_steps_are_measured_and_no_more(threads: str):
    data = {variable: str(folder) for variable, folder in ASSIGNMENT.data_folders.items()}
    path = os.pathsep.join([str(ASSIGNMENT.source), str(ASSIGNMENT.root)])
    command = [sys.executable, "-m", "bench.training_steps", "LSTM, fifty captions", threads, "0.1"]
    environment = {**os.environ, **data, "PYTHONPATH": path}
    done = subprocess.run(
        command, cwd=ASSIGNMENT.solutions, env=environment, check=True, capture_output=True, text=True
    )
    found = Measured(**json.loads(done.stdout))
    assert found.steps == 100 and 0 < found.step < 60 and found.others >= 0
