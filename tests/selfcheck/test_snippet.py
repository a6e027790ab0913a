"""Where a student's function stopped, as a sentence says it."""

from __future__ import annotations

import linecache
from typing import Any

import pytest

from autograder.selfcheck.snippet import run_snippet

CALLED_FIRST = """
def double(x):
    y = 2 * x
    return z * y
    z = 3
"""


def defined(source: str) -> dict[str, Any]:
    """What a cell with this code defines."""
    names: dict[str, Any] = {}
    linecache.cache["<cell>"] = (len(source), None, source.splitlines(keepends=True), "<cell>")
    exec(compile(source, "<cell>", "exec"), names)
    return names


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ("{'y': 1, 'z': 2}", "one dict"),
        ("{1, 2}", "one set"),
        ("'ab'", "one str"),
        ("np.ones((2, 2))", "one array of shape (2, 2)"),
        ("(1,)", "one value"),
    ],
)
def test_what_is_no_row_of_values_is_told_as_one(returned: str, said: str):
    names = defined(f"import numpy as np\ndef both(x):\n    return {returned}")
    stop = run_snippet("y, z = both(x)", {**names, "x": 1}, names)
    assert stop is not None
    assert stop.sentence == f"both returned {said}, not 2 values: end it with `return y, z`."


def test_a_variable_without_a_value_is_told_by_its_own_line_however_often_the_function_ran():
    names = defined(CALLED_FIRST)
    for _ in range(20):  # after eight runs CPython 3.11 names the line before
        stop = run_snippet("y = double(x)", {**names, "x": 1}, names)
        assert stop is not None
        assert stop.place == "In double, line 4, `return z * y`: "
        assert stop.exception == "UnboundLocalError"
