"""Write the visible cases, checks.h5: other inputs than the hidden ones, with the reference's exact results."""

from __future__ import annotations

from collections.abc import Iterator

import h5py
import numpy as np

from ..course import Course
from ..exercises import EXERCISES
from ..judge import run_here
from ..spec import Arrays, Exercise

VISIBLE_SEED = VISIBLE_PATTERN = 1
EDGES = ("one_example", "one_step", "early_end")  # the cases that students see beside the published one
LARGE = 500  # numbers that are worth compressing
AGREE = 1e-12  # two machines' linear algebra differs in the last digits; more is a change

Tree = dict[str, object]


def stale(course: Course) -> list[str]:
    """The file's path where its content is not what the exercises give now."""
    path = course.source / "checks.h5"
    if path.exists():
        with h5py.File(path) as file:
            if _same(_read(file), _content(course)):
                return []
    return [str(path.relative_to(course.root))]


def make(course: Course) -> None:
    """Write the file."""
    content = _content(course)  # all of it before the file is touched
    with h5py.File(course.source / "checks.h5", "w") as file:
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


def _content(course: Course) -> Tree:
    """The file as a flat tree: datasets by path, attributes by `group@name`."""
    reference, tree = course.reference(), {}
    asked = [name for path in course.notebooks for name in course.points(path.stem)]
    for exercise in (EXERCISES[name] for name in asked):
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


def _equal(one: object, other: object) -> bool:
    one, other = np.asarray(one), np.asarray(other)
    if one.shape != other.shape or (one.dtype.kind == "f") != (other.dtype.kind == "f"):
        return False
    if one.dtype.kind != "f":
        return one.astype(str).tolist() == other.astype(str).tolist()
    return np.allclose(one, other, rtol=AGREE, atol=AGREE)
