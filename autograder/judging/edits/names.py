"""Edits that let one name, attribute, key or index stand in the place of another."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..mutator import Place
from .kinds import Kind
from .mutations import changed, last_name
from .scope import MODULES, Stock

Changes = Iterator[tuple[Kind, ast.AST]]


def read(place: Place, stock: Stock) -> Changes:
    """Another name where one is read."""
    node = place.node
    if not (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)) or node.id in MODULES:
        return
    if node.id not in stock.names and isinstance(place.parent, ast.Call | ast.Attribute) and place.field != "args":
        return  # a function, or what it is looked up in
    for name in stock.names_at(place):
        if name != node.id:
            yield Kind.NAME, ast.Name(name, ast.Load())


def written(place: Place, stock: Stock) -> Changes:
    """Another name where one is assigned to."""
    node = place.node
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        for name in stock.names:
            if name != node.id:
                yield Kind.NAME, ast.Name(name, ast.Store())


def attributes(place: Place, stock: Stock) -> Changes:
    """Another attribute of the same object, another key."""
    node = place.node
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        for attribute in stock.alike.get(node.value.id, ()):
            if attribute != node.attr:
                yield Kind.NAME, changed(node, attr=attribute)
    if isinstance(node, ast.Constant) and node.value in stock.keys:
        for key in stock.keys:
            if key != node.value:
                yield Kind.NAME, ast.Constant(key)


def indices(place: Place, stock: Stock) -> Changes:
    """Another index that the function uses elsewhere; another time step, also where it is written to."""
    node = place.node
    if not isinstance(node, ast.Subscript) or _is_key(node.slice):
        return
    text = ast.unparse(node.slice)
    for index in stock.indices:
        if ast.unparse(index) != text:
            yield Kind.INDEX, changed(node, slice=index)
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    for number, part in enumerate(parts):
        if isinstance(part, ast.Slice):
            for bounds in ((None, ast.UnaryOp(ast.USub(), ast.Constant(1))), (ast.Constant(1), None)):
                yield Kind.INDEX, changed(node, slice=_put(parts, number, ast.Slice(*bounds)))
        elif isinstance(node.ctx, ast.Store) and not isinstance(part, ast.Constant):
            for shift in (ast.Add(), ast.Sub()):
                moved = ast.BinOp(part, shift, ast.Constant(1))
                yield Kind.INDEX, changed(node, slice=_put(parts, number, moved))


def counted(place: Place, stock: Stock) -> Changes:
    """A name where a number stands in an index, a slice or a range."""
    node = place.node
    if isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool):
        within = isinstance(place.parent, ast.Slice | ast.Tuple) or place.field == "slice"
        if within or (isinstance(place.parent, ast.Call) and last_name(place.parent.func) == "range"):
            for name in stock.names_at(place):
                yield Kind.INDEX, ast.Name(name, ast.Load())


def functions(place: Place, stock: Stock) -> Changes:
    """Another function of its author's in the place of one, or of tanh."""
    node = place.node
    if not isinstance(node, ast.Call):
        return
    for name in stock.around.functions if len(node.args) == 1 else ():
        if name != last_name(node.func):
            yield Kind.FUNCTION, changed(node, func=ast.Name(name, ast.Load()), keywords=[])
    for name in ALIKE.get(last_name(node.func), ()):
        if isinstance(node.func, ast.Attribute):
            yield Kind.FUNCTION, changed(node, func=changed(node.func, attr=name))
        else:
            yield Kind.FUNCTION, changed(node, func=ast.Attribute(ast.Name("np", ast.Load()), name, ast.Load()))


ALIKE = {  # what is written for what is meant; the proof has some of these the other way round
    "mean": ("sum",),
    "average": ("sum",),
    "ones": ("zeros",),
    "ones_like": ("zeros_like",),
    "empty": ("zeros",),
    "empty_like": ("zeros_like",),
    "log2": ("log",),
    "log10": ("log",),
    "log1p": ("log",),
    "exp2": ("exp",),
    "argmin": ("argmax",),
    "argsort": ("argmax",),
    "max": ("argmax", "sum"),
    "min": ("max",),
    "amax": ("argmax",),
    "concatenate": ("stack", "hstack"),
    "vstack": ("hstack", "stack"),
    "hstack": ("vstack",),
    "arctan": ("tanh",),
    "sin": ("tanh",),
    "sigmoid": ("tanh",),
    "maximum": ("tanh",),
    "relu": ("tanh",),
    "sqrt": ("square",),
    "outer": ("dot",),
    "cumsum": ("sum",),
}


def short(place: Place, stock: Stock) -> Changes:
    """A short expression from elsewhere in the function where a name or another one is read."""
    node = place.node
    if not isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Constant):
        return
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load) or place.field in ("func", "slice"):
        return
    if isinstance(node, ast.Constant) and not isinstance(place.parent, ast.Call | ast.Assign | ast.BinOp):
        return
    if isinstance(place.parent, ast.Attribute | ast.Subscript) or (isinstance(node, ast.Name) and node.id in MODULES):
        return
    text = ast.unparse(node)
    for each in stock.short:
        if ast.unparse(each) != text:
            yield Kind.NAME, each
    if not isinstance(node, ast.Name):
        for name in stock.names_at(place):
            yield Kind.NAME, ast.Name(name, ast.Load())


def values(place: Place, stock: Stock) -> Changes:
    """A name in the place of what is computed and then assigned."""
    node = place.node
    if isinstance(place.parent, ast.Assign) and place.field == "value" and not isinstance(node, ast.Name | ast.Tuple):
        for name in stock.names_at(place):
            yield Kind.START, ast.Name(name, ast.Load())


def first_values(place: Place, stock: Stock) -> Changes:
    """Zeros, nothing or a short expression as the value that a name starts from."""
    node = place.node
    whole = isinstance(place.parent, ast.Assign) and place.field == "value"
    if not whole or not isinstance(node, ast.Call | ast.Constant | ast.Name | ast.Attribute | ast.Subscript):
        return
    for name in stock.names_at(place):
        yield Kind.START, ast.parse(f"np.zeros_like({name})", mode="eval").body
    yield Kind.START, ast.Constant(0)
    for each in stock.short:
        yield Kind.START, each


def _is_key(index: ast.expr) -> bool:
    return isinstance(index, ast.Constant) and isinstance(index.value, str)


def _put(parts: list[ast.expr], number: int, new: ast.expr) -> ast.expr:
    """An index with another part."""
    put = [*parts[:number], new, *parts[number + 1 :]]
    return put[0] if len(put) == 1 else ast.Tuple(put, ast.Load())
