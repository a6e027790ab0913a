"""The visible cases of an exercise, as checks.h5 keeps them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .language import Text, joined, told
from .limit import DEFAULT, Seconds
from .oneline import CasesMissing, NoSuchCheck

if TYPE_CHECKING:  # it takes a tenth of a second to import, and the grader itself reads no visible cases
    import h5py

KNOWN = "known mistakes"  # the group with what they are known by
SECONDS = "seconds"  # of the whole file: the grader's limits of time


@dataclass(frozen=True)
class Case:
    """Inputs and exact outputs, by name. `title` says what is special, e.g. "one example (N = 1)"."""

    title: str
    inputs: dict[str, np.ndarray]
    expected: dict[str, np.ndarray]


@dataclass(frozen=True)
class Known:
    """A mistake that can be recognised by the values it gives.

    outputs: those that it gets wrong. marks: by case and output, what its values are known by. telling: the cases whose
    values are evidence enough.
    """

    advice: str
    outputs: tuple[str, ...]
    marks: np.ndarray
    telling: np.ndarray


@dataclass(frozen=True)
class Exercise:
    """`call` is the snippet that turns the inputs into the outputs; limits: the allowed error by output.

    known: the mistakes that can be named. seconds: the grader's limits of time.
    """

    name: str
    call: str
    limits: dict[str, float]
    cases: tuple[Case, ...]
    known: tuple[Known, ...] = ()
    seconds: Seconds = DEFAULT


def read_exercise(path: Path, name: str) -> Exercise:
    """Read one exercise; the arrays are new at every call.

    Raises CasesMissing when the file is missing or damaged, NoSuchCheck when it knows no such exercise.
    """
    with _opened(path) as file:
        if name not in file:
            raise NoSuchCheck(
                told(
                    "There is no check for {name!r}; there is one for {others}.", name=name, others=joined(sorted(file))
                )
            )
        group = file[name]
        outputs = [_text(output) for output in group.attrs["outputs"]]
        return Exercise(
            name,
            _text(group.attrs["call"]).strip(),
            dict(zip(outputs, map(float, group.attrs["limits"]), strict=True)),
            tuple(_read_case(group[_text(case)]) for case in group.attrs["cases"]),
            tuple(_read_known(group[KNOWN], outputs)) if KNOWN in group else (),
            Seconds(*map(float, file.attrs[SECONDS])) if SECONDS in file.attrs else DEFAULT,
        )


def exercise_names(path: Path) -> set[str]:
    """The names of all exercises of the file."""
    with _opened(path) as file:
        return set(file)


def _opened(path: Path) -> h5py.File:
    import h5py

    told_of = dict(file=path.name, folder=path.parent)
    if not path.is_file():
        raise CasesMissing(told("{file} is missing from {folder}: copy it from the assignment.", **told_of))
    try:
        return h5py.File(path, "r")
    except OSError:
        said = told("{file} in {folder} is damaged: copy it from the assignment again.", **told_of)
        raise CasesMissing(said) from None


def _read_case(group: h5py.Group) -> Case:
    inputs = {name: item[()] for name, item in group["inputs"].items()}
    expected = {name: np.asarray(item[()]) for name, item in group["expected"].items()}
    return Case(Text(_text(group.attrs["title"])), inputs, expected)


def _read_known(group: h5py.Group, outputs: Sequence[str]) -> Iterator[Known]:
    parts = zip(group.attrs["advice"], group["wrong"][()], group["marks"][()], group["telling"][()], strict=True)
    for advice, wrong, marks, telling in parts:
        names = tuple(name for name, is_wrong in zip(outputs, wrong, strict=True) if is_wrong)
        yield Known(Text(_text(advice)), names, marks, telling)


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
