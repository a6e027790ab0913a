"""Where a student's function stopped, as a sentence says it."""

from __future__ import annotations

import linecache
from typing import Any

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


def test_a_variable_without_a_value_is_told_by_its_own_line_however_often_the_function_ran():
    names = defined(CALLED_FIRST)
    for _ in range(20):  # after eight runs CPython 3.11 names the line before
        stop = run_snippet("y = double(x)", {**names, "x": 1}, names)
        assert stop is not None
        assert stop.place == "In double, line 4, `return z * y`: "
        assert stop.exception == "UnboundLocalError"
