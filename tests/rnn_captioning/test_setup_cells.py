"""The first cell of each notebook, run from the notebook's folder and from others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.house import ASSIGNMENT

pytestmark = pytest.mark.slow
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


def moved(home: Path, *parts: str) -> Path:
    """A folder with these parts of an assignment in it."""
    for part in parts:
        (home / part).parent.mkdir(parents=True, exist_ok=True)
        (home / part).write_text("raise ModuleNotFoundError('of another course', name='cs231n.check')\n")
    return home


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_says_what_to_do_when_the_helpers_are_nowhere(name: str, tmp_path: Path):
    assert run(name, ASSIGNMENT.source).stdout == "check\n"
    lost = run(name, tmp_path).stderr.splitlines()
    assert lost[-1].startswith(
        f"ModuleNotFoundError: The folders cs231n and selfcheck are not in {tmp_path}. Unpack the"
    )
    assert lost[-1].endswith("go to that folder with %cd and its path, and run this cell once more.")
    assert "During handling" not in "".join(lost)


@pytest.mark.parametrize(
    ("home", "started"),
    [
        ("a b", "a b/mine"),  # into a folder below
        ("课程", "课程/x/y"),  # two below
        ("top/rnn_captioning", "top"),  # started above
    ],
)
def test_it_says_where_the_helpers_are(home: str, started: str, tmp_path: Path):
    whole = moved(tmp_path / home, "cs231n/check.py", "selfcheck/check.py")
    here = tmp_path / started
    here.mkdir(parents=True, exist_ok=True)
    lost = run(NOTEBOOKS[0], here).stderr.splitlines()[-1]
    assert f"The folders cs231n and selfcheck are in {whole} and not in {here}." in lost
    assert f"or run %cd {whole} in a new cell" in lost


@pytest.mark.parametrize(
    "parts",
    [
        ("cs231n/layers.py",),  # that of another course
        ("cs231n.py",),
        ("cs231n/__init__.py", "cs231n/check.py"),  # without selfcheck, or another's
    ],
)
def test_what_is_there_only_in_part_counts_as_not_there(parts: tuple[str, ...], tmp_path: Path):
    lost = run(NOTEBOOKS[0], moved(tmp_path, *parts)).stderr.splitlines()[-1]
    assert lost.startswith(("ModuleNotFoundError: The folders", "ModuleNotFoundError: of another course"))


def test_later_cells_say_it_too_and_go_on_once_it_is_found(tmp_path: Path):
    """The check of a later cell, after the first cell has failed."""
    first = setup(NOTEBOOKS[0])
    code = f"try:\n    exec({first!r}, globals())\nexcept ModuleNotFoundError:\n    pass\ncheck('rnn_forward')"
    environment = {**os.environ, "PYTHONPATH": str(ASSIGNMENT.root), "MPLBACKEND": "agg"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stderr.splitlines()[-1] == (
        "ModuleNotFoundError: The first cell did not find the folders cs231n and selfcheck: do what it says."
    )
    before = f"try:\n    exec({first!r}, globals())\nexcept ModuleNotFoundError:\n    pass"
    again = run(NOTEBOOKS[0], tmp_path, f"{before}\nimport os\nos.chdir({str(ASSIGNMENT.source)!r})")
    assert again.stdout == "check\n"


def test_a_package_that_is_not_installed_is_not_taken_for_a_folder_that_was_moved(tmp_path: Path):
    (tmp_path / "cs231n").mkdir()
    (tmp_path / "cs231n" / "check.py").write_text("import no_such_package")
    assert run(NOTEBOOKS[0], tmp_path).stderr.splitlines()[-1].endswith("No module named 'no_such_package'")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_vs_code_may_start_it_elsewhere(name: str, tmp_path: Path):
    told = f"__vsc_ipynb_file__ = {str(ASSIGNMENT.source / name)!r}"
    assert run(name, tmp_path, told).stdout == "check\n"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs_again_after_cd(name: str, tmp_path: Path):
    before = f"{setup(name)}\nos.chdir({str(tmp_path)!r})"
    assert run(name, ASSIGNMENT.source, before).stdout == "check\n"
