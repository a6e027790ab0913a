"""The reference's code, function by function, and what it defines when some functions are replaced."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import CodeType
from typing import Any

from autograder.assignment import Assignment
from autograder.selfcheck.calls import reach
from autograder.spec import Exercise


@dataclass(frozen=True)
class Sources:
    """The reference's modules as text, in the order in which they run, and the exercises.

    helpers: functions that no exercise asks for, by name, with the exercise's function whose mutants theirs count as.
    """

    modules: tuple[str, ...]
    exercises: Sequence[Exercise]
    helpers: Mapping[str, str]

    @classmethod
    def of(cls, assignment: Assignment) -> Sources:
        """The assignment's own reference."""
        modules = tuple(assignment.module(path).read_text(encoding="utf-8") for path in assignment.notebooks)
        return cls(modules, assignment.exercises, assignment.proof.helpers)

    @cached_property
    def functions(self) -> dict[str, ast.FunctionDef]:
        """The syntax tree of each function, by name."""
        return {name: node for text in self.modules for name, node in _defined(text).items()}

    @cached_property
    def _compiled(self) -> list[CodeType]:
        return [compile(text, "<reference>", "exec") for text in self.modules]

    @property
    def given(self) -> set[str]:
        """The functions that students do not write, which stay as they are."""
        return self.functions.keys() - {exercise.function for exercise in self.exercises} - self.helpers.keys()

    def namespace(self, changes: str = "") -> dict[str, Any]:
        """The names that the reference defines once `changes` have run after it; callers see the changed functions."""
        names: dict[str, Any] = {}
        for code in self._compiled:
            exec(code, names)
        exec(compile(changes, "<changed>", "exec"), names)
        return names

    def belonging(self, exercise: Exercise) -> list[ast.FunctionDef]:
        """The functions whose mutants count in this exercise; none where an earlier one asks for the same function."""
        if self.home(exercise.function) is not exercise:
            return []
        helpers = [name for name, function in self.helpers.items() if function == exercise.function]
        return [self.functions[name] for name in (exercise.function, *helpers)]

    def users(self, function: str) -> list[Exercise]:
        """The exercises whose call runs this function, directly or indirectly; its own comes first."""
        own = self.home(self.helpers.get(function, function))
        calls = [each for each in self.exercises if each is not own]
        return [own, *(each for each in calls if function in self._reached[each.name])]

    def home(self, function: str) -> Exercise:
        """The exercise that asks for this function; raises KeyError where none does."""
        return {each.function: each for each in reversed(self.exercises)}[function]

    @cached_property
    def _reached(self) -> dict[str, set[str]]:
        """The functions that each exercise's call runs, by the exercise's name."""
        named = {name: _named(tree) & self.functions.keys() for name, tree in self.functions.items()}
        starts = {each.name: _named(ast.parse(each.call)) & self.functions.keys() for each in self.exercises}
        return {name: reach(start, named.__getitem__) for name, start in starts.items()}


def _defined(text: str) -> dict[str, ast.FunctionDef]:
    """The functions at the top level of some code."""
    return {node.name: node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}


def _named(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
