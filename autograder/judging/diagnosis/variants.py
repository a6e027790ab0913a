"""Wrong versions of a right function: a term, a factor or a sum left out, a wrong sign, transpose or axis.

Their advice names only variables that students see in the docstring, never a line of the solution.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.selfcheck.language import Text, ands, joined
from autograder.spec import Exercise, Mistake

from .advice import Advice
from .changes import changes

DOCUMENTED = re.compile(r"^\s*- (\w+):", re.MULTILINE)
UNSEEN = {"cache", "self", "verbose"}  # in docstrings, but no help in naming a term


@dataclass(frozen=True)
class Variant:
    """A function with one change.

    names: the variables in the changed part that students know. beside: those in the expression around it. count: how
    many outputs the exercise has.
    """

    mistake: Mistake
    kind: str
    names: tuple[str, ...]
    beside: tuple[str, ...]
    count: int

    def advise(self, outputs: Sequence[str]) -> Advice:
        """The advice where the variant explains these outputs."""
        several = Text("all outputs") if len(outputs) == self.count > 3 else joined(outputs)
        names, beside = ([name for name in found if name not in outputs] for found in (self.names, self.beside))
        named, near, otherwise = SAYINGS[self.kind]
        if names:
            said = Text(named, outputs=several, names=ands(names))
        else:
            said = Text(near, outputs=several, names=ands(beside)) if beside else Text(otherwise, outputs=several)
        return Advice(self.kind, said, tuple(outputs))


SAYINGS = {  # where a part can be named, where only the expression around it can, and where nothing can
    "missing_term": (
        "A term is missing from {outputs}: the one with {names}.",
        "A term is missing from {outputs}: one that is added to that with {names}.",
        "A term is missing from {outputs}: not all that reaches it is added up.",
    ),
    "sign_of_term": (
        "A term of {outputs} has the wrong sign: the one with {names}.",
        "A term of {outputs} has the wrong sign: the one beside that with {names}.",
        "A term of {outputs} has the wrong sign: look at each plus and minus on the way to it.",
    ),
    "missing_factor": (
        "A factor is missing from {outputs}: the one with {names}.",
        "A factor is missing from {outputs}: one in the product with {names}.",
        "A factor is missing from {outputs}: look at each product on the way to it.",
    ),
    "wrong_transpose": (
        "A matrix on the way to {outputs} is transposed and should not be, or the other way round: the one with"
        " {names}.",
        "A matrix on the way to {outputs} is transposed and should not be, or the other way round: the one with"
        " {names}.",
        "A matrix on the way to {outputs} is transposed and should not be, or the other way round: look at the axes of"
        " each product.",
    ),
    "wrong_axis": (
        "A sum on the way to {outputs} runs over the wrong axis: the one with {names}.",
        "A sum on the way to {outputs} runs over the wrong axis: the one over {names}.",
        "A sum on the way to {outputs} runs over the wrong axis: think of the axis that it should keep.",
    ),
    "sum_left_out": (
        "A sum on the way to {outputs} is left out: the one with {names}.",
        "A sum on the way to {outputs} is left out: the one over {names}.",
        "A sum on the way to {outputs} is left out: think of what should be added up.",
    ),
}


def variants(exercise: Exercise, reference: Mapping[str, Any]) -> list[Variant]:
    """The variants of the exercise's function; none where its source cannot be read."""
    try:
        source = textwrap.dedent(inspect.getsource(reference[exercise.function]))
    except (KeyError, OSError, TypeError):
        return []
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    seen = {*exercise.inputs, *exercise.outputs, *DOCUMENTED.findall(ast.get_docstring(function) or "")} - UNSEEN
    made: dict[str, Variant] = {}  # by code: different changes may give the same
    for number, (change, changed) in enumerate(changes(function)):
        mistake = Mistake(f"{exercise.function}_{number}", "", changed.replace("(", f"_{number}(", 1))
        made.setdefault(
            changed,
            Variant(
                mistake, change.kind, _names(change.about, seen), _names(change.beside, seen), len(exercise.outputs)
            ),
        )
    return list(made.values())


def _names(node: ast.AST, seen: set[str]) -> tuple[str, ...]:
    """The variables in an expression that students see, also as keys such as p["W"]."""
    names = [part.id for part in ast.walk(node) if isinstance(part, ast.Name)]
    names += [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return tuple(name for name in dict.fromkeys(names) if name in seen)
