"""Which functions some code calls, directly and through others: the one call graph of the checks and the grader."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from types import CodeType
from typing import Any


def called_functions(call: str) -> list[str]:
    """The student's functions that a snippet calls, in order: those that it does not import."""
    return [name for name in _called(call) if not hasattr(builtins, name)]


@cache  # the same few snippets are run many times over
def _called(call: str) -> tuple[str, ...]:
    nodes = list(ast.walk(ast.parse(call)))
    imported = {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    names = [node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    return tuple(name for name in dict.fromkeys(names) if name not in imported)


def names_in(function: Any) -> set[str]:
    """The global names and attributes that a function's code uses, nested ones included; none for anything else."""
    code = getattr(function, "__code__", None)
    return set(_names(code)) if isinstance(code, CodeType) else set()


def reach(start: Iterable[str], called: Callable[[str], Iterable[str]]) -> set[str]:
    """The names in `start` and all that can be reached from them. called: the names that a name leads to."""
    reached: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += called(name)
    return reached


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
