"""A course with everything built in it, which may be changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.assignment import Assignment, load
from autograder.building import artefacts, demo, solved
from tests.support.solving import pretend

NOT_COPIED = shutil.ignore_patterns("__pycache__", "datasets")


@pytest.fixture(scope="session")
def built(assignment: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """The committed build; whatever of it is stale is made anew, but without running any cell. Not to be changed."""
    laid_out = demo.lay_out(assignment, tmp_path_factory.mktemp("built"))
    for made in (assignment.release, assignment.solutions):
        copied = laid_out.root / made.relative_to(assignment.root)
        shutil.copytree(made, copied, ignore=NOT_COPIED, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solved, "_execute", pretend)
        artefacts.build(laid_out, lambda _: None)
    return laid_out


@pytest.fixture
def copy(built: Assignment, tmp_path: Path) -> Assignment:
    shutil.copytree(built.root, tmp_path / "copy")
    return load(tmp_path / "copy", built.name)
