"""What the tests share."""

from __future__ import annotations

from collections.abc import Iterator

import nbformat
import pytest

from autograder.course import Course
from autograder.grade import Engine


@pytest.fixture(scope="session")
def course() -> Course:
    return Course()


@pytest.fixture(scope="session")
def engine(course: Course) -> Iterator[Engine]:
    with Engine(course) as running:
        yield running


@pytest.fixture
def released(course: Course) -> nbformat.NotebookNode:
    """A fresh copy of the released first notebook."""
    return nbformat.read(course.release / "1_rnn_layers.ipynb", as_version=4)


@pytest.fixture(scope="session")
def reference_code(course: Course) -> str:
    return (course.solutions / "rnn_layers.py").read_text()
