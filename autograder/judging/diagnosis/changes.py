"""Small changes that make a right function wrong, as students do: a part left out, a wrong sign, axis or transpose."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..mutator import Place, exchanged, outermost_first, without_docstring

SUM, PRODUCT = (ast.Add, ast.Sub), (ast.Mult, ast.Div)
SUMS = {"sum", "mean", "max"}


@dataclass(frozen=True)
class Change:
    """One way to get a function wrong: its kind, and the node that takes the place of another one.

    about: the part that is changed or left out. beside: the expression or target that it belongs to.
    """

    kind: str
    instead: ast.AST
    about: ast.expr
    beside: ast.expr


def changes(function: ast.FunctionDef) -> Iterator[tuple[Change, str]]:
    """Every change of a function, with the function's source after it."""
    function = copy.deepcopy(function)
    function.body = without_docstring(function.body)
    for place in outermost_first(function):
        for change in _of(place):
            with exchanged(place, change.instead):
                changed = ast.unparse(function)
            yield change, changed


def _of(place: Place) -> Iterator[Change]:
    """The changes of what stands in one place."""
    if isinstance(place.node, ast.AugAssign):
        yield from _of_statement(place.node)
    elif isinstance(place.node, ast.expr) and not _within_chain(place.parent, place.node):
        yield from _of_expression(place.node)


def _within_chain(parent: ast.AST, node: ast.expr) -> bool:
    """Whether the node is the beginning of a longer sum or product, which is changed as a whole."""
    if not (isinstance(parent, ast.BinOp) and isinstance(node, ast.BinOp) and node is parent.left):
        return False
    return any(_is(parent, kind) and _is(node, kind) for kind in (SUM, PRODUCT))


def _is(node: ast.BinOp, kind: tuple[type, ...]) -> bool:
    return isinstance(node.op, kind)


def _of_expression(node: ast.expr) -> Iterator[Change]:
    match node:
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            yield from _sums(node, _chain(node, SUM))
        case ast.BinOp(op=ast.Mult() | ast.Div()):
            yield from _products(node, _chain(node, PRODUCT))
        case ast.BinOp(op=ast.MatMult(), left=left, right=right):
            if isinstance(right, ast.Name):
                yield Change("wrong_transpose", ast.BinOp(left, ast.MatMult(), ast.Attribute(right, "T")), right, right)
        case ast.Attribute(attr="T", value=value):
            yield Change("wrong_transpose", value, value, value)
        case ast.Call(func=ast.Attribute(attr=attribute, value=value), args=args) if attribute in SUMS:
            whole = args[0] if isinstance(value, ast.Name) and value.id == "np" and args else value
            yield Change("sum_left_out", whole, whole, whole)
            yield from _other_axes(node, whole)


def _of_statement(node: ast.AugAssign) -> Iterator[Change]:
    """The statement left out, or with the other sign."""
    if isinstance(node.op, (ast.Add, ast.Sub)):
        yield Change("missing_term", ast.Pass(), node.value, node.target)
        other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        yield Change("sign_of_term", ast.AugAssign(node.target, other, node.value), node.value, node.target)
    elif isinstance(node.op, (ast.Mult, ast.Div)):
        yield Change("missing_factor", ast.Pass(), node.value, node.target)


def _chain(node: ast.expr, kind: tuple[type, ...]) -> list[tuple[ast.operator | None, ast.expr]]:
    """The parts of a sum or a product, each with the operator before it; None before the first."""
    if isinstance(node, ast.BinOp) and _is(node, kind):
        return [*_chain(node.left, kind), (node.op, node.right)]
    return [(None, node)]


def _joined(parts: Sequence[tuple[ast.operator | None, ast.expr]]) -> ast.expr:
    """The sum or product of these parts; the first one's operator is dropped."""
    whole = parts[0][1]
    for operator, part in parts[1:]:
        whole = ast.BinOp(whole, operator or ast.Add(), part)
    return whole


def _sums(whole: ast.expr, parts: list[tuple[ast.operator | None, ast.expr]]) -> Iterator[Change]:
    """Each term left out, and each with the other sign. Sums with a constant, such as 1 - a or t + 1, are skipped."""
    if any(isinstance(part, ast.Constant) for _, part in parts):
        return
    for place, (operator, part) in enumerate(parts):
        rest = [*parts[:place], *parts[place + 1 :]]
        first = ast.UnaryOp(ast.USub(), rest[0][1]) if isinstance(rest[0][0], ast.Sub) else rest[0][1]
        yield Change("missing_term", _joined([(None, first), *rest[1:]]), part, whole)
        flipped = ast.Add() if isinstance(operator, ast.Sub) else ast.Sub()
        if operator:
            yield Change("sign_of_term", _joined([*parts[:place], (flipped, part), *parts[place + 1 :]]), part, whole)
        else:
            negative = ast.UnaryOp(ast.USub(), part)
            yield Change("sign_of_term", _joined([(None, negative), *parts[1:]]), part, whole)


def _products(whole: ast.expr, parts: list[tuple[ast.operator | None, ast.expr]]) -> Iterator[Change]:
    """Each factor or divisor left out."""
    for place, (_, part) in enumerate(parts):
        rest = [*parts[:place], *parts[place + 1 :]]
        if not isinstance(rest[0][0], ast.Div):
            yield Change("missing_factor", _joined([(None, rest[0][1]), *rest[1:]]), part, whole)


def _other_axes(node: ast.Call, whole: ast.expr) -> Iterator[Change]:
    for keyword in node.keywords:
        if keyword.arg == "axis" and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, int):
            for axis in {0, 1, 2} - {keyword.value.value}:
                others = [other for other in node.keywords if other is not keyword]
                other = ast.keyword("axis", ast.Constant(axis))
                yield Change("wrong_axis", ast.Call(node.func, node.args, [other, *others]), whole, whole)
