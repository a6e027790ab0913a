"""A small file of visible cases, and students' cells to check with it."""

from __future__ import annotations

import importlib
import linecache
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from autograder.selfcheck.cases import read_exercise
from autograder.selfcheck.check import examine
from autograder.selfcheck.summary import Report

MODULE = importlib.import_module("autograder.selfcheck.check")  # in the package this name is the function's
SCALE = "y, cache = scale(x, a)"
BACK = "y, cache = scale(x, a)\ndx, da = scale_backward(dy, cache)"
SHAPES = {"published values": (3, 4), "one example (N = 1)": (1, 4), "a wide one": (3, 7)}
RIGHT = """
def scale(x, a):
    return a * x, (x, a)

def scale_backward(dy, cache):
    x, a = cache
    return a * dy, (dy * x).sum(axis=0)

def run(x):
    return np.cumsum(x, axis=1)
"""
BAD_RUN = "def run(x):\n    h = np.cumsum(x, axis=1)\n    h[1, 3:] *= 1.5\n    return h"

Arrays = Mapping[str, np.ndarray]


def write_cases(path: Path) -> None:
    """The cases of scale (one matrix), scale_backward (two outputs) and run (a sequence)."""
    rng = np.random.default_rng(0)
    with h5py.File(path, "w") as file:
        cases, back = [], []
        for title, shape in SHAPES.items():
            x, a, dy = rng.normal(size=shape), rng.normal(size=shape[1]), rng.normal(size=shape)
            cases.append((title, {"x": x, "a": a}, {"y": a * x}))
            back.append((title, {"x": x, "a": a, "dy": dy}, {"dx": a * dy, "da": (dy * x).sum(axis=0)}))
        x = rng.normal(size=(2, 5, 3))
        write(file, "scale", SCALE, {"y": 1e-8}, cases)
        write(file, "scale_backward", BACK, {"dx": 1e-8, "da": 1e-7}, back)
        write(file, "run", "h = run(x)", {"h": 1e-8}, [("published values", {"x": x}, {"h": np.cumsum(x, 1)})])


def write(
    file: h5py.File, name: str, call: str, limits: Mapping[str, float], cases: Sequence[tuple[str, Arrays, Arrays]]
) -> None:
    """One exercise. cases: the title, the inputs and the exact outputs of each."""
    group = file.create_group(name)
    group.attrs["call"] = call
    group.attrs["outputs"] = list(limits)
    group.attrs["limits"] = np.array(list(limits.values()))
    group.attrs["cases"] = [f"case_{i}" for i in range(len(cases))]
    for i, (title, inputs, expected) in enumerate(cases):
        case = group.create_group(f"case_{i}")
        case.attrs["title"] = title
        for kind, arrays in (("inputs", inputs), ("expected", expected)):
            for key, array in arrays.items():
                case[f"{kind}/{key}"] = array


def cell(source: str, **names: Any) -> dict[str, Any]:
    """Run a student's cell as a notebook does: lines can be looked up afterwards."""
    namespace = {"np": np, **names}
    linecache.cache["<cell>"] = (len(source), None, source.splitlines(keepends=True), "<cell>")
    exec(compile(RIGHT, "<right>", "exec"), namespace)
    exec(compile(source, "<cell>", "exec"), namespace)
    return namespace


def report(name: str, source: str = "") -> Report:
    """The report of a check on right functions, some of which the cell may replace."""
    file = MODULE.cases_file()  # the one that the test has put there
    return examine(read_exercise(file, name), cell(source), file)
