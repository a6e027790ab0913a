"""Update rules: from weights and their gradient to better weights.

Every rule has the signature `next_w, config = rule(w, dw, config)`. w, dw and next_w have one shape, any shape.
config is a dict of the rule's settings and of what it remembers from step to step; None takes the defaults.
Nothing that is given is changed: the caller keeps the config that comes back for the next step.

Sources: Polyak 1964 (momentum), Tieleman and Hinton 2012 (RMSProp), Kingma and Ba 2015 (Adam),
Loshchilov and Hutter 2019 (decoupled weight decay).
"""

from __future__ import annotations

from typing import Any

import numpy as np

Config = dict[str, Any]


def sgd(w: np.ndarray, dw: np.ndarray, config: Config | None = None) -> tuple[np.ndarray, Config]:
    """Stochastic gradient descent: one step against the gradient. learning_rate: 1e-2."""
    config = {"learning_rate": 1e-2, **(config or {})}
    return w - config["learning_rate"] * dw, config


def sgd_momentum(w: np.ndarray, dw: np.ndarray, config: Config | None = None) -> tuple[np.ndarray, Config]:
    """Descent with a velocity. learning_rate: 1e-2; momentum: 0.9, how much velocity stays; velocity: 0."""
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w), **(config or {})}
    velocity = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
    return w + velocity, {**config, "velocity": velocity}


def rmsprop(w: np.ndarray, dw: np.ndarray, config: Config | None = None) -> tuple[np.ndarray, Config]:
    """Steps divided by the gradient's recent size.

    learning_rate: 1e-2; decay_rate: 0.99, of the average; epsilon: 1e-8; cache: 0, the average of dw**2.
    """
    config = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8, "cache": np.zeros_like(w), **(config or {})}
    cache = config["decay_rate"] * config["cache"] + (1 - config["decay_rate"]) * dw**2
    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])
    return w - step, {**config, "cache": cache}


def adam(w: np.ndarray, dw: np.ndarray, config: Config | None = None) -> tuple[np.ndarray, Config]:
    """Momentum and RMSProp together, both corrected for their start at zero.

    learning_rate: 1e-3; beta1, beta2: 0.9 and 0.999, of the averages m of dw and v of dw**2; epsilon: 1e-8; t: steps
    so far. weight_decay: 0; the weights shrink by this times the learning rate at every step, apart from the gradient.
    """
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 0.0, "t": 0}
    config = {**defaults, "m": np.zeros_like(w), "v": np.zeros_like(w), **(config or {})}
    beta1, beta2, t = config["beta1"], config["beta2"], config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    step = m_hat / (np.sqrt(v_hat) + config["epsilon"]) + config["weight_decay"] * w
    return w - config["learning_rate"] * step, {**config, "m": m, "v": v, "t": t}
