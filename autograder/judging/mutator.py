"""Make wrong versions of a right function: find every place in its syntax tree, and put something else there.

What is put there is not decided here. There are two catalogues of changes: the parts that students leave out, for
advice (`judging/diagnosis/changes.py`), and the small edits (`judging/edits/`), which the proof plants in right
functions and the search for a wrong line tries on wrong ones.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """One node of a tree, and where it stands.

    parent, field, index: what holds the node; the index is None where the field is not a list.
    statement: the innermost statement around the node, which may be the node itself; None in a function's signature.
    depth: how far the node is below the tree's root.
    """

    node: ast.AST
    parent: ast.AST
    field: str
    index: int | None
    statement: ast.stmt | None
    depth: int

    def put(self, node: ast.AST) -> None:
        """Let another node stand here."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def places(tree: ast.AST) -> Iterator[Place]:
    """Every place below the root of a tree, in the order of the code; a node comes before its own parts."""
    yield from _below(tree, None, 1)


def outermost_first(tree: ast.AST) -> list[Place]:
    """The same places level by level: all statements of a function, then what they consist of, and so on."""
    return sorted(places(tree), key=lambda place: place.depth)


@contextmanager
def exchanged(place: Place, node: ast.AST) -> Iterator[None]:
    """Let another node stand in a place for as long as the block runs."""
    place.put(ast.fix_missing_locations(node))  # ast.unparse asks statements for their line numbers
    try:
        yield
    finally:
        place.put(place.node)


def without_docstring(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """The statements of a function but for those that are nothing but a text."""
    return [statement for statement in body if not _is_text(statement)]


def _below(parent: ast.AST, statement: ast.stmt | None, depth: int) -> Iterator[Place]:
    for field, value in ast.iter_fields(parent):
        several = isinstance(value, list)
        for number, node in enumerate(value if several else [value]):
            if isinstance(node, ast.AST):
                around = node if isinstance(node, ast.stmt) else statement
                yield Place(node, parent, field, number if several else None, around, depth)
                yield from _below(node, around, depth + 1)


def _is_text(statement: ast.stmt) -> bool:
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
        return False
    return isinstance(statement.value.value, str)
