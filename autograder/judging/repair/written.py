"""The functions of a submission as they are written, and which of them stood where."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder.judging.edits.function import Function, functions_in
from autograder.sandbox.messages import END


@dataclass
class Written:
    """The cells that have run, in their order, and after how many of them each exercise's check cell came."""

    _cells: list[str] = field(default_factory=list)
    _checked: dict[str, int] = field(default_factory=dict)
    _functions: list[dict[str, Function]] | None = None

    def ran(self, source: str) -> None:
        """One more cell of the student's own has run."""
        self._cells.append(source)

    def keep(self, exercise: str) -> None:
        """Here the exercise's check cell stands."""
        self._checked[exercise] = len(self._cells)

    def function(self, name: str, as_of: str) -> Function | None:
        """The function as of an exercise's check cell, or the END; a helper may stand below. None where none is."""
        cells = self._read()
        until = len(self._cells) if as_of == END else self._checked.get(as_of, len(self._cells))
        above = [cell[name] for cell in cells[:until] if name in cell]
        below = [cell[name] for cell in cells[until:] if name in cell]
        found = above or below
        return found[-1] if found else None

    @property
    def functions(self) -> list[Function]:
        """All functions in the order of the cells."""
        return [function for cell in self._read() for function in cell.values()]

    def _read(self) -> list[dict[str, Function]]:
        if self._functions is None:
            self._functions = [{each.name: each for each in functions_in(cell)} for cell in self._cells]
        return self._functions
