"""Edits of expressions, in the order of how often students need them; each gives a kind and a node for the place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import combinations

from ..mutator import Place
from .kinds import Kind
from .mutations import KINDS, changed, last_name
from .scope import MODULES, Stock

Changes = Iterator[tuple[Kind, ast.AST]]
PLANTED = {  # what an edit of the proof's is about
    "operator": Kind.OPERATOR,
    "part dropped": Kind.TERM,
    "operands swapped": Kind.ORDER,
    "sign": Kind.SIGN,
    "constant": Kind.CONSTANT,
    "keyword dropped": Kind.SHAPE,
    "shape": Kind.SHAPE,
    "index": Kind.INDEX,
    "range": Kind.RANGE,
    "function": Kind.FUNCTION,
    "arguments swapped": Kind.ARGUMENTS,
    "order": Kind.ORDER,
    "comparison": Kind.COMPARISON,
    "statement": Kind.SURPLUS,
    "name": Kind.NAME,
    "transpose": Kind.TRANSPOSE,
}
REDUCING = ("sum", "mean", "max", "argmax", "min", "prod", "argmin")
ALONG_AXES = (*REDUCING, "concatenate", "stack", "split", "hsplit")
AXES = (0, 1, 2, -1)
HOLDERS = (ast.For, ast.Call, ast.Return, ast.Assign)


def planted(place: Place, stock: Stock) -> Changes:
    """What the proof plants, but for statements that are left out."""
    for name, changes in KINDS.items():
        if name != "statement":
            for new in changes(place.node, stock.scope):
                yield PLANTED[name], new


def numbers(place: Place, stock: Stock) -> Changes:
    """Another number: half, twice, none, the opposite."""
    node = place.node
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        value = node.value
        tried = (0, 1, -1, 2, -value) if isinstance(value, int) else (0.0, 1.0, value / 2, value * 2, -value)
        for new in dict.fromkeys(each for each in tried if each != value):
            yield Kind.CONSTANT, ast.Constant(new) if new >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-new))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        for number in (0, 1):
            yield Kind.CONSTANT, ast.Constant(number)


def axes(place: Place, stock: Stock) -> Changes:
    """Another axis, one in the place of none, or none."""
    node = place.node
    if not (isinstance(node, ast.Call) and last_name(node.func) in ALONG_AXES):
        return
    given = [each for each in node.keywords if each.arg == "axis"]
    rest = [each for each in node.keywords if each.arg != "axis"]
    whole: list[ast.expr] = [ast.Constant(each) for each in AXES]
    if last_name(node.func) in ("sum", "mean", "max"):
        whole += [ast.Tuple([ast.Constant(a), ast.Constant(b)], ast.Load()) for a, b in combinations(range(3), 2)]
    for axis in whole:
        if not given or ast.dump(given[0].value) != ast.dump(axis):
            yield Kind.AXIS, changed(node, keywords=[*rest, ast.keyword("axis", axis)])
            if last_name(node.func) in ("sum", "max", "mean") and not rest:
                kept = ast.keyword("keepdims", ast.Constant(True))
                yield Kind.AXIS, changed(node, keywords=[ast.keyword("axis", axis), kept])


def ranges(place: Place, stock: Stock) -> Changes:
    """A loop that begins or ends elsewhere, or runs the other way; a sequence in the other order."""
    node = place.node
    if isinstance(node, ast.Call) and last_name(node.func) == "range":
        yield Kind.RANGE, ast.Call(ast.Name("reversed", ast.Load()), [node], [])
        bounds = [*node.args]
        for number, bound in enumerate(bounds[:2]):
            for shift in (ast.Add(), ast.Sub()):
                moved = ast.BinOp(bound, shift, ast.Constant(1))
                yield Kind.RANGE, changed(node, args=[*bounds[:number], moved, *bounds[number + 1 :]])
        if len(bounds) == 1:
            yield Kind.RANGE, changed(node, args=[ast.Constant(1), *bounds])
        else:
            yield Kind.RANGE, changed(node, args=[bounds[1]])
            yield Kind.RANGE, changed(node, args=[ast.Constant(0), *bounds[1:]])
    if isinstance(node, ast.Call) and last_name(node.func) in ("reversed", "list") and len(node.args) == 1:
        yield Kind.RANGE, node.args[0]
    if _is_turned(node):
        assert isinstance(node, ast.Subscript)
        yield Kind.RANGE, node.value
    elif isinstance(node, ast.Name | ast.Call) and _is_loaded(place) and isinstance(place.parent, HOLDERS):
        step = ast.UnaryOp(ast.USub(), ast.Constant(1))
        yield Kind.RANGE, ast.Subscript(node, ast.Slice(step=step), ast.Load())


def orders(place: Place, stock: Stock) -> Changes:
    """Any two arguments, values or targets swapped, and one argument left out."""
    node = place.node
    if isinstance(node, ast.Call):
        for args in _swapped(node.args):
            yield Kind.ARGUMENTS, changed(node, args=args)
        for number in range(1, len(node.args)):
            yield Kind.ARGUMENTS, changed(node, args=[*node.args[:number], *node.args[number + 1 :]])
    if isinstance(node, ast.Tuple | ast.List):
        for elements in _swapped(node.elts):
            yield Kind.ORDER, changed(node, elts=elements)


def copies(place: Place, stock: Stock) -> Changes:
    """A copy in the place of an array that has another name, too."""
    node = place.node
    plain = isinstance(node, ast.Name | ast.Subscript | ast.Attribute) and _is_loaded(place)
    module = isinstance(node, ast.Name) and node.id in MODULES
    kept = isinstance(place.parent, ast.Assign | ast.Tuple | ast.List | ast.Call | ast.Dict) and place.field != "func"
    if plain and kept and not module:
        yield Kind.COPY, ast.Call(ast.Attribute(node, "copy", ast.Load()), [], [])  # type: ignore[arg-type]


def shapes(place: Place, stock: Stock) -> Changes:
    """A function of shape that is applied, or not; an axis more."""
    node = place.node
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        module = isinstance(node.func.value, ast.Name) and node.func.value.id in MODULES
        inner = node.args[0] if module and node.args else node.func.value
        if not (module and not node.args):
            yield Kind.FUNCTION if module else Kind.SHAPE, inner
    if isinstance(node, ast.Tuple) and place.field == "slice" and isinstance(place.parent, ast.Subscript):
        for elements in _swapped(node.elts):
            yield Kind.INDEX, changed(node, elts=elements)


def powers(place: Place, stock: Stock) -> Changes:
    """A square in the place of a value, tanh of it, and other than both."""
    node = place.node
    if isinstance(node, ast.Name | ast.Subscript) and _is_loaded(place) and isinstance(place.parent, ast.BinOp):
        yield Kind.TERM, ast.BinOp(node, ast.Pow(), ast.Constant(2))
        yield Kind.FUNCTION, ast.Call(ast.parse("np.tanh", mode="eval").body, [node], [])
        yield Kind.TERM, ast.BinOp(ast.Constant(1), ast.Sub(), node)
        yield Kind.TRANSPOSE, ast.Attribute(node, "T", ast.Load())
        yield Kind.SIGN, ast.UnaryOp(ast.USub(), node)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.MatMult | ast.Div | ast.Sub | ast.Add):
        for operator in (ast.Mult, ast.MatMult, ast.Add, ast.Sub, ast.Div):
            if not isinstance(node.op, operator):
                yield Kind.OPERATOR, changed(node, op=operator())


def wrapped(place: Place, stock: Stock) -> Changes:
    """A whole value with a function of it in its place: squashed, summed, transposed."""
    node = place.node
    whole = isinstance(place.parent, ast.Assign | ast.Return | ast.AugAssign) and place.field == "value"
    element = isinstance(place.parent, ast.Tuple) and not isinstance(node, ast.Constant | ast.Slice)
    argument = isinstance(place.parent, ast.Call) and place.field == "args"
    if not (isinstance(node, ast.expr) and (whole or element or argument)) or not _is_loaded(place):
        return
    if isinstance(node, ast.Tuple | ast.List | ast.GeneratorExp | ast.Starred):
        return
    text = ast.unparse(node)
    for kind, form in (
        (Kind.TRANSPOSE, "({}).T"),
        (Kind.FUNCTION, "np.tanh({})"),
        (Kind.AXIS, "({}).sum(axis=0)"),
        (Kind.AXIS, "({}).sum(axis=1)"),
        (Kind.AXIS, "np.sum({})"),
        (Kind.SIGN, "-({})"),
        (Kind.SHAPE, "np.squeeze({})"),
        (Kind.INDEX, "({})[0]"),
        (Kind.INDEX, "({})[-1]"),
    ):
        yield kind, ast.parse(form.format(text), mode="eval").body


def sums(place: Place, stock: Stock) -> Changes:
    """A name more that is added to, or multiplied with, a value."""
    node = place.node
    whole = isinstance(place.parent, ast.Assign | ast.Return | ast.AugAssign) and place.field == "value"
    argument = isinstance(place.parent, ast.Call) and place.field == "args"
    part = isinstance(place.parent, ast.BinOp) and isinstance(node, ast.Name)
    if not isinstance(node, ast.expr) or not (whole or argument or part) or not _is_loaded(place):
        return
    if isinstance(node, ast.Tuple | ast.List | ast.Constant | ast.GeneratorExp | ast.Starred):
        return
    for name in stock.names_at(place):
        for operator in (ast.Add(), ast.Mult()):
            yield Kind.TERM, ast.BinOp(node, operator, ast.Name(name, ast.Load()))


def _is_loaded(place: Place) -> bool:
    return isinstance(getattr(place.node, "ctx", ast.Load()), ast.Load)


def _is_turned(node: ast.AST) -> bool:
    """Whether it is `value[::-1]`."""
    if not (isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and node.slice.step):
        return False
    return ast.unparse(node.slice) == "::-1"


def _swapped(items: list[ast.expr]) -> Iterator[list[ast.expr]]:
    for first, second in combinations(range(min(len(items), 8)), 2):
        swapped = [*items]
        swapped[first], swapped[second] = swapped[second], swapped[first]
        yield swapped
