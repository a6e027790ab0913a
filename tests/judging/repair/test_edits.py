"""Edits of a function as it was written: where they stand, and that its text stays a function."""

import ast

import pytest

from autograder.judging.edits.edits import STAGES, edits
from autograder.judging.edits.function import LONGEST, Function, functions_in
from autograder.judging.edits.kinds import Kind
from autograder.judging.edits.scope import Surroundings

from .measure import styles

CELL = """%matplotlib inline
# a comment

def total(values, start=0):
    \"\"\"The sum of ä and ö.\"\"\"
    result = start
    for k in range(1, len(values)):
        result += values[k]  # one by one
    return result
"""


def every(cell=CELL):
    (function,) = functions_in(cell)
    return [edit for stage in range(len(STAGES)) for edit in edits(function, stage, Surroundings())]


def right(source):
    names = {"np": __import__("numpy")}
    exec(source, names)
    try:
        return names["total"]([1, 2, 3], 5) == 11
    except Exception:
        return False


def test_an_edit_that_repairs_stands_in_its_line_of_the_cell():
    found = [edit for edit in every() if edit.line == 7 and edit.kind is Kind.RANGE and right(edit.source)]
    assert found
    assert found[0].function.text_of(7) == "for k in range(1, len(values)):"
    assert found[0].shown.startswith("`for k in range(1, len(values)):` becomes `for k in range(")


def test_edits_leave_comments_and_other_lines_as_they_are():
    assert not right(CELL.partition("# a comment")[2])
    for edit in every():
        assert "ä and ö" in edit.source
        ast.parse(edit.source)


def test_the_order_of_edits_is_always_the_same():
    assert [edit.splices for edit in every()] == [edit.splices for edit in every()]
    assert len({edit.source for edit in every()}) > 100


def test_a_function_that_is_kept_from_another_submission_has_the_same_edits():
    for _, code, _ in list(styles())[:1]:
        for kept in functions_in(code):
            assert kept is functions_in(code)[[each.name for each in functions_in(code)].index(kept.name)]
            fresh = Function(kept.name, kept.text, kept.first)
            for stage in range(len(STAGES)):
                first, second, alone = (list(edits(each, stage, Surroundings())) for each in (kept, kept, fresh))
                assert [each.splices for each in first] == [each.splices for each in second]
                assert [each.source for each in second] == [each.source for each in alone]
            assert ast.dump(kept.node, include_attributes=True) == ast.dump(fresh.node, include_attributes=True)
            assert ast.unparse(kept.node) == ast.unparse(ast.parse(kept.text))


def test_a_statement_moves_into_and_out_of_a_loop():
    sources = [edit.source for edit in every() if edit.kind is Kind.PLACE]
    assert any("    result += values[k]\n    return" in source for source in sources)
    assert any("        result = start\n" in source for source in sources)


def test_what_is_too_large_or_no_function_is_left_alone():
    assert not list(functions_in("def f():\n    return " + "1 + " * LONGEST + "1"))
    assert not list(functions_in("def f():\n    return " + "(" * 90 + "1" + ",)" * 90))
    assert not list(functions_in("def f(:"))
    assert not list(functions_in("\0"))


@pytest.mark.slow
def test_each_kind_is_tried_on_some_code_of_students():
    found = {
        edit.kind
        for _, code, _ in styles()
        for function in functions_in(code)
        for stage in range(len(STAGES))
        for edit in edits(function, stage, Surroundings())
    }
    assert found == set(Kind)
