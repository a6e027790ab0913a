"""Bonus points: what of a cell's points counts as the maximum, and what only adds to a score.

A teacher gives a graded source cell the tag `bonus`, which JupyterLab's own property inspector sets. In a release such
a cell is worth no points to nbgrader, so that all maxima that nbgrader reckons (gradebook, Formgrader, exports, late
penalties) leave it out, and what it can earn stands beside that, under the key below.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .cells import Cell, grade_id, is_marked, points_of
from .errors import AssignmentError

TAG = "bonus"  # of a source cell
KEY = "bonus_points"  # in the metadata of a released cell: what it can earn


def bonus_of(cell: Cell) -> float:
    """The bonus points that a cell of a source or a release can earn; 0 for a cell that counts as others do."""
    metadata = cell.get("metadata", {})
    if KEY in metadata:
        return float(metadata[KEY])
    return points_of(cell) if TAG in metadata.get("tags", ()) else 0.0


def maximum(cells: Iterable[Cell]) -> float:
    """The maximum of some cells: the points of those that are no bonus."""
    return sum(points_of(cell) for cell in cells if not bonus_of(cell))


def names(bonus: Iterable[str]) -> set[str]:
    """What these cells, given by grade id, are called where exercises go by their own names."""
    return {each for name in bonus for each in (name, name.removeprefix("check_"))}


def bonuses(cells: Iterable[Cell]) -> dict[str, float]:
    """The bonus points that some cells can earn, by grade id; only of those that can."""
    return {grade_id(cell): bonus for cell in cells if grade_id(cell) and (bonus := bonus_of(cell))}


def release(cell: dict[str, Any]) -> None:
    """Make a source cell with the tag one that nbgrader gives no points for; raises AssignmentError where it has none.

    A cell that nbgrader does not know may have the tag for a reason of its own.
    """
    if TAG not in cell["metadata"].get("tags", ()) or not grade_id(cell):
        return
    if not (is_marked(cell, "grade") or is_marked(cell, "task")) or not points_of(cell):
        raise AssignmentError(
            f"the cell {grade_id(cell)} has the tag {TAG!r} and no points: tag the cell that has them (the test of a"
            " solution), or remove the tag"
        )
    cell["metadata"][KEY] = points_of(cell)
    cell["metadata"]["nbgrader"]["points"] = 0.0
