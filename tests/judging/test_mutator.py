"""Every place in a function is found, and another node stands there only for as long as it should."""

from __future__ import annotations

import ast

import pytest

from autograder.judging.diagnosis.changes import changes
from autograder.judging.mutator import exchanged, outermost_first, places, without_docstring

CODE = '''
def f(x, n=1):
    """What f does."""
    y = x.T @ x
    for t in range(n):
        y += x * 2 - t
    return y.sum(axis=0)
'''
CHANGES = [  # kind, and the line that comes of it; the outermost places first
    ("wrong_transpose", "y = x.T @ x.T"),
    ("missing_term", "pass"),
    ("sign_of_term", "y -= x * 2 - t"),
    ("sum_left_out", "return y"),
    ("wrong_axis", "return y.sum(axis=1)"),
    ("wrong_axis", "return y.sum(axis=2)"),
    ("wrong_transpose", "y = x @ x"),
    ("missing_term", "y += -t"),
    ("sign_of_term", "y += -(x * 2) - t"),
    ("missing_term", "y += x * 2"),
    ("sign_of_term", "y += x * 2 + t"),
    ("missing_factor", "y += 2 - t"),
    ("missing_factor", "y += x - t"),
]


@pytest.fixture
def function() -> ast.FunctionDef:
    (tree,) = ast.parse(CODE).body
    assert isinstance(tree, ast.FunctionDef)
    return tree


def test_every_node_has_one_place_in_the_order_of_the_code(function):
    found = list(places(function))
    assert {id(place.node) for place in found} == {id(node) for node in ast.walk(function)} - {id(function)}
    lines = [place.node.lineno for place in found if hasattr(place.node, "lineno")]
    assert lines == sorted(lines)
    for place in found:
        held = getattr(place.parent, place.field)
        assert (held if place.index is None else held[place.index]) is place.node


def test_level_by_level_is_the_order_of_ast_walk(function):
    known = [node for node in ast.walk(function) if not isinstance(node, ast.expr_context | ast.operator)]
    found = [place.node for place in outermost_first(function)]
    assert [node for node in found if not isinstance(node, ast.expr_context | ast.operator)] == known[1:]


def test_a_place_knows_its_statement_and_the_signature_has_none(function):
    around = {
        ast.unparse(place.node): place.statement for place in places(function) if isinstance(place.node, ast.Name)
    }
    assert around["t"] is function.body[2].body[0] and around["n"] is function.body[2]
    assert all(place.statement is None for place in places(function) if isinstance(place.node, ast.arg))
    default = next(place for place in places(function) if place.field == "defaults")
    assert default.statement is None


def test_another_node_stands_there_only_within_the_block(function):
    before = ast.unparse(function)
    for place in places(function):
        if isinstance(place.node, ast.expr):
            with exchanged(place, ast.Name("other", ast.Load())):
                assert "other" in ast.unparse(function)
            assert ast.unparse(function) == before
    with pytest.raises(KeyError), exchanged(place, ast.Name("other", ast.Load())):
        raise KeyError
    assert ast.unparse(function) == before


def test_only_a_docstring_is_taken_for_one(function):
    assert [type(statement) for statement in without_docstring(function.body)] == [ast.Assign, ast.For, ast.Return]


def test_what_students_get_wrong_is_made_in_a_fixed_order(function):
    right = ast.unparse(function).splitlines()
    made = []
    for change, code in changes(function):
        (line,) = [line.strip() for line in code.splitlines() if line not in right]
        made.append((change.kind, line))
    assert made == CHANGES
    assert ast.unparse(function).splitlines() == right
