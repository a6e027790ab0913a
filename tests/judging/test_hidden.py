"""Hidden tests: which lines they are, and how they are found in what student code has printed."""

from __future__ import annotations

import base64
import html
import json

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import ClearHiddenTests

from autograder.judging.hidden import IN_CODE, NOTICE, Delimiters, Redactor

LINE = 'assert squares(123)[-1] == 15129, "the last square is <wrong>"'
TEST = f"""x = squares(3)
assert x == [1, 4, 9]
for n in range(3):
    ### BEGIN HIDDEN TESTS
    y = 1
    {LINE}
    ### END HIDDEN TESTS
print(x)"""
STUDENT = "def squares(n):\n    y = 2\n    return [i * i for i in range(1, n + 1)]"


@pytest.fixture
def redactor() -> Redactor:
    return Redactor(Delimiters(), [TEST], [STUDENT])


def test_the_lines_are_those_that_nbgrader_removes() -> None:
    notebook = new_notebook(cells=[new_code_cell(TEST, metadata={"nbgrader": {"grade": True}})])
    ClearHiddenTests().preprocess(notebook, {})
    kept = [line for line, hides in zip(TEST.split("\n"), Delimiters().hides(TEST), strict=True) if not hides]
    assert "\n".join(kept) == notebook.cells[0].source


def test_a_comment_stands_in_their_place() -> None:
    shown = Delimiters().visible(TEST)
    assert shown.count(IN_CODE) == 1 and f"\n    {IN_CODE}\n" in shown
    assert "15129" not in shown and "HIDDEN TESTS" not in shown
    compile(Delimiters().visible("a = 1\n### BEGIN HIDDEN TESTS\na\n### END HIDDEN TESTS"), "test", "exec")


def test_a_region_without_an_end_is_hidden_to_the_last_line() -> None:
    assert Delimiters().hides("a\n# BEGIN HIDDEN TESTS\nb\nc") == [False, True, True, True]


def test_a_course_may_have_delimiters_of_its_own() -> None:
    own = Delimiters("VERSTECKT", "SICHTBAR")
    source = "a = 1\n# VERSTECKT\nassert secret(1)\n# SICHTBAR\nb = 2"
    assert own.visible(source) == f"a = 1\n{IN_CODE}\nb = 2"
    assert Redactor(own, [source], []).text("assert secret(1)") == NOTICE


WAYS = {
    "as it is": LINE,
    "indented": f"\t\t    {LINE}",
    "in a sentence": f"I found {LINE} here",
    "in a traceback": f"----> 6     {LINE}",
    "as Python shows it": repr(LINE),
    "a whole cell as Python shows it": repr(TEST),
    "all cells as Python shows them": repr(["import os", TEST]),
    "as JSON": json.dumps([TEST]),
    "as HTML": html.escape(LINE),
    "in capitals": LINE.upper(),
    "without spaces": LINE.replace(" ", ""),
    "with many": LINE.replace(" ", "   "),
    "coloured": "\x1b[32m".join(LINE),
    "a character a line": "\n".join(LINE),
    "with carriage returns": "\r".join(LINE),
    "with zero-width spaces": "\u200b".join(LINE),
    "over two lines": f"{LINE[:30]}\n{LINE[30:]}",
}


@pytest.mark.parametrize("text", WAYS.values(), ids=WAYS)
def test_a_hidden_line_is_found_however_it_is_printed(redactor: Redactor, text: str) -> None:
    shown = redactor.text(f"before\n{text}\nafter")
    assert NOTICE in shown
    plain = shown.lower().replace(NOTICE, "").replace("\n", "")
    assert "15129" not in plain and "squares" not in plain


def test_the_lines_around_it_stay(redactor: Redactor) -> None:
    assert redactor.text(f"before\n{LINE}\n{LINE}\nafter") == f"before\n{NOTICE}\nafter"


def test_a_short_line_is_found_where_it_stands_alone(redactor: Redactor) -> None:
    assert redactor.text("y = 1") == redactor.text("      5     y = 1") == NOTICE
    assert redactor.text("so y = 1 it is") == "so y = 1 it is"


def test_what_is_no_secret_stays(redactor: Redactor) -> None:
    for line in (*STUDENT.split("\n"), "x = squares(3)", "assert x == [1, 4, 9]", "for n in range(3):", "", "y"):
        assert redactor.text(line) == line
    message = "AssertionError: the last square is <wrong>"  # which the student is to read
    assert redactor.text(message) == message
    coloured = "\x1b[31mAssertionError\x1b[39m"
    assert redactor.text(coloured) == coloured


def test_all_is_shown_where_the_course_says_so() -> None:
    redactor = Redactor(Delimiters(shown=True), [TEST], [STUDENT])
    assert not redactor
    assert redactor.text(LINE) == LINE


def test_where_nothing_is_hidden_nothing_is_looked_for() -> None:
    assert not Redactor(Delimiters(), ["assert squares(1) == [1]"], [STUDENT])


def test_all_parts_of_an_output_are_looked_through(redactor: Redactor) -> None:
    picture = base64.b64encode(b"\x89PNG").decode()
    marked_up = f"<b>{html.escape(LINE[:9])}</b>{html.escape(LINE[9:])}"
    data = {"text/plain": LINE, "text/html": marked_up, "image/png": picture}
    described = {"image/png": {"alt": LINE, "width": 3}}
    shown = redactor.output({"output_type": "display_data", "data": data, "metadata": described})
    assert shown["data"] == {"text/plain": NOTICE, "image/png": picture}
    assert shown["metadata"] == {"image/png": {"alt": NOTICE, "width": 3}}
    error = {"output_type": "error", "ename": LINE, "evalue": LINE, "traceback": [f"----> 6 {LINE}", "b"]}
    assert redactor.output(error) == {**error, "ename": NOTICE, "evalue": NOTICE, "traceback": [NOTICE, "b"]}
    only_html = {"output_type": "display_data", "data": {"text/html": f"<p>{LINE}"}, "metadata": {}}
    assert redactor.output(only_html)["data"] == {"text/plain": NOTICE}


def test_a_flood_is_looked_through_in_little_time(redactor: Redactor) -> None:
    text = "a line of a flood\n" * 20_000
    assert redactor.text(text) is text
    assert redactor.text(text + LINE).endswith(NOTICE)
