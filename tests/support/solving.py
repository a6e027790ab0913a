"""What stands in for running the cells of a solved notebook, which takes minutes."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from nbclient import NotebookClient


def never(*_: object) -> NoReturn:
    raise AssertionError("a cell was run")


def pretend(client: NotebookClient, _path: Path) -> None:
    """Act as if all cells had run."""
    for number, cell in enumerate((each for each in client.nb.cells if each.cell_type == "code"), 1):
        cell.outputs, cell.execution_count = [], number
