"""Write the visible cases, checks.h5: other inputs than the hidden ones, with the reference's exact results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from autograder.assignment import CASES, Assignment
from autograder.course.edition import seconds
from autograder.judging.trusted import run_here
from autograder.selfcheck.cases import SECONDS
from autograder.selfcheck.language import Text
from autograder.selfcheck.limit import DEFAULT
from autograder.spec import Arrays, Exercise, Sizes

from .known import Visible, known_mistakes
from .patterns import pattern_like_hidden

PUBLISHED, OF_THE_COURSE = "published", Text("the values of the course's check")  # name and title
VISIBLE_SEED = 1
FORMAT = ("v108", "v108")  # smaller than the earliest one, and read by all that students have
DIGITS, BESIDE = 2.0**20, 2.0**-40  # a drawn number is a multiple of 1 / DIGITS, and a little more
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
    write(assignment, assignment.solutions / CASES)


def write(assignment: Assignment, path: Path, seed: int = VISIBLE_SEED) -> None:
    """Write a file with the cases that this seed draws; those of the course's check have no seed."""
    content = _content(assignment, seed)  # all of it before the file is touched
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w", libver=FORMAT) as file:
        for key, value in content.items():
            group, is_attribute, name = key.rpartition("@")
            if is_attribute:
                file.require_group(f"/{group}").attrs[name] = value
            else:
                packed = dict(compression="gzip", shuffle=True) if np.size(value) > LARGE else {}
                file.create_dataset(key, data=value, **packed)


def contains(file: Path, part: Path) -> bool:
    """Whether all that a file of visible cases has stands in another one, with the same values."""
    with h5py.File(file) as whole, h5py.File(part) as few:
        there, wanted = _read(whole), _read(few)
    return _same({name: value for name, value in there.items() if name in wanted}, wanted)


def visible_cases(
    exercise: Exercise, reference: Mapping[str, Any], seed: int = VISIBLE_SEED
) -> Iterator[tuple[str, str, Arrays]]:
    """Name, title and inputs of each case that students see."""
    for published in exercise.published_inputs:
        yield PUBLISHED, OF_THE_COURSE, published()
    for case in exercise.cases:
        if case.at_home:
            drawn = exercise.draw(case, seed, pattern_like_hidden(exercise, case, reference, seed))
            yield case.name, case.title, {name: _few_digits(array) for name, array in drawn.items()}


def _few_digits(array: np.ndarray) -> np.ndarray:
    """The numbers with so few digits that they take less than half of the space, and none that single precision has."""
    if array.dtype.kind != "f":
        return array
    return np.where(array == 0, 0.0, np.round(array * DIGITS) / DIGITS + BESIDE)


def _content(assignment: Assignment, seed: int = VISIBLE_SEED) -> Tree:
    """The file as a flat tree: datasets by path, attributes by `group@name`, the course's own limits among them."""
    reference = assignment.reference()
    asked = [name for path in assignment.notebooks for name in assignment.points(path.stem)]
    limits = seconds(assignment)
    tree: Tree = {f"@{SECONDS}": limits} if limits != DEFAULT else {}
    for exercise in (assignment.by_name[name] for name in asked):
        cases = list(_with_answers(exercise, reference, seed))
        known = known_mistakes(exercise, cases, reference, assignment.advice_at_home)
        tree |= _declared(exercise, cases) | {f"{exercise.name}/{key}": array for key, array in known.items()}
    return tree


def _with_answers(exercise: Exercise, reference: Mapping[str, Any], seed: int) -> Iterator[Visible]:
    usual = {case.name for case in exercise.cases if _is_ordinary(case.sizes, exercise.sizes)}
    for name, title, inputs in visible_cases(exercise, reference, seed):
        outputs = run_here(exercise, inputs, reference).outputs
        yield Visible(name, title, inputs, outputs, name == PUBLISHED or name in usual)


def _is_ordinary(sizes: Sizes, typical: Sizes) -> bool:
    return all(sizes[axis] >= size for axis, size in typical.items())


def _declared(exercise: Exercise, cases: Sequence[Visible]) -> Tree:
    tree: Tree = {
        f"{exercise.name}@call": exercise.call,
        f"{exercise.name}@outputs": list(exercise.outputs),
        f"{exercise.name}@limits": [exercise.limits[output] for output in exercise.outputs],
        f"{exercise.name}@cases": [case.name for case in cases],
    }
    for case in cases:
        group = f"{exercise.name}/{case.name}"
        tree[f"{group}@title"] = str(case.title)
        tree |= {f"{group}/inputs/{key}": array for key, array in case.inputs.items()}
        tree |= {f"{group}/expected/{key}": np.asarray(value) for key, value in case.expected.items()}
    return tree


def _read(file: h5py.File) -> Tree:
    tree: Tree = {f"@{key}": value for key, value in file.attrs.items()}

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
