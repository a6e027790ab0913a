"""A training held against what the student's own loss gives when it is called afresh at every step.

Training shows what one call cannot: whether the loss leaves the parameters alone and forgets earlier calls. That the
loss itself is wrong has cost its points already.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cs231n import optim
from cs231n.captioning_solver import LEARNING_RATE, update

from ..exercises.captioning_inputs import call
from ..sandbox.session import Call, Reply
from ..spec import Arrays

OUTPUTS = ("loss",)
FALL = 0.5  # the share of the reference's fall that a loss must show: one that nothing is learned from earns nothing
LINES = "loss, grads = captioning_rnn_loss(model, features, captions)"
NAMES = ("W_proj", "b_proj", "W_embed", "Wx", "Wh", "b", "W_vocab", "b_vocab")


def replay(inputs: Arrays, steps: int, make: Callable[[Call], Reply]) -> np.ndarray | None:
    """The losses of a training whose every step is a call of its own; None where a call gives no loss and gradients.

    inputs: of the exercise's case. make: makes one call.
    """
    params = {name: inputs[name] for name in NAMES}
    configs = {name: {"learning_rate": LEARNING_RATE} for name in params}
    reads = "\n".join(f'd{name} = grads.get("{name}")' for name in NAMES)
    outputs = (*OUTPUTS, *(f"d{name}" for name in NAMES))
    losses = []
    for _ in range(steps):
        reply = make(Call(call("rnn", f"{LINES}\n{reads}"), {**inputs, **params}, outputs))
        grads = {name: reply.outputs[f"d{name}"] for name in NAMES if f"d{name}" in reply.outputs}
        if "loss" not in reply.outputs or reply.outputs["loss"].shape:
            return None
        try:
            params, configs = update(optim.adam, params, grads, configs)
        except ValueError:  # a gradient is missing or has a wrong shape
            return None
        losses.append(float(reply.outputs["loss"]))
    return np.array(losses)


def learns(losses: np.ndarray, reference: np.ndarray) -> bool:
    """Whether the losses fall as losses should."""
    return bool(1 - losses[-1] / losses[0] >= FALL * (1 - reference[-1] / reference[0]))
