"""The floor under any grader: a submission's cells and calls in a bare fork of a warm process.

`python -m bench.floor LIBRARY NOTEBOOK...` runs the notebooks one after another and prints what that took as JSON. No
sandbox, no shell, no capture, no judging: `exec` of the cells without their magics, then the exercises' calls on the
grader's own inputs. A picture is drawn as PNG where the notebook shows it, as the inline backend does.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import resource
import sys
import time
import traceback
import types
from pathlib import Path

import h5py  # noqa: F401  a fork finds it loaded
import matplotlib
import nbformat
import numpy as np

from autograder.engine import SEED

from .notebook import ASSIGNMENT, exercises

Cell = tuple[str, bool]  # its source, and whether it may raise
Call = tuple[str, dict[str, np.ndarray]]


def main(library: str, paths: list[str]) -> None:
    """Run all notebooks, the first one twice to warm up; print seconds and CPU seconds without that."""
    programs, calls = [program(Path(path)) for path in paths], draw_calls()
    warm_up(library)
    run(programs[0], calls)
    started, before = time.perf_counter(), _cpu_seconds()
    for cells in programs:
        run(cells, calls)
    print(json.dumps({"seconds": time.perf_counter() - started, "cpu_seconds": _cpu_seconds() - before}))


def program(path: Path) -> list[Cell]:
    """The cells that the grader runs, without magics. Those that a mistake can break are tagged in the notebook."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    return [
        (_without_magics(cell.source), "raises-exception" in cell.metadata.get("tags", []))
        for cell in cells
        if not ASSIGNMENT.exercise_of(cell)
    ]


def draw_calls() -> list[Call]:
    """The calls that the grader makes, with their inputs."""
    return [
        (exercise.call, {n: _strided(a) if case.strided else a for n, a in exercise.draw(case, SEED).items()})
        for exercise in exercises().values()
        for case in exercise.cases
    ]


def warm_up(library: str) -> None:
    """Draw one picture, so that no child pays for the fonts, and make the students' library importable."""
    matplotlib.use("agg")
    from matplotlib import pyplot

    sys.path.insert(0, library)
    pyplot.show = _draw
    pyplot.figure().add_subplot().set_title("warm")
    pyplot.show()
    gc.collect()
    gc.freeze()


def run(cells: list[Cell], calls: list[Call]) -> None:
    """Run one submission in a fork and wait for its end; raises RuntimeError where a cell fails that never should."""
    pid = os.fork()
    if not pid:
        status, said = 1, os.fdopen(os.dup(2), "w")
        try:
            _silence()
            _run_here(cells, calls)
            status = 0
        except Exception:
            traceback.print_exc(file=said)
            said.flush()
        finally:
            os._exit(status)
    if os.waitpid(pid, 0)[1]:
        raise RuntimeError("a cell that no mistake breaks has failed: what it said is above")


def _silence() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _run_here(cells: list[Cell], calls: list[Call]) -> None:
    sys.modules["__main__"] = notebook = types.ModuleType("__main__")
    names = vars(notebook)
    for source, may_raise in cells:
        with contextlib.suppress(Exception if may_raise else ()):
            exec(compile(source, "<cell>", "exec"), names)
    for call, inputs in calls:
        with contextlib.suppress(Exception):
            exec(call, {**names, **{name: array.copy(order="K") for name, array in inputs.items()}})


def _draw() -> None:
    from matplotlib import pyplot

    for number in pyplot.get_fignums():
        pyplot.figure(number).savefig(io.BytesIO(), format="png", bbox_inches="tight")
    pyplot.close("all")


def _without_magics(source: str) -> str:
    return "\n".join(line for line in source.splitlines() if not line.startswith(("%", "!")))


def _strided(array: np.ndarray) -> np.ndarray:
    return np.repeat(array, 2, axis=-1)[..., ::2] if array.ndim else array


def _cpu_seconds() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
