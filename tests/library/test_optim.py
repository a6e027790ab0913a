"""The update rules give what their papers say, change nothing that they were given, and descend."""

from __future__ import annotations

import numpy as np
import pytest

from cs231n import optim
from cs231n.captioning_solver import RULES


def test_the_first_steps_come_out_as_by_hand():
    w, dw = np.array([1.0, -2.0]), np.array([0.5, 4.0])
    assert np.allclose(optim.sgd(w, dw, {"learning_rate": 0.1})[0], [0.95, -2.4])

    settings = {"learning_rate": 0.1, "momentum": 0.5}
    first, config = optim.sgd_momentum(w, dw, settings)
    assert np.allclose(first, [0.95, -2.4])
    assert np.allclose(optim.sgd_momentum(first, dw, config)[0], first + 0.5 * (first - w) - 0.1 * dw)

    first, config = optim.rmsprop(w, dw, {"learning_rate": 0.1, "decay_rate": 0.75})
    assert np.allclose(first, w - 0.1 * np.sign(dw) / np.sqrt(0.25))
    assert np.allclose(config["cache"], 0.25 * dw**2)

    first, config = optim.adam(w, dw, {"learning_rate": 0.1})
    assert np.allclose(first, w - 0.1 * np.sign(dw))  # both averages are corrected for their start
    assert config["t"] == 1


def test_adam_follows_its_definition_over_many_steps():
    rng = np.random.default_rng(0)
    gradients = rng.standard_normal((30, 4))
    w, config = np.zeros(4), {"learning_rate": 0.01, "beta1": 0.8, "beta2": 0.95}
    for dw in gradients:
        w, config = optim.adam(w, dw, config)
    expected = np.zeros(4)
    for t in range(1, 31):
        weights1, weights2 = 0.8 ** np.arange(t)[::-1], 0.95 ** np.arange(t)[::-1]
        m = (weights1 @ gradients[:t]) / weights1.sum()  # the corrected averages in closed form
        v = (weights2 @ gradients[:t] ** 2) / weights2.sum()
        expected -= 0.01 * m / (np.sqrt(v) + 1e-8)
    assert np.allclose(w, expected, rtol=1e-12)


def test_weight_decay_shrinks_the_weights_apart_from_the_gradient():
    w, zero = np.array([2.0, -3.0]), np.zeros(2)
    assert np.allclose(optim.adam(w, zero, {"learning_rate": 0.1, "weight_decay": 0.5})[0], 0.95 * w)
    assert np.array_equal(optim.adam(w, zero)[0], w)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_rule_descends_keeps_the_dtype_and_changes_nothing_it_was_given(rule, dtype):
    target, w, config = np.array([[3.0, -1.0]], dtype), np.zeros((1, 2), dtype), {"learning_rate": 0.05}
    for _ in range(300):
        dw = 2 * (w - target)
        before = w.copy(), dw.copy(), {key: np.copy(value) for key, value in config.items()}
        next_w, next_config = rule(w, dw, config)
        assert np.array_equal(w, before[0]) and np.array_equal(dw, before[1])
        assert all(np.array_equal(config[key], value) for key, value in before[2].items())
        w, config = next_w, next_config
    assert w.dtype == dtype
    assert np.allclose(w, target, atol=0.06)
