"""Code that is kept out of a page while nbconvert cleans it: the page is the same as without that, letter by letter."""

from __future__ import annotations

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import html
from nbconvert.filters import clean_html
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.assignment import Assignment
from autograder.faces.nbgrader.feedback import FeedbackExporter
from autograder.rendering import feedback
from autograder.rendering.feedback import CodeApart
from autograder.rendering.filters import Colours
from autograder.rendering.parsed import Page

CODES = [
    "def f(x):\n    return 'a' + \"b\" if x < 1 and x > 0 else x & 1  # &amp; &lt;b&gt;\n",
    "",
    "\n\n\tx = 1\n\n",
    "</pre></div><script>alert(1)</script>",
    "x = '\x0b\x0c\x01\u2028\xa0'",
    "# 中文 é",
    "%%html\n<b>&quot;</b>",
    "x\n" * 12_000 + "'<'",
    '<div class="code-0123-0"></div>',
]
TEXTS = ["a & b < c", "</div></section>", "<!-- never closed", "<p>one<p>two", "| a | b |\n|-|-|\n| 1 | `2` |"]


class InPlace(Colours):
    """Code that stays in the page."""

    cleaned = staticmethod(clean_html)

    def put_into(self, page: str) -> str:
        return page


def notebook(*texts: str) -> nbformat.NotebookNode:
    shown = new_output("stream", name="stdout", text="<b>\x1b[31mred\x1b[0m")
    cells = [new_code_cell(code, outputs=[shown]) for code in CODES]
    return new_notebook(cells=[*cells[:4], *map(new_markdown_cell, texts), *cells[4:]])


def page_of(made: nbformat.NotebookNode) -> str:
    exporter = FeedbackExporter(template_name="classic")
    page, _ = exporter.from_notebook_node(made)
    return page


@pytest.mark.parametrize("text", ["# A heading", *TEXTS])
def test_a_page_is_as_nbconvert_makes_it(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert html.BeautifulSoup is Page
    made = notebook(text)
    page = page_of(made)
    monkeypatch.setattr(feedback, "CodeApart", InPlace)
    monkeypatch.setattr(html, "BeautifulSoup", BeautifulSoup)
    assert page == page_of(made)


def test_code_of_the_course_comes_out_as_of_the_parser(assignment: Assignment) -> None:
    code, tree = CodeApart(), Colours()
    for cell in nbformat.read(assignment.notebooks[0], as_version=4).cells:
        assert code.put_into(code(cell.source)) == str(BeautifulSoup(tree(cell.source), "html.parser"))


def test_nobody_puts_code_elsewhere() -> None:
    first, second = CodeApart(), CodeApart()
    mark = first("x = 1").strip()
    assert second.put_into(mark) == mark and "x" not in mark
    assert first.put_into('<div class="code-0"></div>') == '<div class="code-0"></div>'
    assert first.put_into(mark + mark).count("<pre>") == 2


def test_lines_that_are_pointed_at_stay_so() -> None:
    code = CodeApart()
    page = code.put_into(code("x = 1\ny = 2\n", marked=[2]))
    assert BeautifulSoup(page, "html.parser").select_one(".hll").get_text() == "y = 2\n"
