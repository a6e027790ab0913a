"""Make wrong functions from a right one: every mutant differs from the reference in one place."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass

from .mutations import KINDS, Scope, is_docstring


@dataclass(frozen=True)
class Mutant:
    """A function with one change. before, after: the changed statement (of a loop its first line). code: the whole."""

    function: str
    kind: str
    before: str
    after: str
    code: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What names the mutant, as long as its statement stays as it is."""
        return self.function, self.before, self.after


def mutants(tree: ast.FunctionDef) -> list[Mutant]:
    """All mutants of a function, without repetition; its parameters and defaults stay, its docstring is left out."""
    tree = copy.deepcopy(tree)
    tree.body = [statement for statement in tree.body if not is_docstring(statement)]
    scope, seen, made = Scope.of(tree), {ast.unparse(tree)}, []
    for place in [place for number in range(len(tree.body)) for place in _inside(tree.body, number)]:
        before = _first_line(place.statement)
        for kind, changes in KINDS.items():
            for new in changes(place.node, scope):
                code, after = _exchanged(tree, place, ast.fix_missing_locations(new))
                if code not in seen and _compiles(code):
                    seen.add(code)
                    made.append(Mutant(tree.name, kind, before, after, code))
    return made


@dataclass(frozen=True)
class _Place:
    """A node, the statement that it stands in, and where its parent holds it: a field, or an item of a list."""

    node: ast.AST
    statement: ast.stmt
    holder: ast.AST | list
    key: str | int

    def put(self, new: ast.AST) -> None:
        """Let another node stand here."""
        if isinstance(self.key, int):
            self.holder[self.key] = new
        else:
            setattr(self.holder, self.key, new)


def _inside(holder: ast.AST | list, key: str | int, statement: ast.stmt | None = None) -> Iterator[_Place]:
    """The node that `holder` has at `key`, and all those below it, in a fixed order."""
    node = holder[key] if isinstance(key, int) else getattr(holder, key)
    if isinstance(node, list):
        for number in range(len(node)):
            yield from _inside(node, number, statement)
    elif isinstance(node, ast.AST):
        statement = node if isinstance(node, ast.stmt) else statement
        yield _Place(node, statement, holder, key)
        for name in node._fields:
            yield from _inside(node, name, statement)


def _exchanged(tree: ast.FunctionDef, place: _Place, new: ast.AST) -> tuple[str, str]:
    """The function's code with another node in one place, and the first line of the statement that changed."""
    place.put(new)
    try:
        return ast.unparse(tree), _first_line(new if place.statement is place.node else place.statement)
    finally:
        place.put(place.node)


def _first_line(statement: ast.AST) -> str:
    line = ast.unparse(statement).splitlines()[0]
    return re.sub(r"^\(([^()]*)\) = ", r"\1 = ", line)  # Python 3.10 puts brackets round several targets


def _compiles(code: str) -> bool:
    try:
        compile(code, "<mutant>", "exec")
    except SyntaxError:  # such as a call on the left of an assignment
        return False
    return True
