"""Why a function that a check calls is not there, as far as the notebook's history tells."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

HISTORY = "In"  # where IPython keeps the cells that were run
LONGEST = 100_000  # characters of a cell that is looked at


def why_absent(name: str, namespace: Mapping[str, Any]) -> str:
    """A sentence on a name that stands for no function."""
    if namespace.get(name) is not None:
        return (
            f"{name} is no function, but of type {type(namespace[name]).__name__}: run the cell that defines it again."
        )
    cells = _cells(name, namespace)
    if cells is None:
        return f"{name} is not defined: its cell is missing, was not run, or stopped with an error."
    if not cells:
        return f"{name} is not defined: its cell is missing, or was not run."
    if problem := _syntax_error(cells[-1]):
        return f"{name} is not defined: its cell has a syntax error, {problem}."
    return f"{name} is not defined: its cell stopped with an error before it came to that, or the name was deleted."


def stale_note(name: str, namespace: Mapping[str, Any]) -> str:
    """A note where the cell of a function could not run when it was run last, so that an older one is there; or ""."""
    cells = _cells(name, namespace) or []
    problem = _syntax_error(cells[-1]) if cells and callable(namespace.get(name)) else ""
    return (
        f"The cell of {name} has a syntax error, {problem}: what was checked is an earlier version." if problem else ""
    )


def _cells(name: str, namespace: Mapping[str, Any]) -> list[str] | None:
    """The cells that were run and define the function, in order; None where there is no history."""
    history = namespace.get(HISTORY)
    if not isinstance(history, list) or not history:
        return None
    defines = re.compile(rf"^[ \t]*def[ \t]+{re.escape(name)}\b", re.MULTILINE)
    texts = (cell for cell in history if isinstance(cell, str) and len(cell) <= LONGEST)
    return [cell for cell in texts if defines.search(cell)]


def _syntax_error(cell: str) -> str:
    """Where a cell has a syntax error, and what Python says; "" where it has none."""
    try:
        ast.parse(cell)
    except SyntaxError as error:
        return f"line {error.lineno} ({error.msg})"
    except (ValueError, RecursionError, MemoryError):  # null bytes, or brackets a thousand deep
        return "which Python cannot read"
    return ""
