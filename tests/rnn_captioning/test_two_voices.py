"""The check at home and the grader: nothing is said at home that the grader's cases refute, and the same is named."""

from __future__ import annotations

import warnings
from functools import cache

import numpy as np
import pytest

from autograder.engine import SEED
from autograder.judging.diagnosis import Advice
from autograder.judging.diagnosis.advice import HINTS
from autograder.judging.judge import Judge
from autograder.proving.accept import _run_cells, designs
from autograder.proving.sources import Sources
from autograder.selfcheck.cases import Exercise as Visible
from autograder.selfcheck.cases import read_exercise
from autograder.selfcheck.run import run_case
from autograder.spec import Exercise
from tests.judging.repair.measure import styles
from tests.support.house import ASSIGNMENT, EXERCISES, IN_ORDER
from tests.support.two_voices import both

pytestmark = pytest.mark.slow

FILE = ASSIGNMENT.solutions / "checks.h5"
UNSEEN = {"truncated"}  # mistakes that the check at home lets pass: it has no sequence of more than ten steps
NAMELESS = {  # those that it does not name: they show in small cases only, or raise an exception
    "squeezed",
    "squeezed_gradients",
    "one_step_special",
    "zeros_of_many_arguments",
    "max_for_argmax",
}


@cache
def visible_of(name: str) -> Visible:
    """The visible cases of an exercise, read once; every run is made on copies."""
    return read_exercise(FILE, name)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(ASSIGNMENT.reference(), SEED)


@pytest.mark.parametrize("exercise", IN_ORDER, ids=lambda exercise: exercise.name)
def test_what_is_said_at_home_holds_for_the_graders_cases(exercise: Exercise, judge: Judge):
    visible, reference = visible_of(exercise.name), dict(judge.reference)
    for mistake in exercise.mistakes:
        voices = both(exercise, visible, judge, mistake.plant(reference, exercise.function))
        assert list(voices.refuted()) == []
        assert voices.right_at_home == (mistake.name in UNSEEN)
        assert bool(voices.named) == (mistake.name not in UNSEEN | NAMELESS)


@pytest.mark.parametrize("exercise", IN_ORDER, ids=lambda exercise: exercise.name)
def test_of_two_mistakes_at_once_only_one_of_them_or_what_the_grader_says_is_named(exercise: Exercise, judge: Judge):
    visible, reference = visible_of(exercise.name), dict(judge.reference)
    rng = np.random.default_rng(0)
    for pair in rng.choice(len(exercise.mistakes), size=(10, 2)):
        one, other = (exercise.mistakes[number] for number in pair)
        twice = other.plant(one.plant(reference, exercise.function), exercise.function)
        voices = both(exercise, visible, judge, twice)
        true = voices.hints | {Advice(each.name, each.advice).said(HINTS) for each in (one, other)}
        assert {named.advice for named in voices.named} <= true


@pytest.mark.parametrize("design", designs(ASSIGNMENT), ids=lambda design: design.name)
def test_right_code_passes_at_home(design):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        functions = _run_cells(Sources.of(ASSIGNMENT), design.code)
    for exercise in design.exercises:
        visible = visible_of(exercise.name)
        assert all(run_case(visible, case, functions).right for case in visible.cases)


@pytest.mark.parametrize(("style", "code", "wrongs"), list(styles()), ids=[style for style, _, _ in styles()])
def test_what_is_said_of_wrong_functions_in_other_styles_holds_for_the_graders_cases(style, code, wrongs, judge: Judge):
    for wrong in wrongs[::3]:
        functions = dict(judge.reference)
        exec(code.replace(wrong.right, wrong.wrong), functions)
        voices = both(EXERCISES[wrong.function], visible_of(wrong.function), judge, functions)
        assert list(voices.refuted()) == [], wrong
