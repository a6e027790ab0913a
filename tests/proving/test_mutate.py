"""Mutants: each kind of change is made, in one place of a function, and each exercise gets those of its own."""

from __future__ import annotations

import ast

import pytest

from autograder.proving.hunt import all_mutants
from autograder.proving.mutate import mutants
from autograder.proving.sources import Sources
from tests.support.house import ASSIGNMENT, EXERCISES, IN_ORDER

HINTS = ASSIGNMENT.proof
CHANGES = [  # (statement, kind of change, what must come of it)
    ("y = x + 1", "operator", "y = x - 1"),
    ("y = x @ w", "operator", "y = x * w"),
    ("x -= 1", "operator", "x += 1"),
    ("y = x * w + b", "part dropped", "y = x * w"),
    ("y = x * w + b", "part dropped", "y = w + b"),
    ("y = x - w", "operands swapped", "y = w - x"),
    ("y = -x", "sign", "y = x"),
    ("y = x @ w", "sign", "y = -(x @ w)"),
    ("y = x.sum(axis=0)", "constant", "y = x.sum(axis=1)"),
    ("y = x ** 2", "constant", "y = x ** 3"),
    ("y = x.sum(axis=0, keepdims=True)", "constant", "y = x.sum(axis=0, keepdims=False)"),
    ("y = x.sum(axis=0, keepdims=True)", "keyword dropped", "y = x.sum(keepdims=True)"),
    ("y = x.sum(axis=0)", "shape", "y = x.sum(axis=0, keepdims=True)"),
    ("return (x, w)", "shape", "return (np.squeeze(x), w)"),
    ("y = x[:, t]", "index", "y = x[:, t - 1]"),
    ("y = x[:, t]", "index", "y = x[:, t + 1]"),
    ("y = x[:, :-1]", "index", "y = x[:, :]"),
    ("y = x[::-1]", "index", "y = x[:]"),
    ("y = x[:, t]", "index", "y = x"),
    ("for t in range(n):\n        y = t", "range", "for t in range(n - 1):"),
    ("for t in range(n):\n        y = t", "range", "for t in range(1, n):"),
    ("for t in reversed(range(n)):\n        y = t", "function", "for t in range(n):"),
    ("y = np.zeros_like(x)", "function", "y = np.ones_like(x)"),
    ("y = np.tanh(x)", "function", "y = x"),
    ("y = f(x, w)", "arguments swapped", "y = f(w, x)"),
    ("return (x, w)", "order", "return (w, x)"),
    ("x, w = f()", "order", "w, x = f()"),
    ("y = x != w", "comparison", "y = x == w"),
    ("if x:\n        y = 1", "comparison", "if not x:"),
    ("y = 1", "statement", "pass"),
    ("y += x", "statement", "y = x"),
    ("y = x + b", "name", "y = w + b"),
    ("y = self._null", "name", "y = self._end"),
    ("y = x['a'] + x['b']", "name", "y = x['b'] + x['b']"),
    ("y = x.T @ w", "transpose", "y = x @ w"),
    ("y = x @ w", "transpose", "y = x @ w.T"),
]


def function(body):
    (tree,) = ast.parse(f'def f(x, w, b, n=1):\n    "About f."\n    {body}').body
    return tree


@pytest.fixture(scope="module")
def sources() -> Sources:
    return Sources.of(ASSIGNMENT)


@pytest.mark.parametrize(("statement", "kind", "changed"), CHANGES, ids=[f"{kind}: {to}" for _, kind, to in CHANGES])
def test_each_kind_of_change_is_made(statement, kind, changed):
    assert (kind, changed) in {(mutant.kind, mutant.after) for mutant in mutants(function(statement), HINTS)}


@pytest.mark.slow
def test_a_mutant_differs_in_one_statement_and_from_all_others(sources):
    for tree in sources.functions.values():
        made = mutants(tree, HINTS)
        right = ast.parse(ast.unparse(tree)).body[0]
        assert len({mutant.code for mutant in made}) == len(made)
        for mutant in made:
            (wrong,) = ast.parse(mutant.code).body
            assert ast.unparse(wrong.args) == ast.unparse(right.args)
            pairs = zip(right.body[1:], wrong.body, strict=True)  # the docstring is left out
            assert sum(ast.unparse(one) != ast.unparse(other) for one, other in pairs) == 1


@pytest.mark.slow
def test_every_function_that_students_write_has_its_mutants_in_one_exercise(sources):
    counted = {mutant.function for _, mutant in all_mutants(sources, HINTS)}
    assert counted == {exercise.function for exercise in IN_ORDER} | {"sigmoid"}
    assert sources.home("captioning_rnn_loss").name == "captioning_rnn_loss"
    assert not sources.belonging(EXERCISES["captioning_rnn_training"])
