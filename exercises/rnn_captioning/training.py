"""Judge a training by what the student's own loss gives when it is called afresh at every step.

Training shows what one call cannot: whether the loss leaves the parameters alone and forgets earlier calls. That the
loss itself is wrong has cost its points already.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from autograder.spec import Arrays, Run
from cs231n import optim
from cs231n.captioning_solver import LEARNING_RATE, update

from .captioning_inputs import call
from .captioning_loss import captioning_rnn_training

FALL = 0.5  # the share of the reference's fall that a loss must show: one that nothing is learned from earns nothing
LINES = "loss, grads = captioning_rnn_loss(model, features, captions)"
NAMES = ("W_proj", "b_proj", "W_embed", "Wx", "Wh", "b", "W_vocab", "b_vocab")


@captioning_rnn_training.replay
def replay(inputs: Arrays, exact: Mapping[str, np.ndarray], run: Run) -> dict[str, np.ndarray] | None:
    """The losses of a training whose every step is a call of its own, where they fall as losses should.

    None where a call gives no loss and gradients, and where nothing is learned.
    """
    losses = _losses(inputs, len(exact["losses"]), run)
    return {"losses": losses} if losses is not None and _learns(losses, exact["losses"]) else None


def _losses(inputs: Arrays, steps: int, run: Run) -> np.ndarray | None:
    params = {name: inputs[name] for name in NAMES}
    configs = {name: {"learning_rate": LEARNING_RATE} for name in params}
    reads = "\n".join(f'd{name} = grads.get("{name}")' for name in NAMES)
    losses = []
    for _ in range(steps):
        found = run(call("rnn", f"{LINES}\n{reads}"), {**inputs, **params}, ["loss", *(f"d{name}" for name in NAMES)])
        grads = {name: found[f"d{name}"] for name in NAMES if f"d{name}" in found}
        if "loss" not in found or found["loss"].shape:
            return None
        try:
            params, configs = update(optim.adam, params, grads, configs)
        except ValueError:  # a gradient is missing or has a wrong shape
            return None
        losses.append(float(found["loss"]))
    return np.array(losses)


def _learns(losses: np.ndarray, exact: np.ndarray) -> bool:
    """Whether the losses fall as losses should."""
    return bool(1 - losses[-1] / losses[0] >= FALL * (1 - exact[-1] / exact[0]))
