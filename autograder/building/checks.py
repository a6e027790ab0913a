"""Write the visible cases, checks.h5: other inputs than the hidden ones, with the reference's exact results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import h5py
import numpy as np

from autograder.assignment import CASES, Assignment
from autograder.judging.trusted import run_here
from autograder.spec import Arrays, Exercise

VISIBLE_SEED = VISIBLE_PATTERN = 1
EDGES = ("one_example", "one_step", "early_end")  # the cases that students see beside the published one
LARGE = 500  # numbers that are worth compressing
AGREE = 1e-12  # two machines' linear algebra differs in the last digits; more is a change

Tree = dict[str, Any]


def stale(assignment: Assignment) -> list[str]:
    """The file's path where its content is not what the exercises give now."""
    path = assignment.solutions / CASES
    if path.exists():
        with h5py.File(path) as file:
            if _same(_read(file), _content(assignment)):
                return []
    return [str(path.relative_to(assignment.root))]


def make(assignment: Assignment) -> None:
    """Write the file."""
    content = _content(assignment)  # all of it before the file is touched
    assignment.solutions.mkdir(parents=True, exist_ok=True)
    with h5py.File(assignment.solutions / CASES, "w") as file:
        for key, value in content.items():
            group, _, name = key.rpartition("@")
            if group:
                file.require_group(group).attrs[name] = value
            else:
                packed = dict(compression="gzip", shuffle=True) if np.size(value) > LARGE else {}
                file.create_dataset(key, data=value, **packed)


def visible_cases(exercise: Exercise) -> Iterator[tuple[str, str, Arrays]]:
    """Name, title and inputs of each case that students see."""
    for published in exercise.published_inputs:
        yield "published", "the published values", published()
    for case in exercise.cases:
        if case.name in EDGES:
            yield case.name, case.title, exercise.draw(case, VISIBLE_SEED, VISIBLE_PATTERN)


def _content(assignment: Assignment) -> Tree:
    """The file as a flat tree: datasets by path, attributes by `group@name`."""
    reference = assignment.reference()
    tree: Tree = {}
    asked = [name for path in assignment.notebooks for name in assignment.points(path.stem)]
    for exercise in (assignment.by_name[name] for name in asked):
        cases = list(visible_cases(exercise))
        tree[f"{exercise.name}@call"] = exercise.call
        tree[f"{exercise.name}@outputs"] = list(exercise.outputs)
        tree[f"{exercise.name}@limits"] = [exercise.limits[output] for output in exercise.outputs]
        tree[f"{exercise.name}@cases"] = [name for name, _, _ in cases]
        for name, title, inputs in cases:
            group = f"{exercise.name}/{name}"
            tree[f"{group}@title"] = title
            tree |= {f"{group}/inputs/{key}": array for key, array in inputs.items()}
            outputs = run_here(exercise, inputs, reference).outputs
            tree |= {f"{group}/expected/{key}": np.asarray(value) for key, value in outputs.items()}
    return tree


def _read(file: h5py.File) -> Tree:
    tree: Tree = {}

    def visit(name: str, item: h5py.Group | h5py.Dataset) -> None:
        tree.update({f"{name}@{key}": value for key, value in item.attrs.items()})
        if isinstance(item, h5py.Dataset):
            tree[name] = item[()]

    file.visititems(visit)
    return tree


def _same(one: Tree, other: Tree) -> bool:
    return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)


def _equal(value: object, other_value: object) -> bool:
    one, other = np.asarray(value), np.asarray(other_value)
    if one.shape != other.shape or (one.dtype.kind == "f") != (other.dtype.kind == "f"):
        return False
    if one.dtype.kind != "f":
        return np.array_equal(one.astype(str), other.astype(str))
    return np.allclose(one, other, rtol=AGREE, atol=AGREE)
