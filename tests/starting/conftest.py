"""A course that the command made, and copies of it to break."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.starting.doctor.check import Course
from tests.support.house import ROOT

DATA = ("data", "datasets")  # whose files no test changes in place


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with the first notebook, worth 100 points, due, in a folder with a name of two alphabets."""
    folder = tmp_path_factory.mktemp("made") / "秋季 2031"
    options = ["--notebooks", "1", "--points", "100", "--due", "2031-03-01", "--timezone", "Asia/Shanghai"]
    assert main(["new", str(folder), "--from", str(ROOT), *options]) == 0
    return folder


def _copy(source: str, target: str) -> None:
    (os.link if set(Path(source).parts) & set(DATA) else shutil.copy2)(source, target)


@pytest.fixture
def course(made: Path, tmp_path: Path) -> Course:
    """A copy of it to break."""
    return Course(Path(shutil.copytree(made, tmp_path / "course", copy_function=_copy)))
