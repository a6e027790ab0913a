"""Cells of notebooks, as nbformat or plain JSON has them, and what nbgrader's metadata say of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .errors import AssignmentError

Cell = Mapping[str, Any]


def read_cells(path: Path) -> list[dict[str, Any]]:
    """The cells of a notebook of ours, as JSON; raises AssignmentError where the file is none."""
    try:
        return list(json.loads(path.read_text(encoding="utf-8"))["cells"])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise AssignmentError(f"{path} cannot be read as a notebook ({problem})") from None


def copied(content: Any) -> Any:
    """A copy of all that a notebook's JSON holds, in a quarter of the time of `copy.deepcopy`."""
    if isinstance(content, dict):
        new = type(content)()
        dict.update(new, {name: copied(each) for name, each in content.items()})
        return new
    return [copied(each) for each in content] if isinstance(content, list) else content


def grade_id(cell: Cell) -> str:
    """The cell's nbgrader id; "" where it has none."""
    return str(_about(cell).get("grade_id", ""))


def in_words(name: str) -> str:
    """A question's id as people read it: "question_cell_state" is "Question cell state"."""
    return name.replace("_", " ").capitalize()


def points_of(cell: Cell) -> float:
    """The points that a graded cell is worth."""
    return float(_about(cell).get("points") or 0.0)


def source_of(cell: Cell) -> str:
    """A cell's text, which a notebook file may keep as a list of lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def is_marked(cell: Cell, what: str) -> bool:
    """Whether nbgrader's metadata mark the cell as `what`: "grade", "solution", "locked" or "task"."""
    return bool(_about(cell).get(what))


def _about(cell: Cell) -> Mapping[str, Any]:
    about = cell.get("metadata", {}).get("nbgrader", {})
    return about if isinstance(about, Mapping) else {}
