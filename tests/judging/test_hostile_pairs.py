"""Nobody earns marks for a backward pass that is not written, whatever their forward pass says and keeps."""

import numpy as np
import pytest

from autograder.judging.carried import Fairness
from autograder.judging.carried.dependencies import forward_line
from autograder.judging.judge import Judge
from autograder.sandbox.messages import Call
from tests.support.house import ASSIGNMENT, EXERCISES, IN_ORDER
from tests.support.in_process import make_calls

REFERENCE = ASSIGNMENT.reference()
BACKWARD = [exercise for exercise in IN_ORDER if forward_line(exercise)]
PAIRS = 100  # for each of five exercises


@pytest.fixture(scope="module")
def judge():
    return Judge(REFERENCE, seed=5)


def arrays_of(values):
    """The arrays in a tuple of values or in a list of such."""
    return [each for value in values for each in (arrays_of(value) if isinstance(value, (list, tuple)) else [value])]


def forwards(function, rng):
    """Ways in which a hostile forward pass may be wrong somewhere, and what it may say and keep then."""
    right = REFERENCE[function]
    slope = rng.choice([0.0, 1.0, -2.0, np.nan])
    number = rng.choice([0.0, 1.0, 40.0, np.inf])

    def is_odd(values):
        return min(arrays_of(values)[0].shape) == 1

    def spoilt(values, results):
        *given, cache = results
        return *(each * 0 + number for each in given), cache

    def only_where_one(*values):
        results = right(*values)
        return spoilt(values, results) if is_odd(values) else results

    def only_typical(*values):
        results = right(*values)
        return results if is_odd(values) else spoilt(values, results)

    def saturated(*values):
        *given, cache = only_where_one(*values)
        return *given, tuple(np.full_like(each, number) if isinstance(each, np.ndarray) else each for each in cache)

    def forged_slopes(*values):
        moved = [np.imag(value) for value in values if np.iscomplexobj(value)]
        *given, cache = only_where_one(*(np.real(value) for value in values))
        return *(each + 1j * slope * sum(map(np.sum, moved)) if moved else each for each in given), cache

    def given_away(*values):
        shapes = [each.shape for each in right(*values)[:-1]]
        return *(np.full(shape, sum(np.sum(value) for value in values)) for shape in shapes), values

    def keeps_what_it_likes(*values):
        *given, cache = spoilt(values, right(*values))
        many = [rng.standard_normal(np.shape(each)) for each in arrays_of(cache) for _ in range(3)]
        return *given, [many, *(np.zeros(np.shape(each)) for each in arrays_of(cache))]

    def swapped(*values):
        *given, cache = spoilt(values, right(*values))
        return *given, cache[::-1]

    return [
        only_where_one, only_typical, saturated, forged_slopes, given_away, keeps_what_it_likes, swapped,
        lambda *values: spoilt(values, right(*values)),
    ]  # fmt: skip


def backwards(exercise, rng):
    """Backward passes that nobody has written."""
    number = rng.choice([1.0, -1.0, 1e-9, 1e9, np.nan])
    names = list(exercise.outputs)

    def given(results):
        return results if len(names) > 1 else results[0]

    def shapes(cache):
        found = [np.shape(each) for each in arrays_of([cache])]
        return [found[n % len(found)] for n in range(len(names))] if found else [()] * len(names)

    def like_inputs(make):
        return lambda upstream, *rest: given(tuple(make(shape) for shape in shapes(rest[-1])))

    def echo(*values):
        return given(tuple(arrays_of(values[-1:]))[: len(names)])

    return [like_inputs(np.zeros), like_inputs(np.ones), like_inputs(lambda shape: np.full(shape, number)),
            like_inputs(rng.standard_normal), echo, lambda *values: given((values[0],) * len(names))]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("exercise", BACKWARD, ids=lambda exercise: exercise.name)
def test_hostile_pairs_earn_no_more_than_as_written(judge, exercise):
    fairness, rng, looked = Fairness(judge, IN_ORDER), np.random.default_rng(len(exercise.name)), []
    line, calls = forward_line(exercise), calls_of(judge, exercise)
    for number in range(PAIRS):
        made, unwritten = forwards(line.function, rng), backwards(exercise, rng)
        backward = unwritten[rng.integers(len(unwritten))]
        functions = {**REFERENCE, line.function: made[rng.integers(len(made))], exercise.function: backward}
        first = judged(judge, EXERCISES[line.function], functions)
        replies = make_calls(calls, functions)
        written = judge.judge(exercise, replies)

        def run(calls, functions=functions):
            looked.append(len(calls))
            return make_calls(calls, functions)

        better = fairness.better(exercise, written, calls, replies, run, {line.function: first})
        assert better.fraction == written.fraction, number
    assert len(looked) >= PAIRS


def calls_of(judge, exercise):
    return [
        Call(exercise.call, judge.inputs(exercise, case), tuple(exercise.outputs), case.strided)
        for case in exercise.cases
    ]


def judged(judge, exercise, functions):
    return judge.judge(exercise, make_calls(calls_of(judge, exercise), functions))
