"""When edits that each make everything right point at one place."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from autograder.judging.edits.edits import Edit
from autograder.judging.edits.function import Function


def agree(found: Sequence[Edit]) -> bool:
    """Whether all edits stand on one line, or on two of one function that belong together."""
    places = {(edit.function.name, edit.line) for edit in found}
    if len(places) < 2:
        return bool(places)
    functions = {name for name, _ in places}
    return len(places) == 2 and len(functions) == 1 and _belong(found[0].function, *sorted(line for _, line in places))


def _belong(function: Function, first: int, second: int) -> bool:
    """Whether one line gives a value its name that the other one uses, or both are neighbours in one block."""
    one, two = _statement(function, first), _statement(function, second)
    if one is None or two is None:
        return False
    if one is two:
        return True
    return bool(_names(one, ast.Store) & _names(two, ast.Load) or _names(two, ast.Store) & _names(one, ast.Load))


def _statement(function: Function, line: int) -> ast.stmt | None:
    """The innermost statement that a line of the cell belongs to."""
    found = None
    for place in function.places:
        node = place.node
        if isinstance(node, ast.stmt):
            end = (node.end_lineno or node.lineno) + function.first - 1
            found = node if function.line(node) <= line <= end else found
    return found


def _names(statement: ast.stmt, context: type) -> set[str]:
    """The names in a statement, but for those in statements within it."""
    inner = {id(node) for part in ast.walk(statement) if part is not statement and isinstance(part, ast.stmt)
             for node in ast.walk(part)}  # fmt: skip
    nodes = [node for node in ast.walk(statement) if id(node) not in inner]
    names = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, context)}
    if context is ast.Store:  # `h[:, t] = x` changes h
        names |= {
            base.id
            for node in nodes
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
            for base in [node.value]
            if isinstance(base, ast.Name)
        }
    return names
