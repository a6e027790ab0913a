"""A submission full of script, graded by nbgrader's own commands, in a real browser: its feedback page and Formgrader.

Screenshots are kept in test-artefacts/.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from playwright.sync_api import Page, Route

from autograder.building.submissions import add_cell, fill_in
from tests.support.batch import ANSWER, place
from tests.support.course import NOTEBOOK, CourseFolder
from tests.support.lab import TOKEN, browser_page, jupyterlab, keep
from tests.support.payloads import ELSEWHERE, GRADED, HTML, HUGE, MARKDOWN, OUTPUTS, PIXEL

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # the browser driver's pipes, when it closes
]
MATHJAX = "https://cdnjs.cloudflare.com/ajax/libs/mathjax/"  # nbgrader's own pages ask for it; enough for Formgrader:
MATHJAX_STANDS_IN = "MathJax = {Hub: {Config() {}, Queue() {}, Startup: {signal: {Interest() {}}}}}"
SHOW = "import json\nfor data, metadata in json.loads({!r}):\n    get_ipython().display_pub.publish(data, metadata)"
PRINT = """
import sys
print("<script>window.flag = ['printed']</script>\\x1b[31m<img src=x onerror=\\"window.flag = ['colour']\\">")
sys.stderr.write("<script>window.flag = ['stderr']</script>")
raise ValueError("<script>window.flag = ['error']</script>")
"""
STRAYS = """() => [...document.querySelectorAll('#notebook *')].filter(element => {
    const shown = element.closest('.output_area, .text_cell_render');
    return shown && ['fixed', 'absolute', 'sticky'].includes(getComputedStyle(element).position);
}).map(element => element.outerHTML.slice(0, 200))"""
COVERED = """() => [...document.querySelectorAll('.nbgrader_cell')].filter(cell => {
    const seen = cell.querySelector('.panel-heading');
    seen.scrollIntoView({block: 'center'});
    const box = seen.getBoundingClientRect();
    const top = document.elementFromPoint(box.left + 20, box.top + box.height / 2);
    return !seen.contains(top);
}).map(cell => cell.textContent.slice(0, 200))"""
DOUBLE = """() => {
    const shown = element => element.closest('.output_area, .text_cell_render');
    const all = [...document.querySelectorAll('[id]')];
    const pages = all.filter(element => !shown(element)).map(element => element.id);
    return all.filter(element => shown(element) && pages.includes(element.id)).map(element => element.id);
}"""


@dataclass
class Visit:
    """A page, and what it tried while it was looked at."""

    page: Page
    asked: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def flags(self) -> list[str]:
        return self.page.evaluate("() => window.flag || []")

    def count(self, selector: str) -> int:
        return self.page.locator(selector).count()

    def settle(self) -> None:
        """Wait for what a page may do by itself, and touch what a reader may touch."""
        self.page.wait_for_timeout(1000)
        self.page.evaluate("""() => {
            document.querySelectorAll("summary").forEach(summary => summary.click());
            document.querySelectorAll("details").forEach(part => { part.open = true; });
        }""")
        self.page.wait_for_timeout(300)


@contextlib.contextmanager
def visit(name: str) -> Iterator[Visit]:
    """A browser that reaches this machine alone and writes down what it is asked for."""
    with browser_page() as page:
        seen = Visit(page)

        def answer(route: Route) -> None:
            seen.asked.append(route.request.url)
            if route.request.url.startswith(MATHJAX):
                route.fulfill(body=MATHJAX_STANDS_IN, content_type="text/javascript")
            elif route.request.url.startswith(("http://127.0.0.1", "file:", "data:")):
                route.continue_()
            else:
                route.abort()

        page.route("**/*", answer)
        page.on("dialog", lambda dialog: (seen.dialogs.append(dialog.message), dialog.dismiss()))
        try:
            yield seen
        finally:
            keep(page, name, whole=True)


def hostile(solved: NotebookNode) -> NotebookNode:
    """All payloads in one right submission: as outputs, texts, raw cells and pasted pictures."""
    outputs = [({"text/html": html}, {}) for html in HTML.values()] + list(OUTPUTS.values())
    notebook = add_cell(solved, "rnn_forward", SHOW.format(json.dumps(outputs)))
    notebook = add_cell(notebook, "rnn_forward", PRINT)
    texts = [text for text in MARKDOWN.values() if len(text) < 5000]
    notebook.cells[place(notebook.cells, ANSWER)].source = "\n\n".join(texts[:10]) + "\n\n" + MARKDOWN["link"]
    notebook.cells += [nbformat.v4.new_markdown_cell(text) for text in texts]
    notebook.cells += [nbformat.v4.new_raw_cell(text) for text in texts]
    svg = {"image/svg+xml": 'x" onerror="window.flag=[1]'}
    notebook.cells.append(nbformat.v4.new_markdown_cell("![x](attachment:x)", attachments={"x": svg}))
    return notebook


INNOCENT = """They vanish: $x_{i<j}$, the first word is <START>.

# Answer

```python
if a<b: pass
```

![plot](attachment:a.png) ![drawing](figures/rnn_step.svg)
"""
TABLE = "<table border='1' class='dataframe'><tr><th>loss</th></tr><tr><td>1.5</td></tr></table>"


def innocent(solved: NotebookNode) -> NotebookNode:
    notebook = add_cell(solved, "rnn_forward", SHOW.format(json.dumps([({"text/html": TABLE}, {})])))
    answer = notebook.cells[place(notebook.cells, ANSWER)]
    answer.source, answer.attachments = INNOCENT, {"a.png": {"image/png": PIXEL}}
    return notebook


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, reference_code: str) -> CourseFolder:
    """A hostile and an innocent submission, graded, with feedback."""
    folder = CourseFolder.released(tmp_path_factory.mktemp("pages"))
    solved = fill_in(nbformat.read(folder.release / NOTEBOOK, as_version=4), reference_code)
    for student, notebook in {"hostile": hostile(solved), "innocent": innocent(solved)}.items():
        folder.hand_in(student, nbformat.writes(notebook))
    (folder.submitted("hostile") / "evil.html").write_text("<script>opener.flag = ['page']</script>")
    for command in ("autograde", "generate_feedback"):
        done = folder.nbgrader(command)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def server(folder: CourseFolder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with jupyterlab(folder.root, tmp_path_factory.mktemp("home")) as address:
        yield address


def feedback(folder: CourseFolder, student: str) -> str:
    return (folder.feedback(student) / NOTEBOOK).with_suffix(".html").as_uri()


def in_formgrader(folder: CourseFolder, student: str, address: str) -> str:
    with folder.gradebook() as gradebook:
        notebook = gradebook.find_submission_notebook(Path(NOTEBOOK).stem, folder.assignment.name, student)
        return f"{address}/login?token={TOKEN}&next=%2Fformgrader%2Fsubmissions%2F{notebook.id}%2F"


def assert_nothing_happened(seen: Visit) -> None:
    assert seen.flags() == [] and seen.dialogs == []
    ours = ("file:", "data:", MATHJAX, "http://127.0.0.1")
    assert [url for url in seen.asked if not url.startswith(ours)] == []
    assert not [url for url in seen.asked if ELSEWHERE in url or "path=" in url or url.endswith(("tree.png", "/b.png"))]
    assert seen.page.evaluate(STRAYS) == [] and seen.page.evaluate(COVERED) == [] and seen.page.evaluate(DOUBLE) == []
    assert (
        seen.count("#notebook :is(iframe, object, embed, form, script, style, link, meta, textarea:not(.comment))") == 0
    )
    assert seen.count("a[href^='javascript:' i], a[href*='formgrader?'], a[href$='evil.html']") == 0


def test_the_payloads_work_where_nothing_is_done_about_them() -> None:
    worked = set()
    with visit("payloads") as seen:
        for name, html in HTML.items():
            seen.asked.clear()
            seen.page.set_content(f"<!doctype html><p>page</p>{html}", wait_until="commit")
            seen.page.wait_for_timeout(60)
            with contextlib.suppress(Exception):  # the page may be on its way elsewhere
                worked |= {name} if seen.flags() else set()
            worked |= {name} if any(ELSEWHERE in url for url in seen.asked) else set()
        seen.page.set_content("done")
    assert len(worked) >= 25, worked


def test_the_feedback_of_a_hostile_submission(folder: CourseFolder) -> None:
    with visit("hostile_feedback") as seen:
        seen.page.goto(feedback(folder, "hostile"))
        seen.settle()
        assert_nothing_happened(seen)
        assert seen.page.title() == "1_rnn_layers · hostile"
        shown = seen.page.locator("body").inner_text()
        assert "54 of 60 points" in shown and "rnn_forward: all " in shown
        assert "ValueError" in shown and "60/60" in shown
        assert seen.count(f"img[src*='{HUGE}']") == seen.count("svg use") == 0
        set_as_formulas = seen.page.locator("#notebook :is(.output_latex, .output_html, .text_cell_render > p)")
        assert not any("newcommand" in text for text in set_as_formulas.all_inner_texts())


def test_formgraders_page_of_a_hostile_submission(folder: CourseFolder, server: str) -> None:
    with visit("hostile_formgrader") as seen:
        seen.page.goto(in_formgrader(folder, "hostile", server))
        seen.settle()
        assert_nothing_happened(seen)
        field = seen.page.locator(f"#{GRADED}")
        seen.page.wait_for_function(f"() => document.querySelector('#{GRADED}').placeholder", timeout=20_000)
        assert field.evaluate("field => field.matches('.nbgrader_cell input.score')")
        points = folder.assignment.points(Path(NOTEBOOK).stem)
        assert field.get_attribute("placeholder") == f"{points[GRADED.removeprefix('check_')]:g}"
        assert seen.count(".nbgrader_cell input.score") == len(points) + 1


def test_the_pages_of_an_innocent_submission_look_as_before(folder: CourseFolder, server: str) -> None:
    addresses = {"feedback": feedback(folder, "innocent"), "formgrader": in_formgrader(folder, "innocent", server)}
    for name, address in addresses.items():
        with visit(f"innocent_{name}") as seen:
            seen.page.goto(address)
            seen.settle()
            assert_nothing_happened(seen)
            assert seen.count("table.dataframe") == 1
            assert seen.count(f"img[src='data:image/png;base64,{PIXEL}'][alt=plot]") == 1
            drawing = "data:image/svg+xml" if name == "feedback" else "figures/rnn_step.svg"
            assert seen.count(f"#notebook .answer img[src^='{drawing}'], .text_cell img[src^='{drawing}']") >= 1
            shown = seen.page.locator("body").inner_text()
            assert "They vanish: $x_{i<j}$, the first word is <START>." in shown and "if a<b: pass" in shown
