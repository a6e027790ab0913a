"""What is at hand in a function that an edit may put elsewhere: names, short expressions, indices, keys, functions."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from autograder.spec import Proof

from ..mutator import Place
from .function import Function
from .mutations import Scope

MANY = 40  # names that are tried in the place of another
FEW = 16  # short expressions, indices, keys, functions
MODULES = {"np", "numpy", "math"}
LOOPS = (ast.For, ast.While)


@dataclass(frozen=True)
class Surroundings:
    """What the rest of a submission has: the texts that index something, and its author's own functions by name."""

    keys: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()

    @classmethod
    def of(cls, functions: Iterable[Function], own: Iterable[str]) -> Surroundings:
        """What these functions index with. own: the names of functions that may stand for others."""
        keys = (key for function in functions for key in function.keys)
        return cls(tuple(dict.fromkeys(keys))[:FEW], tuple(own)[:FEW])


@dataclass(frozen=True)
class Stock:
    """What a function has at hand.

    names: its parameters and the names that it assigns, in the order of the code. first: the line, in the function's
    text, from which a name has a value. loops: the first and last lines of its loops. short: expressions such as
    `self.size`, `p["W"]` or `x.shape[1]`. indices: what arrays are indexed with. alike: for each object, its
    attributes. scope: for the edits that the proof plants. around: the rest of the submission.
    """

    names: tuple[str, ...]
    first: dict[str, int]
    loops: tuple[tuple[int, int], ...]
    short: tuple[ast.expr, ...]
    indices: tuple[ast.expr, ...]
    alike: dict[str, list[str]] = field(default_factory=dict)
    scope: Scope = field(default_factory=Scope)
    around: Surroundings = field(default_factory=Surroundings)

    @classmethod
    def of(cls, function: Function, around: Surroundings) -> Stock:
        """What this function has at hand."""
        nodes = [place.node for place in function.places]
        first = {each.arg: 0 for each in ast.walk(function.node) if isinstance(each, ast.arg)}
        for each in nodes:
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store) and each.id != "_":
                first[each.id] = min(first.get(each.id, each.lineno), each.lineno)
        loops = tuple((each.lineno, each.end_lineno or each.lineno) for each in nodes if isinstance(each, LOOPS))
        short = _distinct(each for each in nodes if isinstance(each, ast.expr) and _is_short(each))
        indices = _distinct(each.slice for each in nodes if isinstance(each, ast.Subscript))
        alike: dict[str, dict[str, None]] = {}
        for each in nodes:
            if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id not in MODULES:
                alike.setdefault(each.value.id, {})[each.attr] = None
        attributes = {name: list(found) for name, found in alike.items()}
        scope = Scope.of(function.node, Proof())
        return cls(tuple(first)[:MANY], first, loops, short, indices, attributes, scope, around)

    @property
    def keys(self) -> tuple[str, ...]:
        """The texts that index something, here or elsewhere."""
        return tuple(dict.fromkeys([*self.scope.texts, *self.around.keys]))[:FEW]

    def names_at(self, place: Place) -> Iterator[str]:
        """The names that may have a value where a place is: assigned above, or in a loop around it."""
        line = int(getattr(place.node, "lineno", 0))
        around = [last for start, last in self.loops if start <= line <= last]
        end = max([line, *around]) if around else line - 1
        yield from (name for name in self.names if self.first[name] <= end)


def _distinct(nodes: Iterable[ast.expr]) -> tuple[ast.expr, ...]:
    found: dict[str, ast.expr] = {}
    for node in nodes:
        found.setdefault(ast.unparse(node), node)
    return tuple(found.values())[:FEW]


def _is_short(node: ast.expr) -> bool:
    """Whether it is a name with attributes or with a plain index, and no function of a module."""
    if not isinstance(node, ast.Subscript | ast.Attribute) or not isinstance(node.ctx, ast.Load):
        return False
    base: ast.expr = node
    while isinstance(base, ast.Subscript | ast.Attribute):
        if isinstance(base, ast.Subscript) and not isinstance(base.slice, ast.Constant):
            return False
        base = base.value
    return isinstance(base, ast.Name) and base.id not in MODULES
