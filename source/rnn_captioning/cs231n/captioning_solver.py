"""Training of a captioning model on minibatches."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from . import optim
from .captions import score
from .checkpoint import read_checkpoint, write_checkpoint
from .classifiers.rnn import CaptioningRNN
from .coco_utils import sample_coco_minibatch
from .threads import one_thread
from .validating import ShortTraining
from .words import joined, told

Params = dict[str, np.ndarray]
Configs = dict[str, dict[str, Any]]
LEARNING_RATE = 5e-3  # of adam_losses
RULES = {"sgd": optim.sgd, "sgd_momentum": optim.sgd_momentum, "rmsprop": optim.rmsprop, "adam": optim.adam}


class CaptioningSolver:
    """Trains a CaptioningRNN: draws minibatches, asks for loss and gradients, and updates the parameters.

    model: the model; its params are replaced at every step. data: what `load_coco_data` returned.
    update_rule: "sgd", "sgd_momentum", "rmsprop" or "adam". optim_config: settings of the rule, such as learning_rate.
    lr_decay: the learning rate is multiplied by this after every epoch. batch_size: captions in a minibatch.
    num_epochs: how often to go through as many captions as there are. print_every: steps between two printed losses.
    verbose: print at all. val_images: how many images of val to caption after every epoch, for their BLEU; 0 for none.
    checkpoint: a file to write after every epoch, and to go on from if it is there. watch: called with the solver after
    every step. Random numbers come from np.random.

    loss_history: the loss at every step. val_history: BLEU-4 after every epoch, where val_images says so.
    epoch, step: how many are done. num_steps: how many there are in all.
    """

    def __init__(
        self,
        model: CaptioningRNN,
        data: dict[str, Any],
        *,
        update_rule: str = "sgd",
        optim_config: dict[str, Any] | None = None,
        lr_decay: float = 1.0,
        batch_size: int = 100,
        num_epochs: int = 10,
        print_every: int = 10,
        verbose: bool = True,
        val_images: int = 0,
        checkpoint: str | os.PathLike | None = None,
        watch: Callable[[CaptioningSolver], None] | None = None,
    ) -> None:
        if update_rule not in RULES:
            unknown = "There is no update rule {rule}: choose one of {rules}."
            raise ValueError(told(unknown, rule=repr(update_rule), rules=joined(RULES)))
        self.model, self.data = model, data
        self.lr_decay, self.batch_size, self.num_epochs = lr_decay, batch_size, num_epochs
        self.print_every, self.verbose = print_every, verbose
        self.val_images, self.watch = val_images, watch
        self.checkpoint = os.path.abspath(os.path.expanduser(checkpoint)) if checkpoint else None  # the same after %cd
        self._rule = RULES[update_rule]
        self.optim_configs = {name: dict(optim_config or {}) for name in model.params}
        self.loss_history: list[float] = []
        self.val_history: list[float] = []
        if self.checkpoint and os.path.exists(self.checkpoint):
            read_checkpoint(self.checkpoint, self)

    @property
    def steps_per_epoch(self) -> int:
        """Minibatches that make an epoch."""
        return max(1, len(self.data["train_captions"]) // self.batch_size)

    @property
    def num_steps(self) -> int:
        """Minibatches of the whole training."""
        return self.num_epochs * self.steps_per_epoch

    @property
    def step(self) -> int:
        """Minibatches so far."""
        return len(self.loss_history)

    @property
    def epoch(self) -> int:
        """Epochs that are done."""
        return self.step // self.steps_per_epoch

    def train(self) -> None:
        """Train to the end, from where it stopped before: at a checkpoint, or when it was interrupted.

        While nbgrader validates the notebook it takes a few steps and says so: the loss is tried, and nobody waits.
        """
        short, first = ShortTraining(), self.step
        with one_thread():
            while self.step < self.num_steps and not short.is_enough():
                self._go_on()
        if self.step < self.num_steps:
            said = "Trained only {done} of {steps} steps, because nbgrader is validating this notebook."
            print(told(said, done=self.step - first, steps=self.num_steps - first))

    def _go_on(self) -> None:
        """One step, with what is due after it."""
        self._take_step()
        if self.verbose and (self.step - 1) % self.print_every == 0:
            line = "(Iteration {step} / {steps}) loss: {loss:f}"
            print(told(line, step=self.step, steps=self.num_steps, loss=self.loss_history[-1]))
        if self.step % self.steps_per_epoch == 0:
            self._end_epoch()
        if self.watch:
            self.watch(self)

    def _take_step(self) -> None:
        captions, features, _ = sample_coco_minibatch(self.data, self.batch_size)
        loss, grads = self.model.loss(features, captions)
        self.model.params, self.optim_configs = update(self._rule, self.model.params, grads, self.optim_configs)
        self.loss_history.append(float(loss))

    def _end_epoch(self) -> None:
        for config in self.optim_configs.values():
            if "learning_rate" in config:
                config["learning_rate"] *= self.lr_decay
        if self.val_images:
            self.val_history.append(score(self.model, self.data, "val", self.val_images)["BLEU-4"])
        if self.checkpoint:
            write_checkpoint(self.checkpoint, self)


def update(rule: Callable, params: Params, grads: Params, configs: Configs) -> tuple[Params, Configs]:
    """One step of an update rule for all parameters; returns new ones, and what the rule remembers of each.

    Raises ValueError where a gradient is missing or has another shape than its parameter.
    """
    for name, w in params.items():
        if name not in grads:
            raise ValueError(told("loss gave no gradient for {name}: put it into grads.", name=name))
        if np.shape(grads[name]) != w.shape:
            differ = "grads[{name!r}] has shape {shape}, {name} has shape {wanted}."
            raise ValueError(told(differ, name=name, shape=str(np.shape(grads[name])), wanted=str(w.shape)))
    stepped = {name: rule(w, grads[name], configs[name]) for name, w in params.items()}
    return {name: w for name, (w, _) in stepped.items()}, {name: config for name, (_, config) in stepped.items()}


def adam_losses(
    loss: Callable, model: CaptioningRNN, features: np.ndarray, captions: np.ndarray, steps: int = 20
) -> np.ndarray:
    """Train on one minibatch again and again with Adam; returns the loss before each step, (steps,).

    loss: the function that becomes the model's method, called as loss(model, features, captions).
    """
    configs: Configs = {name: {"learning_rate": LEARNING_RATE} for name in model.params}
    losses = []
    with one_thread():
        for _ in range(steps):
            value, grads = loss(model, features, captions)
            model.params, configs = update(optim.adam, model.params, grads, configs)
            losses.append(value)
    return np.array(losses)
