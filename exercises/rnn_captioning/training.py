"""Judge a training by what the student's own loss gives when it is called afresh at every step.

Training shows what one call cannot: whether the loss leaves the parameters alone and forgets earlier calls. That the
loss itself is wrong has cost its points already. Whether something is learned is told by the right loss, at the
parameters that the student's gradients lead to: what the student's loss says of itself is no evidence.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from autograder.spec import Arrays, Run
from cs231n import optim
from cs231n.captioning_solver import LEARNING_RATE, update

from .captioning_inputs import call
from .captioning_loss import captioning_rnn_training

FALL = 0.5  # the share of the reference's fall that the right loss must show: what learns nothing earns nothing
LOSS = "loss, grads = captioning_rnn_loss(model, features, captions)"
NAMES = ("W_proj", "b_proj", "W_embed", "Wx", "Wh", "b", "W_vocab", "b_vocab")


@captioning_rnn_training.replay
def replay(inputs: Arrays, exact: Mapping[str, np.ndarray], theirs: Run, right: Run) -> dict[str, np.ndarray] | None:
    """The student's losses in a training whose every step is a call of its own, where that training learns.

    None where a call gives no loss and gradients, and where nothing is learned.
    """
    params = {name: inputs[name] for name in NAMES}
    configs = {name: {"learning_rate": LEARNING_RATE} for name in params}
    losses, true = [], []
    for _ in exact["losses"]:
        given = {**inputs, **params}
        true.append(float(right(call("rnn", LOSS), given, ["loss"])["loss"]))
        found = _loss_and_gradients(given, theirs)
        if "loss" not in found or found["loss"].shape:
            return None
        losses.append(float(found.pop("loss")))
        try:
            params, configs = update(optim.adam, params, found, configs)
        except ValueError:  # a gradient is missing or has a wrong shape
            return None
    return {"losses": np.array(losses)} if _learns(true, exact["losses"]) else None


def _loss_and_gradients(inputs: Arrays, theirs: Run) -> Arrays:
    reads = "\n".join(f'd{name} = grads.get("{name}")' for name in NAMES)
    found = theirs(call("rnn", f"{LOSS}\n{reads}"), inputs, ["loss", *(f"d{name}" for name in NAMES)])
    return {name.removeprefix("d"): array for name, array in found.items()}


def _learns(losses: list[float], exact: np.ndarray) -> bool:
    """Whether the right loss falls as it should; one that is not a number does not."""
    return bool(1 - losses[-1] / losses[0] >= FALL * (1 - exact[-1] / exact[0]))
