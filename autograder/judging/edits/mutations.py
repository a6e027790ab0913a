"""The kinds of mutation: each gives, for one node of a function, the nodes that may take its place."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from autograder.spec import Proof

OTHER_OPERATORS: dict[type, tuple[type, ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.Pow: (ast.Mult,),
}
OTHER_COMPARISONS: dict[type, tuple[type, ...]] = {
    ast.NotEq: (ast.Eq, ast.Gt),
    ast.Eq: (ast.NotEq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
}
OTHER_FUNCTIONS = {
    "zeros_like": ("ones_like",),
    "ones_like": ("zeros_like",),
    "zeros": ("ones",),
    "sum": ("mean",),
    "max": ("min",),
    "argmax": ("argmin",),
    "log": ("log2",),
    "stack": ("concatenate",),
    "tanh": ("arctan", "sin"),
    "exp": ("exp2",),
}
ORDERED = (ast.Sub, ast.Div, ast.MatMult, ast.Pow)  # operators whose operands do not commute
SIGNED = ("tanh", "exp", "log", "sum", "max", "argmax")


@dataclass(frozen=True)
class Scope:
    """What the names and texts of a function may be mistaken for.

    mates: for each name, the names that are bound together with it. texts: those that index something. hints: what the
    assignment adds.
    """

    mates: dict[str, list[str]] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    hints: Proof = field(default_factory=Proof)

    @classmethod
    def of(cls, tree: ast.FunctionDef, hints: Proof) -> Scope:
        """Collect the parameters, the names that are assigned together, and the texts that index something."""
        groups = [[argument.arg for argument in tree.args.args if argument.arg != "self"]]
        mates: dict[str, list[str]] = {}
        texts: dict[str, None] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Store):
                groups.append([name.id for name in ast.walk(node) if isinstance(name, ast.Name)])
            if isinstance(node, ast.Assign) and len(node.targets) > 1:
                groups.append([target.id for target in node.targets if isinstance(target, ast.Name)])
            if isinstance(node, ast.Subscript) and isinstance(text := _constant(node.slice), str):
                texts[text] = None
        for group in groups:
            for name in group:
                others = [other for other in group if other not in (name, "_", "p", *mates.get(name, ()))]
                mates.setdefault(name, []).extend(others)
        return cls(mates, tuple(texts), hints)


Changes = Iterator[ast.AST]
Node = TypeVar("Node", bound=ast.AST)


def operators(node: ast.AST, scope: Scope) -> Changes:
    """Another operator, also in `x -= 1`."""
    if isinstance(node, ast.BinOp | ast.AugAssign):
        for other in OTHER_OPERATORS.get(type(node.op), ()):
            yield changed(node, op=other())


def dropped_parts(node: ast.AST, scope: Scope) -> Changes:
    """A sum without one of its terms, a product without one of its factors."""
    if isinstance(node, ast.BinOp):
        yield node.left
        yield node.right


def swapped_operands(node: ast.AST, scope: Scope) -> Changes:
    """`b - a` for `a - b`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ORDERED):
        yield changed(node, left=node.right, right=node.left)


def signs(node: ast.AST, scope: Scope) -> Changes:
    """A minus sign more, or less."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand
    product = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div | ast.MatMult)
    signed = isinstance(node, ast.Call) and last_name(node.func) in (*SIGNED, *scope.hints.look_alikes)
    if isinstance(node, ast.expr) and (product or signed):
        yield ast.UnaryOp(ast.USub(), node)


def constants(node: ast.AST, scope: Scope) -> Changes:
    """A number that is off by one, also as an axis; the other truth value."""
    value = _constant(node)
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
        yield ast.Constant(value - 1)


def keywords(node: ast.AST, scope: Scope) -> Changes:
    """A call without one of its keywords, such as axis or keepdims."""
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            yield changed(node, keywords=[each for each in node.keywords if each is not keyword])


def shapes(node: ast.AST, scope: Scope) -> Changes:
    """An axis that a sum keeps; axes of length 1 that np.squeeze drops from a result."""
    if isinstance(node, ast.Call) and last_name(node.func) in ("sum", "max"):
        given = {keyword.arg for keyword in node.keywords}
        if "axis" in given and "keepdims" not in given:
            yield changed(node, keywords=[*node.keywords, ast.keyword("keepdims", ast.Constant(True))])
    if isinstance(node, ast.Return) and node.value:
        for part in node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]:
            squeezed = ast.Call(ast.parse("np.squeeze", mode="eval").body, [part], [])
            yield changed(node, value=_replaced(node.value, part, squeezed))


def indices(node: ast.AST, scope: Scope) -> Changes:
    """No index; another time step, t + 1 or t - 1 for t; a slice that lacks a bound or begins or ends elsewhere."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield node.value
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        for part in parts:
            if isinstance(part, ast.Name):
                for shift in (ast.Add(), ast.Sub()):
                    moved = ast.BinOp(part, shift, ast.Constant(1))
                    yield changed(node, slice=_replaced(node.slice, part, moved))
    if isinstance(node, ast.Slice):
        for bound in ("lower", "upper", "step"):
            if getattr(node, bound):
                yield changed(node, **{bound: None})
        if not node.lower and not node.step:
            yield changed(node, lower=ast.Constant(1))
        if not node.upper and not node.step:
            yield changed(node, upper=ast.Constant(-1))


def ranges(node: ast.AST, scope: Scope) -> Changes:
    """A loop that begins late, ends early or runs the other way."""
    if isinstance(node, ast.Call) and last_name(node.func) == "range" and len(node.args) == 1:
        yield changed(node, args=[ast.BinOp(node.args[0], ast.Sub(), ast.Constant(1))])
        yield changed(node, args=[ast.Constant(1), node.args[0]])
        yield changed(node, func=ast.Name("reversed", ast.Load()), args=[node])


def calls(node: ast.AST, scope: Scope) -> Changes:
    """A related function, or none: the argument as it is."""
    if not isinstance(node, ast.Call):
        return
    name = last_name(node.func)
    for other in (*OTHER_FUNCTIONS.get(name, ()), *scope.hints.look_alikes.get(name, ())):
        if isinstance(node.func, ast.Attribute):
            yield changed(node, func=changed(node.func, attr=other))
        elif "." in other:
            yield changed(node, func=ast.parse(other, mode="eval").body)
    if isinstance(node.func, ast.Attribute) and last_name(node.func.value) != "np":
        yield node.func.value
    elif node.args:
        yield node.args[0]


def arguments(node: ast.AST, scope: Scope) -> Changes:
    """Two neighbouring arguments swapped."""
    if isinstance(node, ast.Call):
        for args in _neighbours_swapped(node.args):
            yield changed(node, args=args)


def tuples(node: ast.AST, scope: Scope) -> Changes:
    """Two neighbours swapped: values returned, names assigned, blocks joined."""
    if isinstance(node, ast.Tuple | ast.List):
        for elements in _neighbours_swapped(node.elts):
            yield changed(node, elts=elements)


def comparisons(node: ast.AST, scope: Scope) -> Changes:
    """Another comparison; the opposite condition."""
    if isinstance(node, ast.Compare):
        for other in OTHER_COMPARISONS.get(type(node.ops[0]), ()):
            yield changed(node, ops=[other()])
    if isinstance(node, ast.If):
        yield changed(node, test=ast.UnaryOp(ast.Not(), node.test))


def statements(node: ast.AST, scope: Scope) -> Changes:
    """A statement left out; `x = 1` for `x += 1`."""
    if isinstance(node, ast.stmt) and not isinstance(node, ast.Return):
        yield ast.Pass()
    if isinstance(node, ast.AugAssign):
        yield ast.Assign([node.target], node.value)


def names(node: ast.AST, scope: Scope) -> Changes:
    """A name that is bound together with the right one, another text that indexes something, a sibling attribute."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        for other in scope.mates.get(node.id, ()):
            yield ast.Name(other, ast.Load())
    if _constant(node) in scope.texts:
        for text in scope.texts:
            yield ast.Constant(text)
    for siblings in scope.hints.siblings:
        if isinstance(node, ast.Attribute) and node.attr in siblings:
            for other in siblings:
                yield changed(node, attr=other)


def transposes(node: ast.AST, scope: Scope) -> Changes:
    """A transpose left out, or one too many in a matrix product."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        for side in ("left", "right"):
            yield changed(node, **{side: ast.Attribute(getattr(node, side), "T", ast.Load())})


KINDS: dict[str, Callable[[ast.AST, Scope], Changes]] = {
    "operator": operators,
    "part dropped": dropped_parts,
    "operands swapped": swapped_operands,
    "sign": signs,
    "constant": constants,
    "keyword dropped": keywords,
    "shape": shapes,
    "index": indices,
    "range": ranges,
    "function": calls,
    "arguments swapped": arguments,
    "order": tuples,
    "comparison": comparisons,
    "statement": statements,
    "name": names,
    "transpose": transposes,
}


def _constant(node: ast.AST) -> object:
    """A constant's value, or None."""
    return node.value if isinstance(node, ast.Constant) else None


def last_name(node: ast.AST) -> str:
    """The last part of a dotted name."""
    return getattr(node, "id", "") or getattr(node, "attr", "")


def changed(node: Node, **fields: object) -> Node:
    """The same node with other fields."""
    return type(node)(**{**dict(ast.iter_fields(node)), **fields})


def _replaced(whole: ast.expr, part: ast.expr, new: ast.expr) -> ast.expr:
    """The whole with `part`, which is all of it or one of its elements, replaced."""
    if whole is part:
        return new
    assert isinstance(whole, ast.Tuple)
    return changed(whole, elts=[new if each is part else each for each in whole.elts])


def _neighbours_swapped(items: list[ast.expr]) -> Iterator[list[ast.expr]]:
    for first in range(len(items) - 1):
        yield [*items[:first], items[first + 1], items[first], *items[first + 2 :]]
