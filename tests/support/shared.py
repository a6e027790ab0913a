"""What the tests' processes share: a folder of this run, and in it what several files grade with the same engine."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
from dataclasses import dataclass
from pathlib import Path

import pytest
from nbformat import NotebookNode

from autograder.engine import Engine, Graded


def for_all_processes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run that its processes share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@dataclass(frozen=True)
class GradedOnce:
    """Grades each notebook once in a run of the tests, in whichever process comes first.

    A grading is known by what it depends on, beside the engine that all share: the notebook's name and its cells.
    Nothing is kept for the next run, in which the grader may be another.
    """

    engine: Engine
    folder: Path

    def grade(self, notebook: NotebookNode, name: str) -> Graded:
        """As `Engine.grade`, without files beside the notebook."""
        cells = [(cell.cell_type, cell.source, cell.metadata) for cell in notebook.cells]
        path = self.folder / hashlib.sha256(json.dumps([name, cells]).encode()).hexdigest()
        if path.exists():
            graded, ran = pickle.loads(path.read_bytes())
            for cell, (outputs, count) in zip(notebook.cells, ran, strict=True):
                cell.outputs, cell.execution_count = outputs, count
            return graded
        graded = self.engine.grade(notebook, name)
        ran = [(cell.outputs, cell.execution_count) for cell in notebook.cells]  # code alone, as the tests make them
        part = path.with_suffix(f".{os.getpid()}")
        part.write_bytes(pickle.dumps((graded, ran)))
        part.replace(path)  # whole, or not there
        return graded
