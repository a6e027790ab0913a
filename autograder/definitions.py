"""The source text of functions, as it stands in their files: a declared mistake is known by its code."""

from __future__ import annotations

import ast
import inspect
import linecache
import textwrap
from collections.abc import Callable
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1024)
def body(function: Callable[..., Any]) -> str:
    """The function's source without its decorators."""
    source = textwrap.dedent(_source(function))
    return source[source.index(f"def {function.__name__}(") :]


def _source(function: Callable[..., Any]) -> str:
    """`inspect.getsource`, which reads the rest of the file anew for each function."""
    code = function.__code__
    linecache.checkcache(code.co_filename)
    lines = linecache.getlines(code.co_filename)
    end = _ends("".join(lines)).get(code.co_firstlineno, 0)
    return "".join(lines[code.co_firstlineno - 1 : end]) or inspect.getsource(function)


@lru_cache(maxsize=64)
def _ends(text: str) -> dict[int, int]:
    """The last lines of a module's functions, those in functions too, by their first ones, decorators among them."""
    found, waiting = dict[int, int](), [*ast.parse(text).body]
    while waiting:
        node = waiting.pop()
        waiting += getattr(node, "body", ())
        if isinstance(node, ast.FunctionDef):
            found[min([node.lineno, *(each.lineno for each in node.decorator_list)])] = node.end_lineno or 0
    return found
