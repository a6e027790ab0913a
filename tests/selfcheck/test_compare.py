"""Comparing one output with its exact value: the order of the questions, and causes that the values bear out."""

from __future__ import annotations

import time

import numpy as np
import pytest

from autograder.selfcheck.compare import as_numbers, compare, error_map, together

RNG = np.random.default_rng(0)
MATRIX, SQUARE, VECTOR = RNG.standard_normal((3, 4)), RNG.standard_normal((4, 4)), RNG.standard_normal(4)
WORDS = np.array([[5, 3, 4, 2], [6, 7, 2, 0]])
SEQUENCE = RNG.standard_normal((3, 6, 4))  # N, T, H
LIMIT = 1e-8


def changed(array: np.ndarray, place: object) -> np.ndarray:
    array = array.copy()
    array[place] += 1
    return array


WRONG = [  # a value, the exact one, and what is said of it
    (None, MATRIX, "it was never computed, or the function does not return it"),
    (MATRIX + 0j, MATRIX, "of complex128 values; real numbers are expected"),
    (np.full((3, 4), "a"), MATRIX, "real numbers are expected"),
    (object(), MATRIX, "is of type object; a plain NumPy array"),
    ([[1.0], [1.0, 2.0]], MATRIX, "cannot be read as an array"),
    (MATRIX.T, MATRIX, "has shape (4, 3), expected (3, 4): it looks transposed"),
    (VECTOR[None], VECTOR, "has shape (1, 4), expected (4,): an axis of length 1 was kept"),
    (VECTOR, VECTOR[None], "an axis of length 1 was dropped"),
    (VECTOR.sum(), VECTOR, "it was summed to a single number"),
    (np.zeros(()), VECTOR, "has shape (), expected (4,): it is a single number"),
    (MATRIX, MATRIX.sum(axis=0), "an axis that should be summed over is still there"),
    (MATRIX, VECTOR, "has shape (3, 4), expected (4,)."),
    (SEQUENCE.transpose(1, 0, 2), SEQUENCE, "the axes are in another order"),
    (SEQUENCE[:, :2], SEQUENCE, "has shape (3, 2, 4), expected (3, 6, 4)."),
    (MATRIX * np.nan, MATRIX, "holds nan in 12 of 12 entries"),
    (changed(MATRIX, (0, 0)) * np.where(MATRIX[1, 1] == MATRIX, np.inf, 1), MATRIX, "holds inf in 1 of 12 entries"),
    (np.zeros((3, 4)), MATRIX, "It is all zeros"),
    (-MATRIX, MATRIX, "It has the wrong sign"),
    (3 * MATRIX, MATRIX, "It is 3 times the exact value everywhere"),
    (MATRIX / 7, MATRIX, "It is 1/7 of the exact value everywhere"),
    (MATRIX * (1 + 2e-6), MATRIX, "It is too large by the same small share of itself, 2.0e-06, everywhere"),
    (MATRIX / (1 + 2e-6), MATRIX, "It is too small by the same small share of itself, 2.0e-06, everywhere"),
    (SQUARE.T, SQUARE, "It is the transpose of the exact value"),
    (changed(SEQUENCE, np.s_[:, 2:]), SEQUENCE, "right up to time step 1 and wrong from step 2 on"),
    (changed(SEQUENCE, np.s_[:, :5]), SEQUENCE, "right at the end and wrong from time step 4 back to 0"),
    (changed(SEQUENCE, np.s_[:, 3]), SEQUENCE, "Only time step 3 is wrong."),
    (changed(SEQUENCE, np.s_[:, 0]), SEQUENCE, "Only time step 0 is wrong."),
    (changed(SEQUENCE, np.s_[:, 5]), SEQUENCE, "Only time step 5, the last one, is wrong."),
    (changed(SEQUENCE, np.s_[:, 1:]), SEQUENCE, "dx: Only time step 0 is right: look at what each step hands on"),
    (np.trunc(3 * MATRIX).astype(int), 3 * MATRIX, "It is the exact value cut to whole numbers, of type int64"),
    (np.ones((3, 4), int), MATRIX, "It is an array of whole numbers (int64), and the exact values have fractions"),
    (np.column_stack([[1, 1], WORDS[:, :-1]]), WORDS, "Everything comes one place too late"),
    (np.column_stack([WORDS[:, 1:], [0, 0]]), WORDS, "Everything comes one place too early"),
    (changed(MATRIX, (0, 0)), MATRIX, "1 entry of 12 is wrong."),
    (changed(MATRIX, np.s_[:2, 0]), MATRIX, "2 of 12 entries are wrong."),
    (MATRIX + 1, MATRIX, "The values differ from the exact ones"),
]


@pytest.mark.parametrize(("value", "expected", "sentence"), WRONG)
def test_what_is_wrong_is_said(value, expected, sentence):
    finding = compare("dx", value, expected, LIMIT)
    assert not finding.right
    assert sentence in finding.sentence
    assert finding.sentence.startswith("dx")


@pytest.mark.parametrize(
    "value",
    [MATRIX, MATRIX.tolist(), [list(row) for row in MATRIX], np.asfortranarray(MATRIX), MATRIX.astype(np.longdouble)],
)
def test_the_exact_values_are_right_in_any_form(value):
    finding = compare("dx", value, MATRIX, LIMIT)
    assert finding.right
    assert finding.error == 0
    assert finding.sentence == ""


@pytest.mark.parametrize(("factor", "right"), [(1 + 1e-9, True), (1 + 1e-7, False)])
def test_the_limit_divides_right_from_wrong(factor, right):
    assert compare("dx", MATRIX * factor, MATRIX, LIMIT).right is right


def test_a_single_number_is_compared_like_an_array():
    assert compare("loss", 2.5, np.asarray(2.5), LIMIT).right
    assert "has shape (1,), expected ()" in compare("loss", np.array([2.5]), np.asarray(2.5), LIMIT).sentence
    assert compare("loss", 2.6, np.asarray(2.5), LIMIT).sentence == "loss: The values differ from the exact ones."


def test_error_is_the_courses_own():
    assert error_map(np.array([1.0, 0.0, 1e-9]), np.array([1.5, 0.0, 0.0])) == pytest.approx([0.2, 0.0, 0.1])


def test_only_a_plain_array_is_one():
    class Loud(np.ndarray):
        pass

    assert as_numbers("dx", MATRIX.view(Loud)) == (
        None,
        "dx is of type Loud; a plain NumPy array of real numbers is expected.",
    )
    for value in (MATRIX, MATRIX.tolist(), np.float32(2.0), 3, True):
        array, sentence = as_numbers("dx", value)
        assert type(array) is np.ndarray
        assert sentence == ""


def test_sentences_that_say_the_same_are_one():
    said = [("dx", "dx: It is all zeros."), ("db", "db has shape (1, 4)."), ("dW", "dW: It is all zeros.")]
    assert together(said) == ["dx, dW: It is all zeros.", "db has shape (1, 4)."]
    assert together([("dx", "In f, line 2: boom"), ("db", "In f, line 2: boom")]) == ["In f, line 2: boom"]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", [np.full(shape, 1e308) for shape in ((3, 4), (2, 3, 4), (1,) * 40 + (3, 4), (4, 3))])
def test_odd_arrays_are_compared_quietly_and_at_once(value):
    start = time.perf_counter()
    assert not compare("dx", value, MATRIX, LIMIT).right
    assert time.perf_counter() - start < 0.2
