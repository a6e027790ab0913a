"""The reference's code, function by function, and the names that come of it when some functions are exchanged."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import CodeType
from typing import Any

from ..course import Course
from ..exercises import IN_ORDER
from ..spec import Exercise

HELPERS = {"sigmoid": "lstm_step_forward"}  # functions of the reference that belong to an exercise's function


@dataclass(frozen=True)
class Sources:
    """The reference's modules as text, in the order in which they run."""

    modules: tuple[str, ...]

    @classmethod
    def of(cls, course: Course) -> Sources:
        """The course's own reference."""
        return cls(tuple(course.module(path).read_text() for path in course.notebooks))

    @cached_property
    def functions(self) -> dict[str, ast.FunctionDef]:
        """The syntax tree of each function, by name."""
        nodes = [node for text in self.modules for node in ast.parse(text).body]
        return {node.name: node for node in nodes if isinstance(node, ast.FunctionDef)}

    @cached_property
    def _compiled(self) -> list[CodeType]:
        return [compile(text, "<reference>", "exec") for text in self.modules]

    def namespace(self, changes: str = "") -> dict[str, Any]:
        """The names that the reference defines once `changes` have run after it; callers see the changed functions."""
        names: dict[str, Any] = {}
        for code in self._compiled:
            exec(code, names)
        exec(compile(changes, "<changed>", "exec"), names)
        return names

    def belonging(self, exercise: Exercise) -> list[ast.FunctionDef]:
        """The functions whose mutants count in this exercise; none where another one has the same function."""
        if home(exercise.function) is not exercise:
            return []
        helpers = [name for name, function in HELPERS.items() if function == exercise.function]
        return [self.functions[name] for name in (exercise.function, *helpers)]

    def users(self, function: str) -> list[Exercise]:
        """The exercises whose call runs this function, directly or through others; its own comes first."""
        own = home(HELPERS.get(function, function))
        others = [
            each for each in IN_ORDER if each is not own and function in self._reached(_named(ast.parse(each.call)))
        ]
        return [own, *others]

    def _reached(self, names: Iterable[str]) -> set[str]:
        reached, new = set(), set(names) & self.functions.keys()
        while new:
            reached |= new
            new = {name for each in new for name in _named(self.functions[each])} & self.functions.keys() - reached
        return reached


def home(function: str) -> Exercise:
    """The exercise that asks for this function; raises KeyError where none does."""
    asked: Mapping[str, Exercise] = {each.function: each for each in reversed(IN_ORDER)}
    return asked[function]


def _named(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
