"""Known mistakes in the file of visible cases: recognised by their values, with no code and no false name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from autograder.building import checks
from autograder.building.known import Visible, known_mistakes
from autograder.errors import AssignmentError
from autograder.judging.trusted import run_here
from autograder.selfcheck.cases import Exercise, read_exercise
from autograder.selfcheck.check import examine
from autograder.selfcheck.known import alike, mark
from autograder.spec import exercise
from tests.support.house import ASSIGNMENT, EXERCISES

NAME = "rnn_step_backward"
FILE = ASSIGNMENT.solutions / "checks.h5"
LIMIT = 1e-8


def double(x: np.ndarray) -> np.ndarray:
    return 2 * x


def declared(*wrong: Callable) -> dict:
    """What is kept of an exercise's mistakes, with two visible cases."""

    @exercise(call="y = double(x)", outputs={"y": "N D"}, sizes=dict(N=3, D=2), rtol=LIMIT)
    def doubled(x: "N D"):  # noqa: F722  (axes)
        """Twice the numbers."""

    asked = replace(doubled, name="double", function="double")
    for function in wrong:
        asked.mistake(f"It is {function.__name__}: take 2 * x.")(function)
    return known_mistakes(asked, list(visible(asked)), {"double": double, "np": np}, "hints")


def visible(asked: Exercise) -> list[Visible]:
    cases = [(case, asked.draw(case, 1)) for case in (asked.cases[0], asked.cases[2])]
    answers = [run_here(asked, inputs, {"double": double}).outputs for _, inputs in cases]
    return [
        Visible(case.name, case.title, inputs, expected, case is asked.cases[0])
        for (case, inputs), expected in zip(cases, answers, strict=True)
    ]


def test_a_mistake_is_kept_with_as_much_of_its_advice_as_the_course_chooses():
    def thrice(x):
        return 3 * x

    kept = declared(thrice)
    assert kept["known mistakes@advice"] == ["It is thrice."]
    assert kept["known mistakes/marks"].shape == (1, 2, 1, 4)
    assert kept["known mistakes/telling"].tolist() == [[True, False]]


def test_two_mistakes_with_the_same_values_are_both_left_out():
    def thrice(x):
        return 3 * x

    def sum_of_three(x):
        return x + x + x

    assert declared(thrice, sum_of_three) == {}


def test_what_shows_in_no_ordinary_case_is_left_out():
    def of_one_example(x):
        return 2 * x + (len(x) == 1)

    def raises(x):
        return 2 * x.nothing

    assert declared(of_one_example, raises) == {}


def test_a_level_that_does_not_exist_is_an_error():
    with pytest.raises(
        AssignmentError, match="advice_at_home is 'some', and should be one of none, names, hints, full"
    ):
        known_mistakes(EXERCISES[NAME], [], {}, "some")


@pytest.mark.parametrize(
    ("level", "said"),
    [
        ("none", "dx, dprev_h, dWx, dWh, db: The values differ from the exact ones."),
        ("names", "slope of sigmoid"),
        ("hints", "The slope is the sigmoid's, next_h * (1 - next_h)."),
        ("full", "The slope is the sigmoid's, next_h * (1 - next_h); the slope of tanh is 1 - next_h**2."),
    ],
)
def test_the_level_is_the_courses_choice(level: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(type(ASSIGNMENT), "solutions", property(lambda self: tmp_path))
    monkeypatch.setattr(type(ASSIGNMENT), "reference", lambda self: REFERENCE)
    checks.make(replace(ASSIGNMENT, exercises=[EXERCISES[NAME]], advice_at_home=level))
    (mistake,) = [each for each in EXERCISES[NAME].mistakes if each.name == "slope_of_sigmoid"]
    found = examine(read_exercise(tmp_path / "checks.h5", NAME), mistake.plant(REFERENCE, NAME), tmp_path / "checks.h5")
    assert found.sentences[0].startswith(said)
    assert not found.right


REFERENCE = ASSIGNMENT.reference()


def test_no_code_and_no_name_of_a_mistake_is_in_the_file():
    content = FILE.read_bytes()
    assert b"slope of tanh" in content  # advice is
    for asked in EXERCISES.values():
        for mistake in asked.mistakes:
            assert f"def {mistake.name}".encode() not in content
            assert all(
                line.strip().encode() not in content for line in mistake.source.splitlines()[1:] if len(line) > 30
            )


def test_the_file_stays_small():
    assert FILE.stat().st_size < 3_000_000
    with h5py.File(FILE) as file:
        assert all("known mistakes" in file[name] for name in file)


ARRAY = np.random.default_rng(0).standard_normal((3, 4))


@pytest.mark.parametrize("other", [ARRAY * (1 + 1e-12), ARRAY.tolist(), np.asfortranarray(ARRAY)])
def test_marks_know_a_value_again(other: object):
    assert alike(mark(ARRAY), mark(other), LIMIT)


@pytest.mark.parametrize(
    "other",
    [ARRAY + 1e-4, -ARRAY, ARRAY.T, ARRAY[::-1], ARRAY.ravel(), 0 * ARRAY, ARRAY * np.nan, None, "x", ARRAY[:, ::-1]],
)
def test_marks_tell_values_apart(other: object):
    assert not alike(mark(ARRAY), mark(other), LIMIT)


def test_marks_take_any_numbers():
    for odd in (np.inf, -np.inf, np.nan, 1e308, 0.0, -1e-300):
        assert np.isfinite(mark(np.full((2, 3), odd))).all()
        assert alike(mark(np.full((2, 3), odd)), mark(np.full((2, 3), odd)), LIMIT)
