"""Relative error and numerical gradients."""

import numpy as np
import pytest

from cs231n.gradient_check import eval_numerical_gradient, eval_numerical_gradient_array, rel_error


def test_rel_error_is_the_courses_formula():
    x = np.array([1.0, 0.0, -2.0, 1e-12])
    y = np.array([1.0, 0.5, 2.0, 0.0])
    assert rel_error(x, y) == 1.0
    assert rel_error(np.array([3.0]), np.array([1.0])) == 0.5
    assert rel_error(1e-9, 0.0) == pytest.approx(0.1)  # the floor of 1e-8 keeps tiny numbers from mattering
    assert rel_error(x, x) == 0.0


@pytest.mark.parametrize(("x", "y"), [((3, 1), (3,)), ((3,), ()), ((2, 3), (3, 2))])
def test_rel_error_never_broadcasts(x, y):
    with pytest.raises(ValueError, match="arrays of one shape"):
        rel_error(np.zeros(x), np.zeros(y))


@pytest.mark.parametrize("shape", [(), (4,), (2, 3), (2, 1, 3)])
def test_gradient_of_a_scalar_function(shape):
    x = np.random.default_rng(0).normal(size=shape)
    before = x.copy()
    grad = eval_numerical_gradient(lambda x: np.sum(np.sin(x) * x), x, verbose=False)
    assert rel_error(grad, np.asarray(np.cos(x) * x + np.sin(x))) < 1e-8
    assert np.array_equal(x, before)


def test_gradient_of_an_array_function():
    rng = np.random.default_rng(1)
    x, w, df = rng.normal(size=(2, 3)), rng.normal(size=(3, 4)), rng.normal(size=(2, 4))
    before = x.copy()
    grad = eval_numerical_gradient_array(lambda x: np.tanh(x @ w), x, df)
    assert rel_error(grad, (df * (1 - np.tanh(x @ w) ** 2)) @ w.T) < 1e-8
    assert np.array_equal(x, before)


def test_a_function_that_returns_its_own_input_is_no_problem():
    x, df = np.arange(6.0).reshape(2, 3), np.arange(6.0, 12.0).reshape(2, 3)
    assert rel_error(eval_numerical_gradient_array(lambda x: x, x, df), df) < 1e-9


def test_x_is_restored_when_the_function_raises():
    x = np.array([1 / 3])
    with pytest.raises(ZeroDivisionError):
        eval_numerical_gradient(lambda x: 1 / 0, x)
    assert x[0] == 1 / 3


def test_verbose_prints_each_partial_derivative(capsys):
    eval_numerical_gradient(np.sum, np.ones((1, 2)))
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(")")[0] for line in lines] == ["(0, 0", "(0, 1"]
    eval_numerical_gradient(np.sum, np.ones((1, 2)), verbose=False)
    assert capsys.readouterr().out == ""


def test_integers_are_refused():
    with pytest.raises(TypeError, match="floats"):
        eval_numerical_gradient(np.sum, np.arange(3))


def test_a_df_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"df has shape \(3,\) but f\(x\) has \(2, 3\)"):
        eval_numerical_gradient_array(lambda x: x, np.ones((2, 3)), np.ones(3))
