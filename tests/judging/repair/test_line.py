"""What is said of a line: where it is and what to look at."""

from __future__ import annotations

import pytest

from autograder.judging.diagnosis.advice import FULL, NAMES
from autograder.judging.repair import Line

ONE = {"function": "step", "numbers": (3,), "texts": ("a = b",), "look_at": "a name", "edit": "`a = b` becomes `a = c`"}
TWO = ONE | {"numbers": (3, 5), "texts": ("a = b", "return a")}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (Line(**ONE), "In step, a change of line 3, `a = b`, alone makes every case right"),
        (Line(**TWO), "In step, a change of line 3, `a = b`, or of line 5, `return a`, alone makes every case right"),
        (
            Line(**TWO, both=True),
            "In step, changes of line 3, `a = b`, and of line 5, `return a`, together make every case right",
        ),
        (Line(**ONE, inserts=True), "In step, one more statement after line 3, `a = b`, makes every case right"),
        (
            Line(**ONE, with_right=("f", "g")),
            "With f and g put right, in step, a change of line 3, `a = b`, alone makes every case right",
        ),
    ],
)
def test_a_line_is_told_with_what_stands_there_and_without_the_edit(line: Line, said: str):
    assert line.said(FULL) == f"{said}: look at a name."
    assert line.said(NAMES) == f"{said}."
    assert "a = c" not in line.said(FULL)


def test_places_are_told_of_the_lines_own_function_only():
    assert Line(**TWO).places("step") == ((3, "a = b"), (5, "return a"))
    assert Line(**TWO).places("other") == ()
