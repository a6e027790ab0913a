"""The functions that a student wrote, and their shape: what stays when names, comments and layout change."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NEWLINE = re.compile(r"\r\n|\r|\n")  # where Python ends a line


@dataclass(frozen=True)
class Written:
    """A function as a student wrote it, and the line of its cell, counted from 1, in which it begins."""

    code: str
    first: int = 1


def functions_of(notebook: Mapping[str, Any], given: frozenset[str]) -> dict[str, Written]:
    """The functions in a notebook's code cells, by name, but for given cells and what does not parse."""
    found: dict[str, Written] = {}
    for cell in notebook["cells"]:
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        if cell["cell_type"] == "code" and source.strip() not in given:
            found |= _written_in(source)
    return found


def functions_in(source: str) -> dict[str, str]:
    """The functions at the top level of some code, by name; none where it does not parse."""
    return {name: written.code for name, written in _written_in(source).items()}


def _written_in(source: str) -> dict[str, Written]:
    lines = NEWLINE.split(source)
    return {node.name: Written(_segment(lines, node), node.lineno) for node in _defined(source)}


def _segment(lines: Sequence[str], node: ast.FunctionDef) -> str:
    """A function's code as ast.get_source_segment gives it, which goes through the source character by character."""
    *first, last = lines[node.lineno - 1 : node.end_lineno]
    return "\n".join([*first, last.encode()[: node.end_col_offset].decode()])


def shape(code: str) -> list[str]:
    """A function as a list of words: its syntax in reading order, own names numbered, without texts of its own."""
    tree = ast.parse(code).body[0]
    assert isinstance(tree, ast.FunctionDef), "the code of a function"
    if ast.get_docstring(tree, clean=False) is not None:
        tree.body = tree.body[1:]
    own = {name for node in ast.walk(tree) if (name := _given_name(node))}
    numbers: dict[str, int] = {}
    return [word for statement in tree.body for word in _words(statement, own, numbers)]


def _given_name(node: ast.AST) -> str:
    """The name that a node gives to a value; "" where it gives none."""
    if isinstance(node, ast.Name):
        return node.id if isinstance(node.ctx, ast.Store) else ""
    return node.arg if isinstance(node, ast.arg) else ""


def _words(node: ast.AST, own: set[str], numbers: dict[str, int]) -> Iterator[str]:
    yield type(node).__name__
    if isinstance(node, ast.Name):
        yield f"#{numbers.setdefault(node.id, len(numbers))}" if node.id in own else node.id
    elif isinstance(node, ast.Constant):
        yield "text" if isinstance(node.value, str) else repr(node.value)
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.keyword):
        yield node.arg or "**"
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.expr_context):
            yield from _words(child, own, numbers)


def _defined(source: str) -> list[ast.FunctionDef]:
    if "def" not in source:  # most cells have none, and parsing takes its time
        return []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes in texts
            body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return [node for node in body if isinstance(node, ast.FunctionDef)]
