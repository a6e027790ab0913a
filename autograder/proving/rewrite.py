"""Make correct variants: the whole reference rewritten, by one rule or by many at random places."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.judging.mutator import without_docstring
from autograder.spec import Proof

from .layouts import LAYOUTS, Functions, copied
from .rewrites import HELPERS, STATEMENTS, expressions
from .sources import Sources

Rule = Callable[[Any], Any]  # an Expression or a Statement
SHARE = 0.6  # the share of places that a mix rewrites
SEED = 4711  # of the mixes
ROUNDING = {  # variants that round differently from the reference, each in its own way
    "einsum": (
        "a @ b as np.einsum",
        "sum(axis=0) as np.einsum",
        "1 - a**2 as (1 - a) * (1 + a)",
        "np.add.at as a product",
        "exp as a square",
    ),
    "regrouped": (
        "a @ b in two halves",
        "sum(axis=0) as a loop",
        "sums grouped from the right",
        "products grouped from the right",
        "a / b as a * (1 / b)",
        "sum(axis=2) from the back",
        "log by log2",
    ),
    "loops": ("a @ b row by row", "tanh by exp", "sigmoid by exp", "a**2 as a * a", "np.add.at as a loop"),
}


@dataclass(frozen=True)
class Variant:
    """A correct variant: its name, and the code that runs after the reference."""

    name: str
    code: str


def variants(sources: Sources, hints: Proof, mixes: int) -> Iterator[Variant]:
    """One variant for each rule, those that round differently, and this many mixes of rules at random places."""
    for rule in (*expressions(hints), *STATEMENTS, *LAYOUTS):
        yield rewritten(sources, hints, rule, [rule])
    yield from rounding(sources, hints)
    yield from (mixed(sources, hints, number) for number in range(mixes))


def rounding(sources: Sources, hints: Proof) -> list[Variant]:
    """The variants that round differently from the reference."""
    return [rewritten(sources, hints, name, rules) for name, rules in ROUNDING.items()]


def mixed(sources: Sources, hints: Proof, number: int) -> Variant:
    """A mix: all rules at random places, after some of the layouts.

    Layouts keep their order, since a later one may wrap what an earlier one returns.
    """
    rng = np.random.default_rng([SEED, number])
    layouts = [rule for rule in LAYOUTS if rng.random() < 0.2]
    rules = (*expressions(hints), *STATEMENTS, *layouts)
    return rewritten(sources, hints, f"mix {number}", rules, lambda: rng.random() < SHARE, rng)


def rewritten(
    sources: Sources,
    hints: Proof,
    name: str,
    rules: Collection[str],
    take: Callable[[], bool] = lambda: True,
    rng: np.random.Generator | None = None,
) -> Variant:
    """The reference rewritten by these rules.

    take: whether to rewrite the next place that a rule fits. rng: shuffles the rules at each place; the first that
    fits is used.
    """
    functions = copied({key: tree for key, tree in sources.functions.items() if key not in sources.given})
    for rule in rules:
        if rule in LAYOUTS:
            LAYOUTS[rule](functions)
    code = "\n\n\n".join(ast.unparse(ast.fix_missing_locations(tree)) for tree in _without_docstrings(functions))
    kinds: tuple[Mapping[str, Rule], ...] = (STATEMENTS, expressions(hints))
    for kind in kinds:  # in this order: see `in_place`
        rewriter = _Rewriter({rule: kind[rule] for rule in rules if rule in kind}, take, rng)
        code = ast.unparse(ast.fix_missing_locations(rewriter.visit(ast.parse(code))))
    return Variant(name, f"{HELPERS}\n\n{code}\n")


class _Rewriter(ast.NodeTransformer):
    """Replaces expressions, or statements, by others that do the same."""

    def __init__(self, rules: Mapping[str, Rule], take: Callable[[], bool], rng: np.random.Generator | None) -> None:
        self._rules, self._take, self._rng = list(rules.values()), take, rng

    def visit(self, node: ast.AST) -> Any:
        """The node after everything below it, and then itself, was rewritten."""
        node = self.generic_visit(node)
        if isinstance(node, ast.expr | ast.stmt) and not isinstance(node, ast.FunctionDef):
            for rule in self._in_order():
                if (new := rule(node)) is not None:
                    return new if self._take() else node
        return node

    def _in_order(self) -> list[Rule]:
        if self._rng is None:
            return self._rules
        return [self._rules[number] for number in self._rng.permutation(len(self._rules))]


def _without_docstrings(functions: Functions) -> Iterator[ast.FunctionDef]:
    for tree in functions.values():
        tree.body = without_docstring(tree.body)
        yield tree
