"""Sentences call the entries along an axis what the assignment calls them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from autograder.judging.judge import Judge
from autograder.sandbox.messages import Fate, Reply
from autograder.spec import Exercise, exercise


def scores(x, W):
    return x @ W


def declared(**more: object) -> Exercise:
    def scores(x: "N D", W: "D K"):  # noqa: F722
        """The scores of all classes."""

    sizes = dict(N=5, D=3, K=4)
    return exercise(call="s = scores(x, W)", outputs={"s": "N K"}, sizes=sizes, rtol=1e-9, **more)(scores)


def advice(asked: Exercise, make: Callable[[np.ndarray], np.ndarray]) -> str:
    judge = Judge({"scores": scores}, seed=0)
    exact = [judge.expected(asked, case)["s"] for case in asked.cases]
    (found,) = judge.judge(asked, [Reply(Fate.DONE, {"s": make(array.copy())}) for array in exact]).advice
    return found.text


def without_last(array: np.ndarray) -> np.ndarray:
    array[:, -1] = 0
    return array


def without_first_row(array: np.ndarray) -> np.ndarray:
    array[0] = 0
    return array


@pytest.mark.parametrize(
    ("axes", "make", "words"),
    [
        ({}, without_last, "It is zero for the last column, and"),
        ({"K": ("class", "classes")}, without_last, "It is zero for the last class, and"),
        ({}, without_first_row, "It is zero for example 0 (counted from 0), and"),
        ({"N": ("patient", "patients")}, without_first_row, "It is zero for patient 0 (counted from 0), and"),
        ({}, lambda s: s * s.shape[1], "It is K times too large: a division"),
        ({"K": ("class", "classes")}, lambda s: s * s.shape[1], "It is K times too large (the number of classes): a"),
        ({}, lambda s: s / s.shape[0], "It is N times too small (the number of examples): it"),
    ],
)
def test_what_an_axis_is_called(axes: dict, make: Callable, words: str) -> None:
    assert words in advice(declared(axes=axes), make)
