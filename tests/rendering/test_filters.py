"""Code on a page: coloured as before where it is ordinary, and soon there whatever a student has written."""

from __future__ import annotations

import json
import time

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.strings import strip_files_prefix as nbconverts
from traitlets.config import Config

from autograder.assignment import Assignment
from autograder.faces.nbgrader.feedback import FeedbackExporter
from autograder.intake.safe import as_written
from autograder.rendering.filters import CELL_LIMIT, WORDS_LIMIT, Colours, strip_files_prefix
from tests.support.house import ROOT

SLOW = [
    ".a",
    "*",
    "\n ",
    ".a.",
    "%",
    "?",
    "!",
    "%%perl\n",
    "%a\n",
    "'",
    '"""\n',
    "f'{",
    "(",
    "\\\n",
    "_ ",
    "@a\n",
    "\t",
]
SETTINGS = Config(json.loads((ROOT / "nbgrader_config.json").read_text()))


def words(html: str) -> list[tuple[str, str]]:
    return [(one["class"][0], one.get_text()) for one in BeautifulSoup(html, "html.parser").select("span[class]")]


def test_ordinary_code_looks_as_before(assignment: Assignment) -> None:
    before = Highlight2HTML(pygments_lexer="ipython3")
    colours = Colours()
    for path in sorted(assignment.release.glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                assert words(colours(cell.source)) == words(before(cell.source))


@pytest.mark.parametrize("source", ["%matplotlib inline\nimport a", "x = 1 % 2", "x = a != b", ""])
def test_magic_commands_look_as_before(source: str) -> None:
    assert words(Colours()(source)) == words(Highlight2HTML(pygments_lexer="ipython3")(source))


@pytest.mark.slow
@pytest.mark.parametrize("part", SLOW)
def test_no_code_takes_long(part: str) -> None:
    source = (part * CELL_LIMIT)[:CELL_LIMIT]
    start = time.process_time()
    page = BeautifulSoup(Colours()(source), "html.parser")
    assert time.process_time() - start < 10
    assert page.get_text().strip() == source.strip()


@pytest.mark.parametrize("source", ["<b>" * CELL_LIMIT, "%%perl\n<b>", "x\n" + "\n" * 400 + "<b>"])
def test_what_may_take_long_is_shown_as_it_is(source: str) -> None:
    page = BeautifulSoup(Colours()(source), "html.parser")
    assert not page.select("span[class]") and not page.find_all("b") and page.get_text().strip() == source.strip()


def test_a_page_has_a_bounded_number_of_coloured_words() -> None:
    colours = Colours()
    spans = [colours("x = 1\n" * 2000).count("</span>") for _ in range(10)]
    assert 0 < sum(spans) <= WORDS_LIMIT + 10 and spans[-1] < 10


@pytest.mark.parametrize(
    "text",
    [
        '<img src="files/a.png">',
        "<a href=/files/b>x</a>",
        "![a](files/b.png) [c](/files/d)",
        "files/a",
        "[](x/files/y)",
    ],
)
def test_the_prefix_of_files_is_taken_out_as_before(text: str) -> None:
    assert strip_files_prefix(text) == nbconverts(text)


@pytest.mark.slow
@pytest.mark.parametrize("exporter", [HTMLExporter, FeedbackExporter])
@pytest.mark.parametrize("part", ["[", "\\\\[", "\n ", ".a"])
def test_no_page_takes_long(exporter: type[HTMLExporter], part: str) -> None:
    text = (part * 900_000)[:900_000]
    cells = [nbformat.v4.new_markdown_cell(as_written(text[:400_000])), nbformat.v4.new_code_cell(text[:400_000])]
    cells += [nbformat.v4.new_code_cell(part * (CELL_LIMIT // len(part))) for _ in range(10)]
    made = exporter(config=Config({"HTMLExporter": SETTINGS.HTMLExporter}), template_name="classic")
    start = time.process_time()
    made.from_notebook_node(nbformat.v4.new_notebook(cells=cells))
    assert time.process_time() - start < 20
