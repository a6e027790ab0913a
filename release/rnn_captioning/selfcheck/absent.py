"""Why a function that a check calls is not there, as far as the notebook's history tells."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Mapping
from typing import Any

from .language import Text

HISTORY = "In"  # where IPython keeps the cells that were run
LONGEST = 100_000  # characters of a cell that is looked at


def why_absent(name: str, namespace: Mapping[str, Any]) -> str:
    """A sentence on a name that stands for no function."""
    if namespace.get(name) is not None:
        said = "{name} is no function, but of type {type}: run the cell that defines it again."
        return Text(said, name=name, type=type(namespace[name]).__name__)
    cells = _cells(name, namespace)
    if cells is None:
        return Text("{name} is not defined: its cell is missing, was not run, or stopped with an error.", name=name)
    if not cells:
        return Text("{name} is not defined: its cell is missing, or was not run.", name=name)
    if problem := _syntax_error(cells[-1]):
        return Text("{name} is not defined: its cell has a syntax error, {problem}.", name=name, problem=problem)
    if lacking := _modules_not_here(cells[-1], until=name):
        said = "{name} is not defined: its cell stopped at an import. {advice}"
        return Text(said, name=name, advice=not_here(lacking[0][1]))
    deleted = "{name} is not defined: its cell stopped with an error before it came to that, or the name was deleted."
    return Text(deleted, name=name)


def why_not_imported(name: str, namespace: Mapping[str, Any]) -> str:
    """A sentence on a name that some cell imports from a module that is not there; "" where none does."""
    found = (module for cell in history(namespace) for bound, module in _modules_not_here(cell) if bound == name)
    return next((not_here(module) for module in found), "")


def not_here(module: str) -> str:
    """What to do about a module that is not there."""
    return Text("{name} is not here: do without it, or hand in {name}.py beside the notebook.", name=module[:40])


def stale_note(name: str, namespace: Mapping[str, Any]) -> str:
    """A note where the cell of a function could not run when it was run last, so that an older one is there; or ""."""
    cells = _cells(name, namespace) or []
    problem = _syntax_error(cells[-1]) if cells and callable(namespace.get(name)) else ""
    said = "The cell of {name} has a syntax error, {problem}: what was checked is an earlier version."
    return Text(said, name=name, problem=problem) if problem else ""


def _cells(name: str, namespace: Mapping[str, Any]) -> list[str] | None:
    """The cells that were run and define the function, in order; None where there is no history."""
    run = history(namespace)
    if not run:
        return None
    defines = re.compile(rf"^[ \t]*def[ \t]+{re.escape(name)}\b", re.MULTILINE)
    return [cell for cell in run if len(cell) <= LONGEST and defines.search(cell)]


def history(namespace: Mapping[str, Any]) -> list[str]:
    """The texts of the cells that were run, as far as they are known."""
    cells = namespace.get(HISTORY)
    return [cell for cell in cells if isinstance(cell, str)] if isinstance(cells, list) else []


def _modules_not_here(cell: str, until: str = "") -> list[tuple[str, str]]:
    """The names that a cell imports above a function, each with its module, where that is not there."""
    found: list[tuple[str, str]] = []
    try:
        statements = ast.parse(cell).body if len(cell) <= LONGEST else []
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return found
    for statement in statements:
        if isinstance(statement, ast.FunctionDef) and statement.name == until:
            break
        if isinstance(statement, ast.Import | ast.ImportFrom):
            own = (statement.module or "") if isinstance(statement, ast.ImportFrom) else ""
            for alias in statement.names:
                module = (own or alias.name).partition(".")[0]
                found += [(alias.asname or alias.name.partition(".")[0], module)] if not _is_here(module) else []
    return found


def _is_here(module: str) -> bool:
    try:
        return not module or importlib.util.find_spec(module) is not None
    except (ImportError, ValueError, AttributeError):  # of a module that somebody has made by hand
        return True


def _syntax_error(cell: str) -> str:
    """Where a cell has a syntax error, and what Python says; "" where it has none."""
    try:
        ast.parse(cell)
    except SyntaxError as error:
        return Text("line {line} ({said})", line=error.lineno, said=error.msg)
    except (ValueError, RecursionError, MemoryError):  # null bytes, or brackets a thousand deep
        return Text("which Python cannot read")
    return ""
