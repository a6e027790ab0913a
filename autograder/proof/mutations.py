"""The kinds of change that make a mutant: each gives, for one node of a function, the nodes to put in its place."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

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
    "sigmoid": ("np.tanh",),
}
WORDS = ("_null", "_start", "_end")  # ids that the captioning model knows
ORDERED = (ast.Sub, ast.Div, ast.MatMult, ast.Pow)  # operators whose operands must not be swapped
SIGNED = ("tanh", "exp", "log", "sum", "sigmoid", "max", "argmax")


@dataclass(frozen=True)
class Scope:
    """What a function's names and texts may be mistaken for: those bound beside them, and the other texts."""

    mates: dict[str, list[str]] = field(default_factory=dict)
    texts: tuple[str, ...] = ()

    @classmethod
    def of(cls, tree: ast.FunctionDef) -> Scope:
        """Read the parameters and the tuples that are assigned, and the texts that index something."""
        groups = [[argument.arg for argument in tree.args.args if argument.arg != "self"]]
        mates: dict[str, list[str]] = {}
        texts: dict[str, None] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Store):
                groups.append([name.id for name in ast.walk(node) if isinstance(name, ast.Name)])
            if isinstance(node, ast.Assign) and len(node.targets) > 1:
                groups.append([target.id for target in node.targets if isinstance(target, ast.Name)])
            if isinstance(node, ast.Subscript) and _is(node.slice, str):
                texts[node.slice.value] = None
        for group in groups:
            for name in group:
                others = [other for other in group if other not in (name, "_", "p", *mates.get(name, ()))]
                mates.setdefault(name, []).extend(others)
        return cls(mates, tuple(texts))


Changes = Iterator[ast.AST]


def operators(node: ast.AST, scope: Scope) -> Changes:
    """Another operator, also in `x -= 1`."""
    if isinstance(node, ast.BinOp | ast.AugAssign):
        for other in OTHER_OPERATORS.get(type(node.op), ()):
            yield _with(node, op=other())


def dropped_parts(node: ast.AST, scope: Scope) -> Changes:
    """A sum without one of its terms, a product without one of its factors."""
    if isinstance(node, ast.BinOp):
        yield node.left
        yield node.right


def swapped_operands(node: ast.AST, scope: Scope) -> Changes:
    """`b - a` for `a - b`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ORDERED):
        yield _with(node, left=node.right, right=node.left)


def signs(node: ast.AST, scope: Scope) -> Changes:
    """A sign more, or less."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand
    product = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div | ast.MatMult)
    if product or (isinstance(node, ast.Call) and _name(node.func) in SIGNED):
        yield ast.UnaryOp(ast.USub(), node)


def constants(node: ast.AST, scope: Scope) -> Changes:
    """A number that is off by one, also as an axis; a truth value that is the other one."""
    if _is(node, bool):
        yield ast.Constant(not node.value)
    elif _is(node, int):
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)


def keywords(node: ast.AST, scope: Scope) -> Changes:
    """A call without one of its keywords, such as axis or keepdims."""
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            yield _with(node, keywords=[each for each in node.keywords if each is not keyword])


def shapes(node: ast.AST, scope: Scope) -> Changes:
    """An axis that a sum keeps, or that np.squeeze drops from what is returned."""
    if isinstance(node, ast.Call) and _name(node.func) in ("sum", "max"):
        given = {keyword.arg for keyword in node.keywords}
        if "axis" in given and "keepdims" not in given:
            yield _with(node, keywords=[*node.keywords, ast.keyword("keepdims", ast.Constant(True))])
    if isinstance(node, ast.Return) and node.value:
        for part in node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]:
            squeezed = ast.Call(ast.parse("np.squeeze", mode="eval").body, [part], [])
            yield _with(node, value=_exchanged(node.value, part, squeezed))


def indices(node: ast.AST, scope: Scope) -> Changes:
    """Another step in time: t + 1 and t - 1 for t, bounds of slices that are missing or one too many; no index."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield node.value
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        for part in parts:
            if isinstance(part, ast.Name):
                for shift in (ast.Add(), ast.Sub()):
                    moved = ast.BinOp(part, shift, ast.Constant(1))
                    yield _with(node, slice=_exchanged(node.slice, part, moved))
    if isinstance(node, ast.Slice):
        for bound in ("lower", "upper", "step"):
            if getattr(node, bound):
                yield _with(node, **{bound: None})
        if not node.lower and not node.step:
            yield _with(node, lower=ast.Constant(1))
        if not node.upper and not node.step:
            yield _with(node, upper=ast.Constant(-1))


def ranges(node: ast.AST, scope: Scope) -> Changes:
    """A loop that begins late, ends early or goes the other way."""
    if isinstance(node, ast.Call) and _name(node.func) == "range" and len(node.args) == 1:
        yield _with(node, args=[ast.BinOp(node.args[0], ast.Sub(), ast.Constant(1))])
        yield _with(node, args=[ast.Constant(1), node.args[0]])
        yield _with(node, func=ast.Name("reversed", ast.Load()), args=[node])


def calls(node: ast.AST, scope: Scope) -> Changes:
    """A related function in place of the right one, or none: the argument as it is."""
    if not isinstance(node, ast.Call):
        return
    for other in OTHER_FUNCTIONS.get(_name(node.func), ()):
        if isinstance(node.func, ast.Attribute):
            yield _with(node, func=_with(node.func, attr=other))
        elif "." in other:
            yield _with(node, func=ast.parse(other, mode="eval").body)
    if isinstance(node.func, ast.Attribute) and _name(node.func.value) != "np":
        yield node.func.value
    elif node.args:
        yield node.args[0]


def arguments(node: ast.AST, scope: Scope) -> Changes:
    """Two neighbouring arguments in the wrong order."""
    if isinstance(node, ast.Call):
        for args in _neighbours_swapped(node.args):
            yield _with(node, args=args)


def tuples(node: ast.AST, scope: Scope) -> Changes:
    """Two neighbours in the wrong order: values returned, names assigned, blocks put together."""
    if isinstance(node, ast.Tuple | ast.List):
        for elements in _neighbours_swapped(node.elts):
            yield _with(node, elts=elements)


def comparisons(node: ast.AST, scope: Scope) -> Changes:
    """Another comparison; a condition the wrong way round."""
    if isinstance(node, ast.Compare):
        for other in OTHER_COMPARISONS.get(type(node.ops[0]), ()):
            yield _with(node, ops=[other()])
    if isinstance(node, ast.If):
        yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))


def statements(node: ast.AST, scope: Scope) -> Changes:
    """A statement that is missing; `x = 1` for `x += 1`."""
    if isinstance(node, ast.stmt) and not isinstance(node, ast.Return):
        yield ast.Pass()
    if isinstance(node, ast.AugAssign):
        yield ast.Assign([node.target], node.value)


def names(node: ast.AST, scope: Scope) -> Changes:
    """Another name of the same parameters or the same assignment, another parameter's text, another special word."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        for other in scope.mates.get(node.id, ()):
            yield ast.Name(other, ast.Load())
    if _is(node, str) and node.value in scope.texts:
        for text in scope.texts:
            yield ast.Constant(text)
    if isinstance(node, ast.Attribute) and node.attr in WORDS:
        for word in WORDS:
            yield _with(node, attr=word)


def transposes(node: ast.AST, scope: Scope) -> Changes:
    """A transpose that is missing, or one too many in a matrix product."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        for side in ("left", "right"):
            yield _with(node, **{side: ast.Attribute(getattr(node, side), "T", ast.Load())})


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


def is_docstring(node: ast.stmt) -> bool:
    """Whether the statement is nothing but a text."""
    return isinstance(node, ast.Expr) and _is(node.value, str)


def _is(node: ast.AST | None, kind: type) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is kind


def _name(node: ast.AST) -> str:
    """The last part of a dotted name."""
    return getattr(node, "id", "") or getattr(node, "attr", "")


def _with(node: ast.AST, **fields: object) -> ast.AST:
    """The same node with other fields."""
    return type(node)(**{**dict(ast.iter_fields(node)), **fields})


def _exchanged(whole: ast.expr, part: ast.expr, new: ast.expr) -> ast.expr:
    """Another node for `part`, which is the whole or one element of it."""
    if whole is part:
        return new
    assert isinstance(whole, ast.Tuple)
    return _with(whole, elts=[new if each is part else each for each in whole.elts])


def _neighbours_swapped(items: list) -> Iterator[list]:
    for first in range(len(items) - 1):
        yield [*items[:first], items[first + 1], items[first], *items[first + 2 :]]
