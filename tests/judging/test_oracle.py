"""What a student's process may ask the grader for, and what it may not."""

import numpy as np
import pytest

from autograder.judging.carried import oracle as oracle_module
from autograder.judging.carried.dependencies import Dependencies, lines
from autograder.judging.carried.oracle import Guide, Oracle, trace
from autograder.judging.carried.put_right import put_right
from autograder.sandbox.messages import Call
from tests.support.house import ASSIGNMENT, EXERCISES, IN_ORDER

REFERENCE = ASSIGNMENT.reference()
DEPENDENCIES = Dependencies(IN_ORDER, REFERENCE)
STEP = ("rnn_step_forward", "rnn_step_backward")
N, T, D, H = 2, 3, 5, 4


def arrays(name, **changes):
    """Inputs of a layer, with some replaced."""
    rng = np.random.default_rng(1)
    sizes = dict(N=N, T=T, D=D, H=H, V=7)
    return {argument: draw.draw(rng, sizes) for argument, draw in DEPENDENCIES.layers[name].inputs.items()} | changes


def ask(oracle, name, given, token=-1):
    return oracle({"ask": name, "token": token}, given)


def test_a_step_and_its_gradients_are_the_references():
    oracle, given = Oracle(DEPENDENCIES, STEP), arrays("rnn_step_forward")
    header, answer = ask(oracle, "rnn_step_forward", given)
    next_h, cache = REFERENCE["rnn_step_forward"](*given.values())
    np.testing.assert_array_equal(answer["next_h"], next_h)
    assert set(answer) == {"next_h"}  # and nothing of the cache
    dnext_h = np.ones((N, H))
    _, gradients = ask(oracle, "rnn_step_backward", {"dnext_h": dnext_h}, header["token"])
    for name, right in zip(
        ("dx", "dprev_h", "dWx", "dWh", "db"), REFERENCE["rnn_step_backward"](dnext_h, cache), strict=True
    ):
        np.testing.assert_array_equal(gradients[name], right)


def test_truth_values_may_come_as_numbers():
    given = arrays("temporal_softmax_loss")
    answers = [
        ask(Oracle(DEPENDENCIES, ["temporal_softmax_loss"]), "temporal_softmax_loss", {**given, "mask": mask})[1]
        for mask in (given["mask"], given["mask"].astype(float))
    ]
    np.testing.assert_array_equal(answers[0]["dx"], answers[1]["dx"])


@pytest.mark.parametrize(
    ("name", "given", "token"),
    [
        ("rnn_forward", arrays("rnn_forward"), -1),
        ("np", {}, -1),
        (["rnn_step_forward"], arrays("rnn_step_forward"), -1),
        (None, {}, -1),
        ("rnn_step_forward", {}, -1),
        ("rnn_step_forward", arrays("rnn_step_forward", x=np.ones((N, D + 1))), -1),
        ("rnn_step_forward", arrays("rnn_step_forward", x=np.ones((N, D), dtype=complex)), -1),
        ("rnn_step_forward", arrays("rnn_step_forward", b=np.ones((1, H))), -1),
        ("rnn_step_forward", arrays("rnn_step_forward", x=np.ones((999, D)), prev_h=np.ones((999, H))), -1),
        ("rnn_step_forward", arrays("rnn_step_forward", x=np.ones((0, D)), prev_h=np.ones((0, H))), -1),
        ("rnn_step_backward", {"dnext_h": np.ones((N, H))}, 0),
        ("rnn_step_backward", {"dnext_h": np.ones((N, H))}, -1),
        ("rnn_step_backward", {"dnext_h": np.ones((N, H))}, "0"),
    ],
)
def test_what_does_not_fit_gets_no_answer(name, given, token):
    assert ask(Oracle(DEPENDENCIES, STEP), name, given, token) == ({}, {})


@pytest.mark.parametrize(
    "changes",
    [
        dict(prev_h=np.array(0)),
        dict(prev_h=np.ones((1, H))),
        dict(prev_h=np.ones(H), b=np.array(1)),
        dict(x=np.ones(D, int)),
        dict(x=np.ones(D), prev_h=np.ones(H)),
    ],
    ids=["a number", "one row", "a row", "whole numbers", "one example without its axis"],
)
def test_what_broadcasts_is_answered_as_the_reference_takes_it(changes):
    given = arrays("rnn_step_forward", **changes)
    whole = {
        **given,
        "prev_h": np.broadcast_to(given["prev_h"], (H,)) if given["prev_h"].ndim == 0 else given["prev_h"],
    }
    _, answer = ask(Oracle(DEPENDENCIES, STEP), "rnn_step_forward", given)
    np.testing.assert_allclose(answer["next_h"], REFERENCE["rnn_step_forward"](*whole.values())[0], rtol=1e-14)


def test_a_gradient_that_broadcasts_is_answered():
    oracle = Oracle(DEPENDENCIES, STEP)
    header, _ = ask(oracle, "rnn_step_forward", arrays("rnn_step_forward"))
    answers = [
        ask(oracle, "rnn_step_backward", {"dnext_h": g}, header["token"])[1]
        for g in (1, np.ones((N, H)))
        for g in [np.asarray(g)]
    ]
    np.testing.assert_array_equal(answers[0]["dWh"], answers[1]["dWh"])


def test_words_outside_the_vocabulary_get_no_answer():
    oracle = Oracle(DEPENDENCIES, ["word_embedding_forward"])
    for word in (-1, 7):
        given = arrays("word_embedding_forward", x=np.full((N, T), word))
        assert ask(oracle, "word_embedding_forward", given) == ({}, {})


def test_the_numbers_of_one_call_are_bounded(monkeypatch):
    monkeypatch.setattr(oracle_module, "IN_ALL", 100)
    oracle, given = Oracle(DEPENDENCIES, STEP), arrays("rnn_step_forward")
    answered = [bool(ask(oracle, "rnn_step_forward", given)[1]) for _ in range(9)]
    assert answered[0] and not answered[-1]


def test_a_guide_gives_the_right_steps_whatever_is_asked_with():
    inputs = arrays("rnn_forward")
    steps = trace(DEPENDENCIES, "rnn_forward", "rnn_step_forward", inputs)
    states = REFERENCE["rnn_forward"](*inputs.values())[0]
    assert len(steps) == T
    by_order = Oracle(DEPENDENCIES, STEP, Guide("rnn_step_forward", steps))
    by_value = Oracle(DEPENDENCIES, STEP, Guide("rnn_step_forward", steps, by_value=True))
    for t in range(T):
        wrong = {"x": inputs["x"][:, T - 1 - t]}
        _, answer = ask(by_order, "rnn_step_forward", wrong)
        np.testing.assert_array_equal(answer["next_h"], states[:, t])
        np.testing.assert_array_equal(answer["at x"], inputs["x"][:, t])
        _, answer = ask(by_value, "rnn_step_forward", wrong)
        np.testing.assert_array_equal(answer["next_h"], states[:, T - 1 - t])


@pytest.mark.parametrize("name", EXERCISES)
def test_an_exercise_never_gets_an_answer_to_itself(name):
    exercise = EXERCISES[name]
    written = [Call(exercise.call, exercise.draw(case, 1), tuple(exercise.outputs)) for case in exercise.cases]
    earlier = list(EXERCISES)[: list(EXERCISES).index(name)]
    for calls in put_right(exercise, written, DEPENDENCIES):
        for call in calls:
            asked = {stand_in.function for stand_in in call.stand_ins}
            assert asked and exercise.function not in asked
            assert asked <= set(DEPENDENCIES.needs(exercise)) <= set(earlier)
            assert call.answer({"ask": exercise.function, "token": 0}, call.inputs) == ({}, {})


def test_all_cases_are_small_enough_to_be_put_right():
    sizes = [size for exercise in EXERCISES.values() for case in exercise.cases for size in case.sizes.values()]
    assert max(sizes) <= oracle_module.LARGEST


def test_lines_that_hand_over_plain_names_are_read():
    call = "from cs231n import captions\nh, cache = rnn_forward(x, h0)\nn = len(h) + 1\nd = grads.get('d')"
    assert [(line.function, line.arguments, line.results) for line in lines(call)] == [
        ("rnn_forward", ("x", "h0"), ("h", "cache"))
    ]
