"""What students read of a hidden test that failed: the teacher's sentence, and no word of a process that has values."""

from __future__ import annotations

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.judging.failing import for_students, sentence
from autograder.judging.hidden import Delimiters

SOURCE = """assert sort([1])
### MESSAGE: of a visible test
### BEGIN HIDDEN TESTS
assert sort([3]) == [3]
### MESSAGE: Try one element.
x = sort([7])

assert x == [7], f"got {x}"
#MESSAGE:Try "twos" & 王.
assert sort([2, 2]), "plain words"
### MESSAGE:
assert sort([4]), "plain words"
assert sort([5]), f"got {x}"
assert sort(
    [6]), "over two lines"
### END HIDDEN TESTS
### BEGIN HIDDEN TESTS
assert sort([8]), f"got {x}"
### END HIDDEN TESTS
assert sort([9]), f"got {x}"
"""
FIRST, SECOND = "Try one element.", 'Try "twos" & 王.'
VALUES = "got [41, 43]"


def failed(line: int, said: str = VALUES, name: str = "AssertionError", *further: str) -> NotebookNode:
    """A test cell that ran as the fifth and failed in this line; 0 for a traceback that names none."""
    place = [f"Cell \x1b[32mIn[5]\x1b[0m, line {line}\n----> {line} code"] if line else []
    traceback = ["-----", name, *place, *further, f"{name}: {said}"]
    error = nbformat.v4.new_output("error", ename=name, evalue=said, traceback=traceback)
    return nbformat.v4.new_code_cell(SOURCE, outputs=[error], execution_count=5)


def told(cell: NotebookNode, delimiters: Delimiters | None = None) -> str:
    output = cell.outputs[0]
    return for_students(cell, f"{output.ename}: {output.evalue}", delimiters or Delimiters())


@pytest.mark.parametrize(
    ("line", "expected"),
    [(4, ""), (6, FIRST), (8, FIRST), (10, SECOND), (12, ""), (13, ""), (18, ""), (1, ""), (0, ""), (99, "")],
)
def test_the_nearest_sentence_above_in_the_same_region_counts(line: int, expected: str) -> None:
    assert sentence(SOURCE, [line] if line else [], Delimiters()) == expected


def test_a_sentence_stands_alone_whatever_the_process_says() -> None:
    assert told(failed(8)) == FIRST
    assert told(failed(6, "7 is secret", "KeyError")) == FIRST
    assert told(failed(8, VALUES, "AssertionError", "Cell In[2], line 3, in sort(n)\n----> 3 n[0]")) == FIRST


def test_a_message_is_shown_only_where_it_stands_so_in_the_source() -> None:
    assert told(failed(12, "plain words")) == "AssertionError: plain words"
    assert told(failed(14, "over two lines")) == told(failed(15, "over two lines")) == "AssertionError: over two lines"
    for line in (4, 12, 13, 18, 0):
        assert told(failed(line)) == "AssertionError", line
    assert (
        told(failed(13, VALUES, "AssertionError", "File numpy/testing.py:1, in f\n----> 1 raise")) == "AssertionError"
    )


def test_what_is_visible_or_the_students_own_stays() -> None:
    assert told(failed(20)) == f"AssertionError: {VALUES}"
    own = "Cell In[2], line 3, in sort(n)\n----> 3 assert n"
    assert told(failed(13, "mine", "AssertionError", own)) == "AssertionError: mine"
    assert told(failed(8), Delimiters(shown=True)) == f"AssertionError: {VALUES}"
    assert told(failed(4, "no", "TypeError")) == "TypeError: no"
