"""All edits of a function in a fixed order, the most telling first, so that a search always finds the same."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from ..mutator import Place, exchanged
from . import names, statements, values
from .function import Function
from .kinds import Kind
from .scope import Stock, Surroundings
from .statements import Splice

OfPlace = Callable[[Place, Stock], Iterator[tuple[Kind, ast.AST]]]
OfFunction = Callable[[Function, Stock], Iterator[statements.Change]]


@dataclass(frozen=True)
class Edit:
    """One change of a function. line: of the cell, where what is changed begins. splices: new text between offsets."""

    function: Function
    kind: Kind
    line: int
    splices: tuple[Splice, ...]

    @property
    def source(self) -> str:
        """The function's text with the change."""
        return self.function.with_changes(self.splices)

    @property
    def inserts(self) -> bool:
        """Whether nothing that stands there is changed."""
        return all(start == end for start, end, _ in self.splices)

    @property
    def shown(self) -> str:
        """What is replaced and what with, for instructors: the lines that differ."""
        before, after = self.function.text.splitlines(), self.source.splitlines()
        gone = [line.strip() for line in before if line not in after]
        come = [line.strip() for line in after if line not in before]
        if not (gone or come):  # it was moved
            return f"`{self.function.text_of(self.line)}` stands elsewhere"
        return f"`{'; '.join(gone)}` becomes `{'; '.join(come)}`" if gone else f"`{'; '.join(come)}` is put in"


STAGES: tuple[tuple[tuple[OfPlace, ...], tuple[OfFunction, ...]], ...] = (  # a later one is for what is rarer
    (
        (
            *(values.planted, values.numbers, values.axes, values.ranges, values.orders, values.copies, values.shapes),
            *(names.attributes, names.indices, names.functions, names.read, names.values, names.counted),
        ),
        (statements.assignments,),
    ),
    ((names.short, names.written, values.powers), (statements.left_out, statements.moved)),
    ((values.wrapped, values.sums, names.first_values), (statements.handed_on,)),
)


def edits(function: Function, stage: int, around: Surroundings) -> Iterator[Edit]:
    """The edits of one stage, each once."""
    stock, (of_places, of_function) = Stock.of(function, around), STAGES[stage]
    seen: set[tuple[Splice, ...]] = set()
    every = [_of_place(rule, function, stock) for rule in of_places]
    for edit in chain(*every, *(_of_function(rule, function, stock) for rule in of_function)):
        if edit.splices not in seen:
            seen.add(edit.splices)
            yield edit


def _of_function(rule: OfFunction, function: Function, stock: Stock) -> Iterator[Edit]:
    for kind, node, splices in rule(function, stock):
        yield Edit(function, kind, function.line(node), splices)


def _of_place(rule: OfPlace, function: Function, stock: Stock) -> Iterator[Edit]:
    for place in function.places:
        for kind, new in rule(place, stock):
            made = _spliced(function, place, new)
            if made:
                yield Edit(function, kind, function.line(_lined(function, place).node), (made,))


def _spliced(function: Function, place: Place, new: ast.AST) -> Splice | None:
    """The text that makes a node stand in a place; that of what holds it, where it has no text of its own."""
    holder = _lined(function, place)
    whole = holder.node
    if not isinstance(whole, ast.expr | ast.stmt) or (isinstance(whole, ast.stmt) and hasattr(whole, "body")):
        return None
    with exchanged(place, new):
        text = ast.unparse(new if holder is place else whole)
    if holder is place and isinstance(new, ast.expr) and not _is_closed(new):
        text = f"({text})"
    return (*function.span(whole), text)


def _lined(function: Function, place: Place) -> Place:
    """The place itself, or the nearest around it whose text can be replaced as it is."""
    while not _stands_alone(place):
        holder = function.around.get(id(place.parent))
        if holder is None:
            return place
        place = holder
    return place


def _stands_alone(place: Place) -> bool:
    if isinstance(place.parent, ast.Subscript) and place.field == "slice":
        return not isinstance(place.node, ast.Slice | ast.Tuple)
    if isinstance(place.parent, ast.Tuple) and isinstance(place.node, ast.Slice):
        return False
    return isinstance(place.node, ast.expr | ast.stmt) and not isinstance(place.node, ast.Slice)


def _is_closed(node: ast.expr) -> bool:
    """Whether its text needs no parentheses wherever an expression may stand."""
    return isinstance(node, ast.Name | ast.Call | ast.Subscript | ast.Attribute | ast.List | ast.Dict | ast.Tuple)
