"""The reference is right: complex-step derivatives and the published values agree with it; its cases are sound."""

import importlib.util

import numpy as np
import pytest

from autograder.building.checks import visible_cases
from autograder.engine import SEED
from autograder.judging.trusted import run_here
from autograder.proving.gradients import agree, differentiated, gradients
from autograder.spec import length
from tests.support.house import ASSIGNMENT, EXERCISES, IN_ORDER

CASES = [(exercise, case) for exercise in IN_ORDER for case in exercise.cases]
DIFFERENTIATED = [pair for pair in CASES if pair[0] in differentiated(IN_ORDER)]

PUBLISHED = {  # the course's expected arrays, with 8 digits
    "rnn_step_forward": [
        [-0.58172089, -0.50182032, -0.41232771, -0.31410098],
        [0.66854692, 0.79562378, 0.87755553, 0.92795967],
        [0.97934501, 0.99144213, 0.99646691, 0.99854353],
    ],
    "rnn_forward": [
        [
            [-0.42070749, -0.27279261, -0.11074945, 0.05740409, 0.22236251],
            [-0.39525808, -0.22554661, -0.0409454, 0.14649412, 0.32397316],
            [-0.42305111, -0.24223728, -0.04287027, 0.15997045, 0.35014525],
        ],
        [
            [-0.55857474, -0.39065825, -0.19198182, 0.02378408, 0.23735671],
            [-0.27150199, -0.07088804, 0.13562939, 0.33099728, 0.50158768],
            [-0.51014825, -0.30524429, -0.06755202, 0.17806392, 0.40333043],
        ],
    ],
    "lstm_step_forward": [
        [0.24635157, 0.28610883, 0.32240467, 0.35525807, 0.38474904],
        [0.49223563, 0.55611431, 0.61507696, 0.66844003, 0.7159181],
        [0.56735664, 0.66310127, 0.74419266, 0.80889665, 0.858299],
    ],
    "lstm_forward": [
        [
            [0.01764008, 0.01823233, 0.01882671, 0.0194232],
            [0.11287491, 0.12146228, 0.13018446, 0.13902939],
            [0.31358768, 0.33338627, 0.35304453, 0.37250975],
        ],
        [
            [0.45767879, 0.4761092, 0.4936887, 0.51041945],
            [0.6704845, 0.69350089, 0.71486014, 0.7346449],
            [0.81733511, 0.83677871, 0.85403753, 0.86935314],
        ],
    ],
    "word_embedding_forward": [
        [
            [0.0, 0.07142857, 0.14285714],
            [0.64285714, 0.71428571, 0.78571429],
            [0.21428571, 0.28571429, 0.35714286],
            [0.42857143, 0.5, 0.57142857],
        ],
        [
            [0.42857143, 0.5, 0.57142857],
            [0.21428571, 0.28571429, 0.35714286],
            [0.0, 0.07142857, 0.14285714],
            [0.64285714, 0.71428571, 0.78571429],
        ],
    ],
}


@pytest.fixture(scope="module")
def reference(assignment):
    return assignment.reference()


def ids(pairs):
    return [f"{exercise.name}-{case.name}" for exercise, case in pairs]


@pytest.mark.slow
@pytest.mark.parametrize(("exercise", "case"), DIFFERENTIATED, ids=ids(DIFFERENTIATED))
def test_gradients_agree_with_complex_steps(reference, exercise, case):
    drawn = exercise.draw(case, SEED)
    compared = {f"d{name}": agree(case, *pair) for name, *pair in gradients(exercise, drawn, reference)}
    assert compared.keys() == exercise.outputs.keys() - {"loss"}
    assert all(error < most for error, most in compared.values())


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")
@pytest.mark.parametrize("cell", ["lstm", "attention"])
def test_pytorch_gives_the_model_the_same_gradients(reference, cell):
    exercise = EXERCISES[f"captioning_{cell}_loss"]
    inputs = exercise.draw(exercise.cases[0], SEED)
    theirs = ASSIGNMENT.proof.second_opinions["PyTorch"](exercise.name, inputs)
    ours = run_here(exercise, inputs, reference).outputs
    assert ours.keys() <= theirs.keys()
    for name, value in ours.items():
        assert np.allclose(theirs[name], value, rtol=1e-10, atol=1e-14)


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["rnn", "lstm", "attention"])
def test_who_works_in_double_precision_is_right_about_single_precision_too(reference, cell):
    exercise = EXERCISES[f"captioning_{cell}_loss"]
    case = next(case for case in exercise.cases if case.limit is not None)
    worst = 0.0
    for seed in range(300):
        inputs = exercise.draw(case, seed)
        doubled = {name: a.astype(np.float64) if a.dtype.kind == "f" else a for name, a in inputs.items()}
        found, exact = (run_here(exercise, each, reference).outputs for each in (inputs, doubled))
        worst = max(worst, *(np.abs(found[name] - exact[name]).max() / np.abs(exact[name]).max() for name in exact))
    assert worst < 0.1 * case.limit


@pytest.mark.parametrize(("cell", "loss"), [("rnn", 9.83235591003), ("lstm", 9.82445935443)])
def test_the_published_losses_of_the_model_come_out(reference, cell, loss):
    exercise = EXERCISES[f"captioning_{cell}_loss"]
    outputs = run_here(exercise, exercise.published_inputs[0](), reference).outputs
    assert abs(outputs["loss"] - loss) < 1e-10


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_values_come_out_to_the_last_digit(reference, name):
    exercise = EXERCISES[name]
    outputs = run_here(exercise, exercise.published_inputs[0](), reference).outputs
    assert np.array_equal(np.round(outputs[next(iter(exercise.outputs))], 8), PUBLISHED[name])


@pytest.mark.parametrize(("N", "T", "share", "loss"), [(100, 1, 1.0, 2.3), (100, 10, 1.0, 23), (5000, 10, 0.1, 2.3)])
def test_scores_near_zero_give_the_published_losses(reference, N, T, share, loss):
    rng = np.random.default_rng(0)
    x, y = 0.001 * rng.standard_normal((N, T, 10)), rng.integers(10, size=(N, T))
    value, _ = reference["temporal_softmax_loss"](x, y, rng.random((N, T)) <= share)
    assert value == pytest.approx(loss, rel=0.04)


@pytest.mark.parametrize(("exercise", "case"), CASES, ids=ids(CASES))
def test_the_reference_does_not_modify_its_inputs(reference, exercise, case):
    inputs = exercise.draw(case, SEED)
    for array in inputs.values():
        array.flags.writeable = False  # from now on a change raises
    scope = {**reference, **inputs}
    exec(exercise.call, scope)
    assert exercise.outputs.keys() <= scope.keys()


@pytest.mark.parametrize("exercise", IN_ORDER, ids=lambda exercise: exercise.name)
def test_the_typical_case_has_axes_of_different_sizes_so_that_no_transpose_hides(reference, exercise):
    sizes = exercise.cases[0].sizes
    assert len(set(sizes.values())) == len(sizes)
    assert min(sizes.values()) > 1
    outputs = run_here(exercise, exercise.draw(exercise.cases[0], SEED), reference).outputs
    for output, axes in exercise.outputs.items():
        assert np.shape(outputs[output]) == tuple(length(axis, {**sizes, "S": 20}) for axis in axes)


@pytest.mark.parametrize(("exercise", "case"), CASES, ids=ids(CASES))
def test_a_seed_always_draws_the_same_inputs_and_another_seed_others(exercise, case):
    first, again, other = exercise.draw(case, SEED), exercise.draw(case, SEED), exercise.draw(case, SEED + 1)
    assert first.keys() == again.keys() == other.keys()
    for name, array in first.items():
        assert np.array_equal(array, again[name])
        if array.dtype == np.float64 and array.any():  # a few words may coincide, and a case may fix an input
            assert not np.isin(array, other[name]).any()


@pytest.mark.slow
@pytest.mark.parametrize("exercise", IN_ORDER, ids=lambda exercise: exercise.name)
def test_students_see_no_hidden_input(reference, exercise):
    visible = [pair for _, _, inputs in visible_cases(exercise, reference) for pair in inputs.items()]
    hidden = [pair for case in exercise.cases for pair in exercise.draw(case, SEED).items()]
    for name, shown in visible:
        if name in ("words", "max_length", "width") or not shown.any():  # special words' ids, sizes, zeros: no secrets
            continue
        for _, kept in [pair for pair in hidden if pair[0] == name]:
            assert not np.array_equal(shown, kept)
            assert shown.dtype.kind != "f" or not np.isin(shown, kept).any()


def test_the_given_affine_layer_takes_a_gradient_with_examples_and_steps_in_one_axis():
    reference = ASSIGNMENT.reference()
    x, w, dout = (
        np.random.default_rng(n).standard_normal(shape) for n, shape in enumerate([(2, 3, 4), (4, 5), (2, 3, 5)])
    )
    _, cache = reference["temporal_affine_forward"](x, w, np.zeros(5))
    for one, other in zip(
        reference["temporal_affine_backward"](dout, cache),
        reference["temporal_affine_backward"](dout.reshape(6, 5), cache),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)
