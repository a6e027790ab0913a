"""The examples in docstrings are true."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

from tests.support.house import ASSIGNMENT, ROOT

FOLDERS = {ROOT: "autograder", ASSIGNMENT.source: ASSIGNMENT.library}
WITH_EXAMPLES = {
    ".".join(path.relative_to(root).with_suffix("").parts): path
    for root, package in FOLDERS.items()
    for path in sorted((root / package).rglob("*.py"))
    if ">>> " in path.read_text()
}


def test_there_are_examples() -> None:
    assert len(WITH_EXAMPLES) > 5


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_examples(module: str) -> None:
    imported = importlib.import_module(module)
    assert Path(imported.__file__) == WITH_EXAMPLES[module]
    found = doctest.testmod(imported)
    assert found.attempted and not found.failed
