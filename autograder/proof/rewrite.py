"""Make right functions from right ones: the whole reference rewritten, by one rule or by many at random places."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from .layouts import LAYOUTS, Functions, copied
from .mutations import is_docstring
from .rewrites import EXPRESSIONS, HELPERS, STATEMENTS
from .sources import Sources

GIVEN = ("temporal_affine_forward", "temporal_affine_backward")  # layers that students do not write
SHARE = 0.6  # of the places that a mix rewrites
SEED = 4711  # of the mixes
ROUNDING = {  # variants that round otherwise than the reference, each in its own way
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
    """A correct variant: what was done, and the code that runs after the reference."""

    name: str
    code: str


def variants(sources: Sources, mixes: int) -> Iterator[Variant]:
    """One variant for each rule, those that round otherwise, and this many mixes of rules at random places."""
    for rule in (*EXPRESSIONS, *STATEMENTS, *LAYOUTS):
        yield rewritten(sources, rule, [rule])
    yield from rounding(sources)
    yield from (mixed(sources, number) for number in range(mixes))


def rounding(sources: Sources) -> list[Variant]:
    """The variants that round otherwise than the reference."""
    return [rewritten(sources, name, rules) for name, rules in ROUNDING.items()]


def mixed(sources: Sources, number: int) -> Variant:
    """One of the mixes: all rules at random places, and some layouts in their order: what is a list may be wrapped."""
    rng = np.random.default_rng([SEED, number])
    layouts = [rule for rule in LAYOUTS if rng.random() < 0.2]
    return rewritten(sources, f"mix {number}", (*EXPRESSIONS, *STATEMENTS, *layouts), lambda: rng.random() < SHARE, rng)


def rewritten(
    sources: Sources,
    name: str,
    rules: Collection[str],
    take: Callable[[], bool] = lambda: True,
    rng: np.random.Generator | None = None,
) -> Variant:
    """The reference rewritten by these rules.

    take: whether to rewrite at the next place. rng: shuffles the rules at each place, whose first that fits is used.
    """
    functions = copied({key: tree for key, tree in sources.functions.items() if key not in GIVEN})
    for rule in rules:
        if rule in LAYOUTS:
            LAYOUTS[rule](functions)
    code = "\n\n\n".join(ast.unparse(ast.fix_missing_locations(tree)) for tree in _without_docstrings(functions))
    for kind in (STATEMENTS, EXPRESSIONS):  # statements first: what is done in place must have its final shape
        rewriter = _Rewriter({rule: kind[rule] for rule in rules if rule in kind}, take, rng)
        code = ast.unparse(ast.fix_missing_locations(rewriter.visit(ast.parse(code))))
    return Variant(name, f"{HELPERS}\n\n{code}\n")


class _Rewriter(ast.NodeTransformer):
    """Puts other code in the place of expressions, or of statements."""

    def __init__(
        self, rules: Mapping[str, Callable], take: Callable[[], bool], rng: np.random.Generator | None
    ) -> None:
        self._rules, self._take, self._rng = list(rules.values()), take, rng

    def visit(self, node: ast.AST) -> ast.AST | list[ast.stmt]:
        """The node with everything below it rewritten, and then itself."""
        node = self.generic_visit(node)
        if isinstance(node, ast.expr | ast.stmt) and not isinstance(node, ast.FunctionDef):
            for rule in self._in_order():
                if (new := rule(node)) is not None:
                    return new if self._take() else node
        return node

    def _in_order(self) -> list[Callable]:
        if self._rng is None:
            return self._rules
        return [self._rules[number] for number in self._rng.permutation(len(self._rules))]


def _without_docstrings(functions: Functions) -> Iterator[ast.FunctionDef]:
    for tree in functions.values():
        tree.body = [statement for statement in tree.body if not is_docstring(statement)]
        yield tree
