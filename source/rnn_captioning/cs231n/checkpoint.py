"""Keep a training's state in a file, and go on from it as if nothing had happened."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .words import told

if TYPE_CHECKING:
    from .captioning_solver import CaptioningSolver

HISTORIES = ("loss_history", "val_history")


def write_checkpoint(path: str | os.PathLike, solver: CaptioningSolver) -> None:
    """Write parameters, the update rule's memory, histories and np.random's state to a .npz file.

    A file that is there is replaced in one move, so that an interruption leaves the old one or the new one.
    """
    arrays: dict[str, Any] = {f"params/{name}": w for name, w in solver.model.params.items()}
    for name, config in solver.optim_configs.items():
        arrays |= {f"config/{name}/{key}": value for key, value in config.items()}
    arrays |= {name: np.array(getattr(solver, name), np.float64) for name in HISTORIES}
    _, keys, *rest = np.random.get_state()
    arrays |= {"random/keys": keys, "random/rest": np.array(rest, np.float64)}
    path = Path(path)
    fresh = path.with_name(f"{path.name}.new")
    with open(fresh, "wb") as file:
        np.savez(file, **arrays)
    fresh.replace(path)


def read_checkpoint(path: str | os.PathLike, solver: CaptioningSolver) -> None:
    """Put a checkpoint's state into the solver and its model, and into np.random.

    Raises ValueError where the file is not a checkpoint of such a model.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = dict(file)
        shapes = {name: w.shape for name, w in solver.model.params.items()}
        params = {name: arrays[f"params/{name}"] for name in shapes}
        if {name: w.shape for name, w in params.items()} != shapes:
            raise ValueError(told("its parameters have other shapes"))
        configs = {name: _below(arrays, f"config/{name}/") for name in params}
        histories = {name: arrays[name].tolist() for name in HISTORIES}
        position, has_gauss, gauss = arrays["random/rest"]
        random = ("MT19937", arrays["random/keys"], int(position), int(has_gauss), float(gauss))
    except (KeyError, ValueError, EOFError, OSError) as error:
        said = "{path} is no checkpoint of this model ({reason}): remove it to train anew."
        raise ValueError(told(said, path=str(path), reason=str(error))) from error
    solver.model.params, solver.optim_configs = params, configs
    for name, history in histories.items():
        setattr(solver, name, history)
    np.random.set_state(random)


def _below(arrays: dict[str, np.ndarray], prefix: str) -> dict[str, Any]:
    """What stands under a prefix; numbers as numbers."""
    found = {key.removeprefix(prefix): value for key, value in arrays.items() if key.startswith(prefix)}
    return {key: value if value.ndim else value.item() for key, value in found.items()}
