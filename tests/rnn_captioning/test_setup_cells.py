"""The first cell of each notebook, run from the notebook's folder and from others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.house import ASSIGNMENT

NOTEBOOKS = [path.name for path in ASSIGNMENT.notebooks]


def setup(name: str) -> str:
    """The code of a notebook's setup cell, without its magics."""
    cells = json.loads((ASSIGNMENT.source / name).read_text(encoding="utf-8"))["cells"]
    lines = "".join(next(cell["source"] for cell in cells if cell["id"] == "setup")).splitlines()
    return "\n".join(line for line in lines if not line.startswith("%"))


def run(name: str, folder: Path, before: str = "") -> subprocess.CompletedProcess[str]:
    """The setup cell in a fresh Python that is started in `folder`."""
    command = [sys.executable, "-c", f"{before}\n{setup(name)}\nprint(check.__name__)"]
    environment = {**os.environ, "PYTHONPATH": str(ASSIGNMENT.root), "MPLBACKEND": "agg"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_says_where_to_go_when_the_helpers_are_not_there(name: str, tmp_path: Path):
    assert run(name, ASSIGNMENT.source).stdout == "check\n"
    lost = run(name, tmp_path).stderr.splitlines()[-1]
    assert lost.startswith(f"ModuleNotFoundError: There is no folder cs231n in {tmp_path}. In a new cell, go to")
    assert lost.endswith("this notebook's folder with %cd and its path. Then run this cell again.")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_vs_code_may_start_it_elsewhere(name: str, tmp_path: Path):
    told = f"__vsc_ipynb_file__ = {str(ASSIGNMENT.source / name)!r}"
    assert run(name, tmp_path, told).stdout == "check\n"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs_again_after_cd(name: str, tmp_path: Path):
    before = f"{setup(name)}\nos.chdir({str(tmp_path)!r})"
    assert run(name, ASSIGNMENT.source, before).stdout == "check\n"
