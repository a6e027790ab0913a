"""Where an output is wrong: in words, and as a map in characters."""

from __future__ import annotations

import numpy as np

from .compare import error_map
from .summary import Picture

AXES = {1: ("entry",), 2: ("row", "column"), 3: ("example", "time step", "unit")}
PLURAL = {name: f"{name}s" for names in AXES.values() for name in names} | {"entry": "entries"}
HIGHEST, WIDEST = 40, 100  # lines and characters of a map in a terminal


def errors(picture: Picture) -> np.ndarray:
    """Relative error of each entry, in 0..1; an entry that is not finite counts as 1."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.nan_to_num(error_map(picture.value, picture.expected), nan=1.0, posinf=1.0))


def describe(output: str, title: str, wrong: np.ndarray) -> str:
    """Where an output is wrong in a case, in words: how many entries, and where if not everywhere.

    wrong: a truth value for each entry, in the output's own shape.
    """
    text = f"{output}, {title}: {wrong.sum()} of {wrong.size} entries are wrong"
    places = []
    for axis, name in enumerate(AXES.get(wrong.ndim, ())):
        hit = np.flatnonzero(wrong.any(axis=tuple(other for other in range(wrong.ndim) if other != axis)))
        if 0 < len(hit) < wrong.shape[axis]:
            places.append(f"{name if len(hit) == 1 else PLURAL[name]} {_ranges(hit)}")
    return f"{text}, all in {' and '.join(places)}." if places else f"{text}."


def text_map(wrong: np.ndarray) -> str:
    """The same as a map in characters for a terminal: x wrong, . right; time runs to the right for sequences."""
    grid = lay_out(wrong)
    if grid.shape[0] > HIGHEST or grid.shape[1] > WIDEST:
        return ""
    lines = ["".join("x" if entry else "." for entry in row) for row in grid]
    axis = "time step" if wrong.ndim == 3 else AXES.get(wrong.ndim, ("", ""))[-1]
    return "\n".join(["  " + line for line in lines] + [f"  (x wrong, . right; {axis} from left to right)"])


def lay_out(entries: np.ndarray) -> np.ndarray:
    """Lay an array out in two dimensions: (N, T, H) as N bands of H rows over T columns."""
    if entries.ndim == 3:
        entries = entries.transpose(0, 2, 1)
    return entries.reshape(-1, entries.shape[-1]) if entries.ndim > 1 else entries.reshape(1, -1)


def _ranges(indices: np.ndarray) -> str:
    """Sorted indices as text: [0, 1, 2, 5] as "0 to 2, 5"."""
    runs = np.split(indices, np.flatnonzero(np.diff(indices) > 1) + 1)
    parts = [str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]
    return ", ".join(parts[:6]) + (", …" if len(parts) > 6 else "")
