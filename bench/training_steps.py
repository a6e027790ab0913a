"""A few seconds of one training: `python -m bench.training_steps TRAINING THREADS SECONDS` prints them as JSON.

It is run in the folder of the solved notebooks, from which the students' library reads the layers.
"""

from __future__ import annotations

import ast
import contextlib
import json
import sys
import time
from pathlib import Path
from typing import Any
from unittest import mock

import psutil

WARM = 4  # steps that are not counted
SETTINGS = {"hidden_dim", "wordvec_dim", "batch_size", "num_epochs", "max_train"}
TRAININGS = {  # the cell that has it, and the network
    "vanilla network, fifty captions": ("2_captioning", "overfit", "rnn"),
    "LSTM, fifty captions": ("3_lstm", "overfit", "lstm"),
    "vanilla network, all captions": ("2_captioning", "full_training", "rnn"),
    "LSTM, all captions": ("3_lstm", "comparison", "lstm"),
    "attention, all captions": ("4_attention", "training", "attention"),
}


def settings(notebook: str, cell_id: str) -> dict[str, int]:
    """The sizes that a cell of a notebook in this folder gives to its network and its training."""
    cells = json.loads(Path(f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    source = "".join(next(cell["source"] for cell in cells if cell["id"] == cell_id))
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    given = [keyword for call in calls for keyword in call.keywords if keyword.arg in SETTINGS]
    return {keyword.arg: ast.literal_eval(keyword.value) for keyword in given if keyword.arg}


class Enough(Exception):  # noqa: N818  nothing is wrong
    """The seconds are over."""


class Clock:
    """Watches a training, and ends it after some seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.steps = -WARM
        self._loss, self._began, self._busy, self._own = 0.0, 0.0, 0.0, 0.0

    def __call__(self, solver: Any) -> None:
        """After each step."""
        self.steps += 1
        if self.steps == 0:
            self._loss = solver.loss_history[-1]
            self._began, self._busy, self._own = time.perf_counter(), busy_seconds(), time.process_time()
        elif self.steps > 1 and time.perf_counter() - self._began > self._seconds:
            raise Enough

    def result(self) -> dict[str, float]:
        """Seconds of a step, the cores that other processes kept busy, and the loss when the clock was started."""
        wall = time.perf_counter() - self._began
        others = busy_seconds() - self._busy - (time.process_time() - self._own)
        return {"step": wall / self.steps, "others": max(0.0, others / wall), "loss": self._loss}


def main(name: str, threads: str, seconds: str) -> None:
    """Train as students do, but with NumPy's own number of threads where `threads` is "default"."""
    import numpy as np

    from cs231n import captioning_solver
    from cs231n.attention_plots import with_grid
    from cs231n.classifiers.rnn import CaptioningRNN
    from cs231n.coco_utils import load_coco_data

    notebook, cell_id, cell_type = TRAININGS[name]
    sizes, clock = settings(notebook, cell_id), Clock(float(seconds))
    np.random.seed(231)
    attention = cell_type == "attention"
    data = load_coco_data(max_train=sizes.get("max_train"), pca_features=not attention)
    data = with_grid(data) if attention else data
    width = {key: sizes[key] for key in ("hidden_dim", "wordvec_dim")}
    model = CaptioningRNN(data["word_to_idx"], input_dim=data["train_features"].shape[-1], cell_type=cell_type, **width)
    solver = captioning_solver.CaptioningSolver(
        model,
        data,
        update_rule="adam",
        optim_config={"learning_rate": 3e-3},
        batch_size=sizes["batch_size"],
        num_epochs=sizes["num_epochs"],
        verbose=False,
        watch=clock,
    )
    free = mock.patch.object(captioning_solver, "one_thread", contextlib.nullcontext)
    with free if threads == "default" else contextlib.nullcontext(), contextlib.suppress(Enough):
        solver.train()
    print(json.dumps({"steps": solver.num_steps, **clock.result()}))


def busy_seconds() -> float:
    """CPU seconds that all processes of the machine have taken since it was started."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0)


if __name__ == "__main__":
    main(*sys.argv[1:])
