"""Another total of an assignment's points, shared out over its cells: the sum is exact, and every cell keeps some."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from autograder.cells import grade_id, points_of, read_cells
from autograder.errors import UserError

UNITS = (1, Fraction(1, 2), Fraction(1, 4))  # that points may be multiples of, the coarsest that serves is taken
APART = Fraction(1, 5)  # how far from its exact share, in parts of it, a cell may be for a unit to serve


def by_cell(notebooks: Iterable[Path]) -> dict[tuple[str, str], float]:
    """The points of all graded cells, by the notebook's file name and the grade id."""
    return {
        (path.name, grade_id(cell)): points_of(cell)
        for path in notebooks
        for cell in read_cells(path)
        if grade_id(cell) and "points" in cell["metadata"]["nbgrader"]
    }


def shared_out(points: Mapping[Any, float], total: int) -> dict[Any, float]:
    """The same cells with points that sum up to `total`, as nearly in the old proportions as whole units allow.

    What was worth nothing stays so, and of two cells the one that was worth more is never worth less. Raises UserError
    where the total is too small for every cell to keep something.

    >>> shared_out({"a": 6.0, "b": 3.0, "c": 3.0}, 4)
    {'a': 2, 'b': 1, 'c': 1}
    """
    before = {name: Fraction(value) for name, value in points.items() if value > 0}
    if not before:
        raise UserError("no cell of these notebooks is worth any points, so there is nothing to scale")
    if total == sum(before.values()):
        return dict(points)
    least = UNITS[-1] * len(before)
    if total < least:
        raise UserError(f"{total} points are too few for {len(before)} cells: take at least {-(-least // 1)}")
    exact = {name: value * total / sum(before.values()) for name, value in before.items()}
    found = {unit: _in_units(exact, total, Fraction(unit)) for unit in UNITS if unit * len(before) <= total}
    near = [each for each in found.values() if all(abs(each[n] - exact[n]) <= APART * exact[n] for n in exact)]
    chosen = (near or [*found.values()][-1:])[0]
    return {name: _plain(chosen.get(name, Fraction())) for name in points}


def rewrite(notebook: Path, points: Mapping[tuple[str, str], float]) -> None:
    """Put points into the cells of a notebook's file, and change nothing else of it."""
    text = notebook.read_text(encoding="utf-8")
    content = json.loads(text)
    for cell in content["cells"]:
        key = notebook.name, grade_id(cell)
        if key in points and points[key] != points_of(cell):
            cell["metadata"]["nbgrader"]["points"] = points[key]
    notebook.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _in_units(exact: Mapping[Any, Fraction], total: int, unit: Fraction) -> dict[Any, Fraction]:
    """Whole units, at least one each: what rounding down leaves goes to those that lost most by it."""
    units = {name: max(1, value // unit) for name, value in exact.items()}
    while (left := total / unit - sum(units.values())) > 0:
        most = sorted(exact, key=lambda name: units[name] * unit - exact[name])[: int(left)]
        units |= {name: units[name] + 1 for name in most}
    while left < 0:  # those that were raised to one unit are paid for by those that can best spare it
        richest = max((name for name in exact if units[name] > 1), key=lambda name: units[name] * unit / exact[name])
        units[richest] -= 1
        left += 1
    return {name: count * unit for name, count in units.items()}


def _plain(value: Fraction) -> float:
    """A whole number where it is one, for people to read."""
    return int(value) if value.denominator == 1 else float(value)
