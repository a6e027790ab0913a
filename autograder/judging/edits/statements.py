"""Edits of whole statements: left out, moved, one more; each gives a kind and the texts to put in."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .function import Function
from .kinds import Kind
from .scope import Stock

Splice = tuple[int, int, str]
Change = tuple[Kind, ast.stmt, tuple[Splice, ...]]  # what it is about, the statement that is named, and the new texts
BLOCKS = ("body", "orelse", "finalbody")
FAR = 5  # statements that one is moved past
SIMPLE = (ast.Assign, ast.AugAssign, ast.Expr, ast.AnnAssign)


def assignments(function: Function, stock: Stock) -> Iterator[Change]:
    """Added in the place of assigned, or the other way round; sums over an index that comes up several times."""
    for place in function.places:
        node = place.node
        if isinstance(node, ast.AugAssign):
            target, value = ast.unparse(node.target), ast.unparse(node.value)
            yield Kind.ASSIGNMENT, node, (_in_place(function, node, f"{target} = {value}"),)
            sign = "+" if isinstance(node.op, ast.Sub) else "-"
            yield Kind.SIGN, node, (_in_place(function, node, f"{target} {sign}= {value}"),)
            if isinstance(node.target, ast.Subscript):
                array, index = ast.unparse(node.target.value), ast.unparse(node.target.slice)
                if ":" not in index:
                    text = f"np.add.at({array}, {index}, {value})"
                    yield Kind.REPEATED, node, (_in_place(function, node, text),)
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = ast.unparse(node.targets[0]), ast.unparse(node.value)
            if not isinstance(node.targets[0], ast.Tuple):
                yield Kind.ASSIGNMENT, node, (_in_place(function, node, f"{target} += {value}"),)
                if isinstance(node.targets[0], ast.Subscript):
                    index = ast.unparse(node.targets[0].slice)
                    if ":" not in index:
                        text = f"np.add.at({ast.unparse(node.targets[0].value)}, {index}, {value})"
                        yield Kind.REPEATED, node, (_in_place(function, node, text),)


def left_out(function: Function, stock: Stock) -> Iterator[Change]:
    """A statement fewer, and a branch that is always or never taken."""
    for place in function.places:
        node = place.node
        if isinstance(node, ast.stmt) and not isinstance(node, ast.Return | ast.FunctionDef | ast.Pass):
            yield Kind.SURPLUS, node, (_in_place(function, node, "pass"),)
        if isinstance(node, ast.If):
            for text in ("True", "False"):
                yield Kind.COMPARISON, node, ((*function.span(node.test), text),)


def moved(function: Function, stock: Stock) -> Iterator[Change]:
    """A statement before or after others, in the loop or out of it."""
    for block, holder in _blocks(function.node):
        for number, node in enumerate(block):
            if not isinstance(node, SIMPLE) or not function.rows(node):
                continue
            for other in block[number + 1 : number + 1 + FAR]:
                yield from _move(function, node, other, after=True, alone=len(block) == 1)
            if isinstance(holder, ast.For | ast.While | ast.If):
                for after in (False, True):
                    yield from _move(function, node, holder, after, alone=len(block) == 1)
            for loop in (each for each in block[max(0, number - 2) : number + 3] if isinstance(each, ast.For)):
                yield from _move(function, node, loop.body[0], after=False, alone=False)
                yield from _move(function, node, loop.body[-1], after=True, alone=False)


def handed_on(function: Function, stock: Stock) -> Iterator[Change]:
    """One more statement at the end of a loop: what one step has made is what the next one starts from."""
    for loop in (place.node for place in function.places if isinstance(place.node, ast.For | ast.While)):
        stored = _names(loop, ast.Store)
        before = {name for name in _names(loop, ast.Load) if name in stock.names}
        last = loop.body[-1]
        if not function.rows(last):
            continue
        for target in (name for name in stock.names if name in before):
            for source in (name for name in stock.names if name in stored and name != target):
                named = _last_store(loop, source) or last
                yield Kind.HANDED_ON, named, (_after(function, last, f"{target} = {source}"),)


def _in_place(function: Function, node: ast.stmt, text: str) -> Splice:
    return (*function.span(node), text)


def _after(function: Function, node: ast.stmt, text: str) -> Splice:
    rows = function.rows(node)
    assert rows, "it was looked at before"
    return rows[1], rows[1], f"{function.indent(node)}{text}\n"


def _move(function: Function, node: ast.stmt, beside: ast.stmt, after: bool, alone: bool) -> Iterator[Change]:
    """The statement before or after another. alone: whether its block would be empty without it."""
    own, other = function.rows(node), function.rows(beside)
    if own and other:
        left = f"{function.indent(node)}pass\n" if alone else ""
        at = other[1] if after else other[0]
        text = f"{function.indent(beside)}{ast.unparse(node)}\n"
        yield Kind.PLACE, node, ((*own, left), (at, at, text))


def _blocks(tree: ast.AST) -> Iterator[tuple[list[ast.stmt], ast.AST]]:
    """Each list of statements, with what holds it."""
    for node in ast.walk(tree):
        for name in BLOCKS:
            block = getattr(node, name, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield block, node


def _names(tree: ast.AST, context: type) -> set[str]:
    return {each.id for each in ast.walk(tree) if isinstance(each, ast.Name) and isinstance(each.ctx, context)}


def _last_store(loop: ast.For | ast.While, name: str) -> ast.stmt | None:
    """The last statement of a loop's own that assigns the name."""
    found = [statement for statement in loop.body if name in _names(statement, ast.Store)]
    return found[-1] if found else None
