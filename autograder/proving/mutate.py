"""Make mutants: functions that differ from a right one in one place."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass

from autograder.judging.edits.mutations import KINDS, Scope
from autograder.judging.mutator import exchanged, places, without_docstring
from autograder.spec import Proof


@dataclass(frozen=True)
class Mutant:
    """A function with one change. before, after: the changed statement's first line. code: the whole function."""

    function: str
    kind: str
    before: str
    after: str
    code: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What identifies the mutant, as long as the right statement stays as it is."""
        return self.function, self.before, self.after


def mutants(tree: ast.FunctionDef, hints: Proof) -> list[Mutant]:
    """All mutants of a function, each once; its parameters and defaults stay, its docstring is left out."""
    tree = copy.deepcopy(tree)
    tree.body = without_docstring(tree.body)
    scope, seen, made = Scope.of(tree, hints), {ast.unparse(tree)}, []
    for place in places(tree):
        if place.statement is None:  # in the signature
            continue
        before = _first_line(place.statement)
        for kind, changes in KINDS.items():
            for new in changes(place.node, scope):
                with exchanged(place, new):
                    code, after = ast.unparse(tree), _first_line(new if isinstance(new, ast.stmt) else place.statement)
                if code not in seen and _compiles(code):
                    seen.add(code)
                    made.append(Mutant(tree.name, kind, before, after, code))
    return made


def _first_line(statement: ast.AST) -> str:
    return ast.unparse(statement).splitlines()[0]


def _compiles(code: str) -> bool:
    try:
        compile(code, "<mutant>", "exec")
    except SyntaxError:  # such as a call on the left of an assignment
        return False
    return True
