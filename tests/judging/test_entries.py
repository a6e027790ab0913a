"""What a verdict tells of wrong values: never so much that constants read the right ones off it."""

import numpy as np
import pytest

from autograder.judging.entries import wrong_entries
from autograder.judging.judge import Judge
from autograder.sandbox.messages import Fate, Reply
from tests.support.house import ASSIGNMENT, EXERCISES

RIGHT = np.array([[0.5, -1.5], [2.25, 0.0]])


@pytest.fixture(scope="module")
def judge():
    return Judge(ASSIGNMENT.reference(), seed=3)


def judged(judge, name, make):
    """The judgement on what is made of each right value."""
    exercise = EXERCISES[name]
    exact = [judge.expected(exercise, case) for case in exercise.cases]
    replies = [Reply(Fate.DONE, {output: make(np.asarray(right)) for output, right in each.items()}) for each in exact]
    return judge.judge(exercise, replies)


def constant(judge, name, number):
    """The judgement on the same number everywhere, in the right shapes."""
    return judged(judge, name, lambda right: np.full(right.shape, number))


def test_entries_are_wrong_or_right_and_nothing_more():
    entries = wrong_entries(np.array([[0.5, -0.5], [2.25, np.nan]]), RIGHT, 1e-8)
    assert entries.wrong.tolist() == [[False, True], [False, True]]
    assert wrong_entries(RIGHT[0], RIGHT, 1e-8) is None


@pytest.mark.parametrize("right", [np.array([[1, 0, 2], [3, 1, 1]]), np.array([True, False]), np.array([1.0, 4.0])])
def test_of_whole_numbers_there_is_no_map(right):
    assert wrong_entries(np.ones(right.shape), right, 1e-8) is None


def test_constants_read_no_captions_off_the_verdicts(judge):
    told = [constant(judge, "captioning_rnn_sample", number) for number in range(8)]
    assert not any(verdict.entries for judgement in told for verdict in judgement.verdicts)


def test_the_error_of_a_single_number_is_a_power_of_ten(judge):
    for number in (1.0, 9.0, 2.345):
        verdicts = [each for each in constant(judge, "captioning_rnn_loss", number).verdicts if each.output == "loss"]
        assert verdicts and not any(each.right for each in verdicts)
        assert {each.error for each in verdicts} <= {1.0, 0.1, 0.01}


def test_the_error_of_an_array_stays_a_number(judge):
    (verdict, *_) = judged(judge, "rnn_step_forward", lambda right: 1.5 * right).verdicts
    assert verdict.error == pytest.approx(0.2)
