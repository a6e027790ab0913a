"""Sentences of notebooks that may no longer be true in a new course: of notebooks left out, of points that changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.cells import Cell, grade_id, read_cells, source_of

SENTENCE = re.compile(r"(?<=[.!?:]) (?=\S)|\n\s*\n|\n(?=[-|#*]|\d+\.)")
NUMBERED = re.compile(r"\b(?:part|notebook)s? (\d+(?:(?:,| and| to|-) ?\d+)*)\b", re.IGNORECASE)
COMING = re.compile(r"\b(?:next|later|following|coming|these) (?:notebook|part)(s?)\b", re.IGNORECASE)
POINTS = re.compile(r"\b\d+(?:\.\d+)? points?\b")
SHOWN = 240  # characters of a sentence


@dataclass(frozen=True)
class Doubtful:
    """A sentence to look at: the notebook it stands in, and the beginning of it on one line."""

    notebook: str
    sentence: str


def of_left_out(notebooks: Sequence[Path], kept: int) -> Iterator[Doubtful]:
    """The sentences in the first `kept` notebooks that speak of the others.

    A notebook is called by its number, by its file's name, or in the last one that is kept, as the next.
    """
    gone = {number: path.stem for number, path in enumerate(notebooks, 1) if number > kept}
    for number, path in enumerate(notebooks[:kept], 1):
        for sentence in (each for cell in _texts(path) for each in _sentences(cell)):
            numbers = {int(each) for found in NUMBERED.findall(sentence) for each in re.findall(r"\d+", found)}
            coming = any(several or number + 1 in gone for several in COMING.findall(sentence))
            named = any(name in sentence for name in gone.values())
            if gone and (numbers & gone.keys() or coming or named):
                yield Doubtful(path.name, sentence)


def of_points(notebooks: Sequence[Path]) -> dict[str, int]:
    """How many sentences say a number of points which no `{points:NAME}` fills in, by notebook and cell."""
    return dict(
        Counter(
            f"{path.name}, cell {grade_id(cell) or cell.get('id', '')}"
            for path in notebooks
            for cell in _texts(path)
            for sentence in _sentences(cell)
            if POINTS.search(sentence)
        )
    )


def _texts(notebook: Path) -> list[dict[str, Any]]:
    return [cell for cell in read_cells(notebook) if cell["cell_type"] == "markdown"]


def _sentences(cell: Cell) -> Iterator[str]:
    for part in SENTENCE.split(source_of(cell)):
        if sentence := " ".join(part.split()):
            yield sentence if len(sentence) <= SHOWN else f"{sentence[: SHOWN - 1]}…"
