"""What a submission shows runs no script, loads nothing and stays in its place; what is innocent reads as before."""

from __future__ import annotations

import base64
import json
import time
from html import unescape
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.filters.ansi import ansi2html
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder.assignment import CASES
from autograder.intake.safe import (
    SafeOutputs,
    as_written,
    is_as_written,
    safe_name,
    safe_output,
    safe_pictures,
    safe_text,
    with_simple_names,
)
from autograder.intake.safe.html import harmless
from autograder.intake.safe.outputs import CUT, NO_MORE
from autograder.selfcheck.cases import read_exercise
from autograder.selfcheck.check import examine
from autograder.selfcheck.display import as_html
from tests.support.payloads import GRADED, HTML, MARKDOWN, OUTPUTS, PIXEL

LOADS = ("src", "srcset", "href", "data", "action", "poster", "background", "xlink:href")
UNSAFE = {"script", "style", "iframe", "object", "embed", "link", "meta", "base", "form", "svg", "math", "textarea"}
ROAMS = ("\\smash", "\\hspace{-", "\\style")
LEAVES = ("position", "url", "transform", "float", "\\", "-9", "height:0", "900px")


def assert_inert(html: str) -> None:
    """By another reader of HTML than the one that cleaned it: nothing runs, loads, names or moves."""
    page = BeautifulSoup(html, "html.parser")
    for text in page.find_all(string=True):
        assert text.find_parent(["pre", "code"]) or not any(command in text for command in ROAMS)
    for element in page.find_all():
        assert element.name not in UNSAFE
        for name, value in element.attrs.items():
            text = unescape(" ".join(value) if isinstance(value, list) else value).lower()
            assert not name.startswith(("on", "data-")) and name not in ("name", "autofocus", "srcdoc")
            assert name != "id" or (element.name[0] == "h" and text != GRADED and text != "notebook")
            assert name != "class" or text in ("dataframe", "anchor-link", "ansi-red-fg") or "language-" in text
            if name in LOADS:
                assert text.startswith(("#", "http://", "https://", "data:image/", "figures/", "x.py"))
                assert element.name == "a" or text.startswith(("data:image/", "figures/"))
                assert "localhost" not in text
            assert name != "style" or not any(word in text for word in LEAVES)


def page_of(text: str, pictures: dict | None = None) -> str:
    """What nbconvert makes of a cell with this text."""
    return MarkdownWithMath(renderer=IPythonRenderer(escape=False, attachments=pictures or {})).render(text)


def shown(data: dict[str, Any], metadata: Any = None, kind: str = "display_data") -> nbformat.NotebookNode:
    node = safe_output({"output_type": kind, "data": data, "metadata": metadata, "execution_count": 3})
    nbformat.validate(node, ref="output", version=4, version_minor=5)
    return node


@pytest.mark.parametrize("name", HTML)
def test_hostile_html(name: str) -> None:
    data = shown({"text/html": HTML[name], "text/plain": "in words"}).data
    assert data["text/plain"] == "in words"
    assert_inert(data.get("text/html", ""))
    assert harmless(data.get("text/html", ""))
    assert shown(dict(data)).data == data  # once is enough


@pytest.mark.parametrize("name", MARKDOWN)
def test_hostile_markdown(name: str) -> None:
    text = safe_text(MARKDOWN[name])
    assert_inert(page_of(text))
    assert harmless(page_of(text))
    assert is_as_written(text) or safe_text(text) == text  # once is enough
    assert_inert(page_of(shown({"text/markdown": MARKDOWN[name]}).data.get("text/markdown", "")))


@pytest.mark.parametrize("name", OUTPUTS)
def test_hostile_outputs(name: str) -> None:
    data, metadata = OUTPUTS[name]
    for node in (shown(data, metadata), shown(data, metadata, "execute_result")):
        assert node.data
        assert set(node.data) <= {"text/plain", "text/html", "text/markdown", "text/latex", "image/png"}
        assert_inert(node.data.get("text/html", "") + page_of(node.data.get("text/markdown", "")))
        assert_inert(ansi2html(node.data.get("text/plain", "")))
        assert node.data.get("image/png", PIXEL) == PIXEL
        assert node.metadata in ({}, {"image/png": {}})
        assert not any(word in node.data.get("text/latex", "") for word in ("<img", "style"))


INNOCENT_HTML = [
    "<table border='1' class='dataframe'><thead><tr><th></th><th>loss</th></tr></thead><tbody><tr><th>0</th><td>1</td>"
    "</tr></tbody></table>",
    "<b>bold</b> &amp; <i style='color:red'>red</i><br>a &lt; b",
    f"<img src='data:image/png;base64,{PIXEL}' width='64' height='64' alt='a plot'>",
    "<img src='figures/my%20plot.png' alt='x'>",
    "<p align='center'>x<sup>2</sup><sub>i</sub></p><hr><ol start='3'><li>c</li></ol>",
    "<details><summary>more</summary><pre><code>if a &lt; b: pass</code></pre></details>",
    "<a href='https://numpy.org/doc/stable/#top'>numpy</a> <a href='2_captioning.ipynb'>next</a> <a href='#top'>up</a>",
]


@pytest.mark.parametrize("html", INNOCENT_HTML)
def test_innocent_html_keeps_its_elements(html: str) -> None:
    def elements(text: str) -> list:
        found = BeautifulSoup(text, "html.parser").find_all()
        return [(one.name, {k: v for k, v in one.attrs.items() if k != "rel"}, one.get_text()) for one in found]

    assert elements(shown({"text/html": html}).data["text/html"]) == elements(html)


def test_the_courses_own_report_looks_as_before(assignment) -> None:
    functions = assignment.reference() | {"rnn_step_backward": lambda dnext_h, cache: [dnext_h] * 5}
    cases = assignment.solutions / CASES
    html = as_html(examine(read_exercise(cases, "rnn_step_backward"), functions, cases))
    shown_html = shown({"text/html": html}).data["text/html"]
    before, after = BeautifulSoup(html, "html.parser"), BeautifulSoup(shown_html, "html.parser")
    drawing, picture = before.svg, after.img
    assert picture["alt"] == drawing["aria-label"]
    assert base64.b64decode(picture["src"].partition(",")[2]).decode() in html
    drawing.decompose(), picture.decompose()
    assert [(one.name, one.attrs) for one in after.find_all()] == [(one.name, one.attrs) for one in before.find_all()]
    assert after.get_text() == before.get_text()


INNOCENT_TEXTS = [
    "They vanish if a<b, or explode: $x_{i<j} > 0$ and $$\\sum_{t<T} h_t$$",
    "\\begin{align}a<b&c>d\\end{align} and \\\\(a<b\\\\) and \\\\[ a<b \\\\]",
    "# Answer\n\n1. **bold**, _this_, `a<b`, ~~no~~\n   - [x] done\n\n> quote\n\n    if a<b: pass\n",
    "```python\nif a < b:\n    print('<script>')\n```\n\nvector `vector<int>`; x < y > z",
    "| gate | sign |\n|:--|--:|\n| i<o | `<0` |",
    "[paper](https://arxiv.org/abs/1411.4555), <https://numpy.org>, [next](2_captioning.ipynb#top), https://x.org/a_b",
    "![a drawing](figures/rnn_step.svg) <img src='figures/plot 1.png' width=300>",
    "H<sub>2</sub>O <span style='color: red'>red</span><br/>line &lt;b&gt; &copy;",
    "$a\\space b \\hspace{1em} c \\mathrm{d} \\not< e$ and $\\mkern3mu f$",
    "",
]


@pytest.mark.parametrize("text", INNOCENT_TEXTS)
def test_innocent_texts_stay_as_they_are(text: str) -> None:
    assert safe_text(text) == text


def test_every_text_of_the_release_stays_as_it_is(released: nbformat.NotebookNode) -> None:
    texts = [cell.source for cell in released.cells if cell.cell_type == "markdown"]
    assert len(texts) > 10
    assert [safe_text(text) for text in texts] == texts


def test_tokens_in_angle_brackets_are_seen_and_code_and_mathematics_are_left_alone() -> None:
    text = safe_text("The first word is <START>, `<END>` is last, $a<b$.\n\n```\n<NULL>\n```")
    page = BeautifulSoup(page_of(text), "html.parser").get_text()
    assert "The first word is <START>, <END> is last, $a<b$." in page and "<NULL>" in page and "&lt;" not in page


def test_only_what_has_to_be_is_changed() -> None:
    code = "```\n# a <comment>\n![x](http://i.test/a.png)\n```"
    assert safe_text(f"{code}\n\n<START>\n\n# Answer\n\n{code}") == (
        f"{code}\n\n&lt;START>\n\n# &#8203;Answer\n\n{code}"
    )


def test_a_picture_from_the_network_becomes_a_link() -> None:
    page = BeautifulSoup(page_of(safe_text("See ![my plot](https://i.test/a.png) here")), "html.parser")
    assert page.img is None and (page.a["href"], page.a.text) == ("https://i.test/a.png", "my plot")


def test_a_heading_reads_the_same_without_the_id_of_a_field_for_marks() -> None:
    heading = BeautifulSoup(page_of(safe_text(f"## {GRADED}")), "html.parser").h2
    assert heading["id"] != GRADED and heading.get_text().strip("\u200b\xb6") == GRADED


@pytest.mark.parametrize("text", [*MARKDOWN.values(), "````\n```\n`", "$$", "\\begin{a}", "\0\x1b[31m", "a" * 30_000])
def test_a_text_as_written_shows_all_of_it(text: str) -> None:
    page = BeautifulSoup(page_of(as_written(text)), "html.parser")
    assert is_as_written(as_written(text)) and len(page.find_all("code")) == 1
    assert page.code.get_text().strip() == text.strip()


def test_pasted_pictures_are_kept_and_nothing_else() -> None:
    pasted = {
        "a.png": {"image/png": PIXEL, "text/html": "<script>"},
        "b": {"image/svg+xml": "PHN2Zy8+"},
        "c": {"image/png": '" onerror="x'},
        "d": "x",
        "e": {"text/html": "PHN2Zy8+"},
    }
    kept = safe_pictures(pasted)
    assert kept == {"a.png": {"image/png": PIXEL}, "b": {"image/svg+xml": "PHN2Zy8+"}}
    assert safe_pictures(["x"]) == {}
    text = "![plot](attachment:a.png)"
    assert safe_text(text, kept) == text and PIXEL in page_of(text, kept)
    assert is_as_written(safe_text("![plot](attachment:c)", kept))


@pytest.mark.parametrize(
    "output",
    [
        {"output_type": "stream", "name": "stdout", "text": "loss 1.0\n\x1b[31mred\x1b[0m\n"},
        {"output_type": "stream", "name": "stderr", "text": "careful"},
        {"output_type": "error", "ename": "E", "evalue": "no", "traceback": ["\x1b[31mE\x1b[0m: no"]},
        {"output_type": "execute_result", "data": {"text/plain": "3"}, "metadata": {}, "execution_count": 4},
        {
            "output_type": "display_data",
            "data": {"image/png": PIXEL, "text/plain": "<Figure>"},
            "metadata": {"image/png": {"width": 640, "height": 480.5, "alt": "a plot"}},
        },
        {"output_type": "display_data", "data": {"text/latex": "$\\displaystyle a < b$"}, "metadata": {}},
        {"output_type": "display_data", "data": {"text/markdown": "**bold** $a<b$"}, "metadata": {}},
    ],
)
def test_ordinary_outputs_stay_as_they_are(output: dict) -> None:
    node = safe_output(output)
    nbformat.validate(node, ref="output", version=4, version_minor=5)
    assert node == output


@pytest.mark.parametrize(
    "output",
    [None, [], "x", 3, {}, {"output_type": []}, {"output_type": "pyout"}, {"output_type": "update_display_data"}],
)
def test_what_is_no_output_is_left_out(output: Any) -> None:
    assert safe_output(output) is None
    assert SafeOutputs().of_cell([output]) == SafeOutputs().of_cell(output) == []


@pytest.mark.parametrize("odd", [None, 3, [], {}, [[1]], float("nan"), True, "\ud800", {"a": {"b": {}}}, ["\ud800", 2]])
def test_odd_values_anywhere_make_valid_outputs(odd: Any) -> None:
    for output in (
        {"output_type": "stream", "name": odd, "text": odd},
        {"output_type": "error", "ename": odd, "evalue": odd, "traceback": odd},
        {"output_type": "execute_result", "data": odd, "metadata": odd, "execution_count": odd},
        {"output_type": "display_data", "data": {"image/png": odd, "text/html": odd}, "metadata": {"image/png": odd}},
        {"output_type": "display_data", "data": {"image/png": PIXEL}, "metadata": {"image/png": {"width": odd}}},
    ):
        node = safe_output(output)
        nbformat.validate(node, ref="output", version=4, version_minor=5)
        json.dumps(node, allow_nan=False, ensure_ascii=False).encode()


def test_too_much_is_cut() -> None:
    assert safe_output({"output_type": "stream", "text": "x" * 999_999})["text"].endswith(CUT)
    assert "\x1b" not in safe_output({"output_type": "stream", "text": "\x1b[1mx" * 9999})["text"]
    huge = base64.b64encode(base64.b64decode(PIXEL)[:16] + b"\0\1\0\0" * 2 + b"\0" * 99).decode()  # 65536 by 65536
    assert "image/png" not in shown({"image/png": huge}).data
    assert "text/html" not in shown({"text/html": "x" * 4_000_000, "text/plain": "x"}).data
    safe = SafeOutputs()
    cells = [safe.of_cell([{"output_type": "stream", "text": "x"}] * 1500) for _ in range(3)]
    assert [len(cell) for cell in cells] == [1500, 501, 1]
    assert cells[1][-1].text == cells[2][-1].text == NO_MORE


@pytest.mark.slow
@pytest.mark.parametrize(
    "part",
    ["&", "&a", "&amp;", "<svg", "<a b=c ", "<div>", "<img alt='", "</", "`a``b", "\\\\(", "![", "#<b>\n"],
)
def test_nothing_takes_long_to_clean(part: str) -> None:
    start = time.process_time()
    shown({"text/html": (part * 400_000)[:1_000_000]})
    safe_text((part * 20_000)[:20_000])
    assert time.process_time() - start < 8


@pytest.mark.parametrize("run", ["`", "~", "$", "`a``b```c", "`\n", "```\n`", "$a", "\\\\[a", "![a](", "~~~`", "*`_"])
def test_marks_of_code_that_nothing_ends_take_no_time(run: str) -> None:
    start = time.process_time()
    safe_text((run * 20_000)[:20_000])
    with_simple_names(f"attachment:{run * 20_000}"[:20_000], {})
    assert time.process_time() - start < 5


@pytest.mark.parametrize("language", ["perl", "ipython3", "html", "mermaid"])
@pytest.mark.parametrize("start", ["```", "~~~", "> ```", "- ```", "   ````"])
def test_code_of_other_languages_in_a_text_is_not_coloured(start: str, language: str) -> None:
    text = f"{start}{language}\nx = 1\n"
    shown = safe_text(text)
    assert is_as_written(shown) or shown.startswith(f"{start}\n")
    assert "<span" not in page_of(shown) and "mermaid" not in page_of(shown).replace("```mermaid", "")


def test_python_in_a_text_is_coloured_where_that_is_soon_done() -> None:
    for code, stays in (("x = 1\n", True), ("x = 1\n" * 3000, False), ("x\n" + "\n " * 200 + "y", False)):
        text = f"```python\n{code}```\n"
        assert (safe_text(text) == text) == stays
        assert ("<span" in page_of(safe_text(text))) == stays


def test_all_markdown_of_a_submission_is_bounded() -> None:
    safe, text = SafeOutputs(), "**x** " * 600
    output = {"output_type": "display_data", "data": {"text/markdown": text, "text/plain": "x"}}
    shown = safe.of_cell([output] * 40)
    assert [set(node.data) for node in shown[:16]] == [{"text/markdown", "text/plain"}] * 16
    assert [set(node.data) for node in shown[17:]] == [{"text/plain"}] * 23


def test_signs_that_become_entities_count_for_more() -> None:
    safe = SafeOutputs()
    shown = [safe.of_cell([{"output_type": "stream", "text": "<" * 100_000}])[0].text for _ in range(8)]
    assert shown[-1] == NO_MORE != shown[0]
    plain = SafeOutputs()
    assert plain.of_cell([{"output_type": "stream", "text": "x" * 100_000}] * 8)[-1].text != NO_MORE


def test_names_of_files_stay_on_their_line() -> None:
    assert safe_name("a\nb\x1b[31m\u202e\udcff.ipynb") == "a?b?[31m??.ipynb"
    assert len(safe_name("x" * 999)) == 120
