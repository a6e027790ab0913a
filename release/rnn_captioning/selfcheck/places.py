"""Where an output is wrong: in words, and as a map in characters."""

from __future__ import annotations

import numpy as np

from .compare import error_map
from .language import ENGLISH, Language, Text, ands, counted, joined, pair
from .summary import Picture

AXES = {  # of arrays with so many: the words for places along them, one or several
    1: (pair("entry {places}", "entries {places}"),),
    2: (pair("row {places}", "rows {places}"), pair("column {places}", "columns {places}")),
    3: (
        pair("example {places}", "examples {places}"),
        pair("time step {places}", "time steps {places}"),
        pair("unit {places}", "units {places}"),
    ),
}
MAPS = {  # what the characters of a map stand for
    1: Text("(x wrong, . right; entry from left to right)"),
    2: Text("(x wrong, . right; column from left to right)"),
    3: Text("(x wrong, . right; time step from left to right)"),
}
ANY = Text("(x wrong, . right; from left to right)")
HIGHEST, WIDEST = 40, 100  # lines and characters of a map in a terminal


def errors(picture: Picture) -> np.ndarray:
    """Relative error of each entry, in 0..1; an entry that is not finite counts as 1."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.nan_to_num(error_map(picture.value, picture.expected), nan=1.0, posinf=1.0))


def describe(output: str, title: str, wrong: np.ndarray) -> str:
    """Where an output is wrong in a case, in words: how many entries, and where if not everywhere.

    wrong: a truth value for each entry, in the output's own shape.
    """
    told = dict(output=output, title=title, wrong=int(wrong.sum()), size=wrong.size)
    places = []
    for axis, words in enumerate(AXES.get(wrong.ndim, ())):
        hit = np.flatnonzero(wrong.any(axis=tuple(other for other in range(wrong.ndim) if other != axis)))
        if 0 < len(hit) < wrong.shape[axis]:
            places.append(counted(*words, len(hit), places=_ranges(hit)))
    if places:
        return Text(
            "{output}, {title}: {wrong} of {size} entries are wrong, all in {places}.", places=ands(places), **told
        )
    return Text("{output}, {title}: {wrong} of {size} entries are wrong.", **told)


def text_map(wrong: np.ndarray, language: Language = ENGLISH) -> str:
    """The same as a map in characters for a terminal: x wrong, . right; time runs to the right for sequences."""
    grid = lay_out(wrong)
    if grid.shape[0] > HIGHEST or grid.shape[1] > WIDEST:
        return ""
    lines = ["".join("x" if entry else "." for entry in row) for row in grid]
    return "\n".join(f"  {line}" for line in [*lines, language.tell(MAPS.get(wrong.ndim, ANY))])


def lay_out(entries: np.ndarray) -> np.ndarray:
    """Lay an array out in two dimensions: (N, T, H) as N bands of H rows over T columns."""
    if entries.ndim == 3:
        entries = entries.transpose(0, 2, 1)
    return entries.reshape(-1, entries.shape[-1]) if entries.ndim > 1 else entries.reshape(1, -1)


def _ranges(indices: np.ndarray) -> str:
    """Sorted indices as text: [0, 1, 2, 5] as "0 to 2, 5"."""
    runs = np.split(indices, np.flatnonzero(np.diff(indices) > 1) + 1)
    parts = [str(run[0]) if len(run) == 1 else Text("{first} to {last}", first=run[0], last=run[-1]) for run in runs]
    return joined([*parts[:6], *(["…"] if len(parts) > 6 else [])])
