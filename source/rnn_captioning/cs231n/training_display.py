"""Watch a training: a progress bar and the loss curve, drawn anew while it runs."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import numpy as np

from .described import DescribedFigure
from .words import Text, here, joined, told

if TYPE_CHECKING:
    from .captioning_solver import CaptioningSolver

EVERY = 0.7  # seconds between two drawings at least
PATIENCE = 9  # times as long as a drawing takes is waited for the next: where drawing is slow, training comes first
BAR = 30  # characters of the progress bar
SMOOTH = 25  # steps that the line averages


class LiveLoss:
    """Give it to a CaptioningSolver as `watch`. In a notebook it draws, in a terminal it writes a line."""

    def __init__(self) -> None:
        self._start: float | None = None
        self._next = 0.0
        self._handles = None

    def __call__(self, solver: CaptioningSolver) -> None:
        """Show how far the training is, but not more often than anyone can look."""
        now = time.monotonic()
        if self._start is None:
            self._start, self._first = now, solver.step
        over = solver.step >= solver.num_steps
        if not over and now < self._next:
            return
        line = self._line(solver, now - self._start)
        if not _in_notebook():
            print(line, end="\n" if over else "\r", file=sys.stderr)
        else:
            self._show(line, curve(solver))
        after = time.monotonic()
        self._next = max(now + EVERY, after + PATIENCE * (after - now))

    def _line(self, solver: CaptioningSolver, seconds: float) -> str:
        share = solver.step / solver.num_steps
        full = round(share * BAR)
        done = max(1, solver.step - self._first)
        left = seconds / done * (solver.num_steps - solver.step)
        bar = "█" * full + "░" * (BAR - full)
        state = [
            Text("epoch {epoch} of {epochs}", epoch=solver.epoch, epochs=solver.num_epochs),
            Text("loss {loss:.2f}", loss=recent(solver)),
            *([f"BLEU-4 {solver.val_history[-1]:.2f}"] if solver.val_history else []),
            Text("done") if share >= 1 else Text("about {seconds:.0f} s left", seconds=left),
        ]
        return f"{bar} {share:4.0%}  {here().tell(joined(state))}"

    def _show(self, line: str, figure: DescribedFigure) -> None:
        from IPython.display import display

        text = {"text/plain": line}
        if self._handles is None:
            self._handles = display(text, raw=True, display_id=True), display(figure.shown(), raw=True, display_id=True)
        else:
            self._handles[0].update(text, raw=True)
            self._handles[1].update(figure.shown(), raw=True)


def recent(solver: CaptioningSolver) -> float:
    """The mean loss of the last steps."""
    return float(np.mean(solver.loss_history[-SMOOTH:]))


def curve(solver: CaptioningSolver) -> DescribedFigure:
    """The loss at every step as dots, and its running mean as a line."""
    losses = np.array(solver.loss_history)
    figure = DescribedFigure(figsize=(7, 3), layout="constrained")
    axes = figure.subplots()
    steps = np.arange(1, len(losses) + 1)
    axes.plot(steps, losses, ".", markersize=3, alpha=0.35, color="#0b7fc0", label=told("a minibatch"))
    if len(losses) >= SMOOTH:
        mean = np.convolve(losses, np.ones(SMOOTH) / SMOOTH, mode="valid")
        axes.plot(steps[SMOOTH - 1 :], mean, color="#d95f02", label=told("mean of {steps}", steps=SMOOTH))
    axes.set(xlabel=told("step"), ylabel=told("loss"), xlim=(0, solver.num_steps), ylim=(0, None))
    axes.legend(frameon=False)
    figure.description = told(
        "The loss over {steps} steps: {first} at first, {middle} half-way, {last} at last.",
        steps=len(losses),
        first=_at(losses, 0),
        middle=_at(losses, 0.5),
        last=_at(losses, 1),
    )
    return figure


def _at(losses: np.ndarray, share: float) -> str:
    """The mean loss of some steps around this share of all."""
    middle = round(share * (len(losses) - 1))
    return f"{losses[max(0, middle - SMOOTH // 2) : middle + SMOOTH // 2 + 1].mean():.2f}"


def _in_notebook() -> bool:
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    shell = get_ipython()
    return shell is not None and hasattr(shell, "kernel")
