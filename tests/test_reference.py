"""The reference is right: complex-step derivatives and the published values agree with it; its cases are sound."""

import numpy as np
import pytest

from autograder.artefacts.checks import visible_cases
from autograder.exercises import EXERCISES, IN_ORDER
from autograder.grade import SEED
from autograder.judge import run_here
from cs231n.gradient_check import rel_error

STEP = 1e-20  # so small that a complex step's error is far below rounding, and nothing cancels
AGREE = 1e-9  # the worst that was measured is 3e-13
CASES = [(exercise, case) for exercise in IN_ORDER for case in exercise.cases]
BACKWARD = [pair for pair in CASES if pair[0].name.endswith("backward")]
SOFTMAX = EXERCISES["temporal_softmax_loss"]

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
def reference(course):
    return course.reference()


def ids(pairs):
    return [f"{exercise.name}-{case.name}" for exercise, case in pairs]


def complex_step(loss, array):
    """The derivative of `loss(array)` with respect to each entry."""
    gradient, moved = np.zeros(array.shape), array.astype(complex)
    for index in np.ndindex(array.shape):
        moved[index] += 1j * STEP
        gradient[index] = loss(moved).imag / STEP
        moved[index] = array[index]
    return gradient


@pytest.mark.parametrize(("exercise", "case"), BACKWARD, ids=ids(BACKWARD))
def test_gradients_agree_with_complex_steps(reference, exercise, case):
    inputs = exercise.draw(case, SEED)
    forward, upstream = reference[exercise.name.replace("backward", "forward")], list(inputs)[-1]
    dout = inputs.pop(upstream)
    outputs = run_here(exercise, {**inputs, upstream: dout}, reference).outputs
    for gradient, value in outputs.items():
        name = gradient.removeprefix("d")

        def loss(moved, name=name):
            return np.sum(forward(**{**inputs, name: moved})[0] * dout)

        assert rel_error(complex_step(loss, inputs[name]), value) < AGREE


@pytest.mark.parametrize("case", SOFTMAX.cases, ids=lambda case: case.name)
def test_the_gradient_of_the_softmax_loss_agrees_with_complex_steps(reference, case):
    x, y, mask = SOFTMAX.draw(case, SEED).values()
    softmax_loss = reference["temporal_softmax_loss"]
    exact = complex_step(lambda moved: softmax_loss(moved, y, mask)[0], x)
    assert rel_error(exact, softmax_loss(x, y, mask)[1]) < AGREE


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_values_come_out_to_the_last_digit(reference, name):
    exercise = EXERCISES[name]
    outputs = run_here(exercise, exercise.published_inputs[0](), reference).outputs
    (output,) = exercise.outputs
    assert np.array_equal(np.round(outputs[output], 8), PUBLISHED[name])


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
        assert np.shape(outputs[output]) == tuple(sizes[axis] for axis in axes)


@pytest.mark.parametrize(("exercise", "case"), CASES, ids=ids(CASES))
def test_a_seed_always_draws_the_same_inputs_and_another_seed_others(exercise, case):
    first, again, other = exercise.draw(case, SEED), exercise.draw(case, SEED), exercise.draw(case, SEED + 1)
    for name, drawn in exercise.inputs.items():
        assert np.array_equal(first[name], again[name])
        if drawn.kind == "float":  # a few words or truth values may coincide, and a case may fix them
            assert not np.isin(first[name], other[name]).any()


@pytest.mark.parametrize("exercise", IN_ORDER, ids=lambda exercise: exercise.name)
def test_students_see_no_hidden_input(exercise):
    visible = [(name, array) for _, _, inputs in visible_cases(exercise) for name, array in inputs.items()]
    hidden = [(name, array) for case in exercise.cases for name, array in exercise.draw(case, SEED).items()]
    for name, shown in visible:
        for _, kept in [pair for pair in hidden if pair[0] == name]:
            assert not np.array_equal(shown, kept)
            assert exercise.inputs[name].kind != "float" or not np.isin(shown, kept).any()
