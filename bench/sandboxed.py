"""Our engine alone, without nbgrader: `python -m bench.sandboxed NOTEBOOK...` prints what it took as JSON.

It runs all the cells that the floor runs, those too that grading spares.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import nbformat

from autograder.engine import Engine

from .measure import cpu_seconds
from .notebook import ASSIGNMENT


def main(paths: list[str]) -> None:
    """Grade all submissions, the first one twice to warm up; print seconds and CPU seconds without that."""
    with Engine(ASSIGNMENT, run_demos=True) as engine:
        _grade(engine, paths[0])
        started, before = time.perf_counter(), cpu_seconds()
        for path in paths:
            _grade(engine, path)
        print(json.dumps({"seconds": time.perf_counter() - started, "cpu_seconds": cpu_seconds() - before}))


def _grade(engine: Engine, path: str) -> None:
    engine.grade(nbformat.read(path, as_version=4), Path(path).stem, Path(path).parent)


if __name__ == "__main__":
    main(sys.argv[1:])
