"""How a check looks, as text and as HTML, on a page and in a notebook."""

from __future__ import annotations

import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import numpy as np
import pytest

from autograder.assignment import CASES, KIT, Assignment
from autograder.release import kit, share
from autograder.selfcheck.cases import read_exercise
from autograder.selfcheck.check import examine
from autograder.selfcheck.display import as_html, as_text
from autograder.selfcheck.places import describe, errors, lay_out, text_map
from autograder.selfcheck.summary import Picture
from tests.support.selfcheck import BAD_RUN, RIGHT, cell, report


def wrong(picture: Picture) -> np.ndarray:
    return errors(picture) > picture.limit


def told(picture: Picture) -> str:
    return describe(picture.output, picture.title, wrong(picture))


def test_sequences_are_laid_out_over_time():
    picture = report("run", BAD_RUN).picture
    grid = lay_out(errors(picture))
    assert grid.shape == (2 * 3, 5)  # bands of units, one band an example; time along x
    assert np.array_equal(grid > 1e-8, np.array([[False] * 5] * 3 + [[False] * 3 + [True] * 2] * 3))
    assert told(picture) == ("h, published values: 6 of 30 entries are wrong, all in example 1 and time steps 3 to 4.")
    assert text_map(wrong(picture)).splitlines()[:4] == ["  .....", "  .....", "  .....", "  ...xx"]
    assert "time step from left to right" in text_map(wrong(picture))


def test_entries_that_are_not_finite_are_drawn_as_wrong():
    picture = report("scale", "def scale(x, a):\n    y = a * x\n    y[0, 1] = np.nan\n    return y, None").picture
    assert errors(picture)[0, 1] == 1.0
    assert "1 of 12 entries are wrong, all in row 0 and column 1" in told(picture)


def test_a_strip_for_one_axis():
    picture = Picture("db", "any", np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.5, 3.0]), 1e-8)
    assert lay_out(errors(picture)).shape == (1, 3)
    assert text_map(wrong(picture)).startswith("  .x.")


class Tags(HTMLParser):
    """Collects tags and text, and checks that every tag is closed."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self.open, self.labels = [], "", [], []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.labels += [value for key, value in attrs if key == "aria-label"]
        if tag not in ("br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_html_has_the_table_and_the_labelled_picture():
    found = report("run", BAD_RUN)
    html = as_html(found)
    page = Tags(html)
    assert page.tags.count("svg") == 1
    assert page.labels == [told(found.picture)]
    for text in ("✗ run: h is wrong", "(2, 5, 3)", "✗ wrong", "limit 1e-08", "time step", "example 1", "h = run(x)"):
        assert text in page.text
    assert "currentColor" in html
    assert "#010203" not in html


def test_html_of_a_pass_is_small_and_without_picture():
    page = Tags(as_html(report("scale")))
    assert "svg" not in page.tags
    assert "✓ right" in page.text


def test_everything_of_the_student_is_escaped():
    found = report("scale", "def scale(x, a):\n    raise ValueError('<script>alert(1)</script> `&')")
    page = Tags(as_html(found))
    assert "script" not in page.tags
    assert "ValueError: <script>alert(1)</script> '&" in page.text
    assert "<script>" in as_text(found)


def test_the_students_plot_settings_do_not_matter():
    import matplotlib

    with matplotlib.rc_context({"image.cmap": "gray", "figure.figsize": (10, 8), "text.color": "red"}):
        plain = as_html(report("run", BAD_RUN))
    assert len(plain) < 60_000
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()


def test_a_check_is_quick(checks: Path):
    namespace = cell("")
    examine(read_exercise(checks, "scale_backward"), namespace, checks)
    start = time.perf_counter()
    for name in ("scale", "scale_backward", "run"):
        as_html(examine(read_exercise(checks, name), namespace, checks))
    assert time.perf_counter() - start < 0.6


@pytest.mark.slow
def test_in_a_notebook(checks: Path, assignment: Assignment, tmp_path: Path):
    """A kernel shows the HTML, one line for the error, nothing on stderr; nbgrader reports that line."""
    share({**kit(assignment), Path(KIT, CASES): checks}, tmp_path)
    setup = f"import numpy as np\n{RIGHT}"
    wrong = "def run(x):\n    np.log(np.zeros(1))\n    return -np.cumsum(x, 1)"
    cells = [setup, "from selfcheck import check\ncheck('scale')", wrong, "check('run')"]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    grade = {"grade": True, "grade_id": "a", "locked": True, "points": 1, "schema_version": 3, "solution": False,
             "task": False, "cell_type": "code"}  # fmt: skip
    for number in (1, 3):
        book.cells[number].metadata["nbgrader"] = {**grade, "grade_id": f"check_{number}"}
    nbformat.write(book, tmp_path / "book.ipynb")
    run = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--allow-errors", "--inplace"]
    subprocess.run([*run, "book.ipynb"], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    done = nbformat.read(tmp_path / "book.ipynb", 4).cells
    assert [output.output_type for output in done[1].outputs] == ["display_data"]
    assert set(done[1].outputs[0].data) == {"text/html", "text/plain"}
    shown, error = done[3].outputs
    assert "<svg" in shown.data["text/html"]
    assert error.ename == "CheckFailed"
    assert error.traceback == ["CheckFailed: run: h is wrong. h: It has the wrong sign."]
    validate = [sys.executable, "-m", "nbgrader", "validate", "book.ipynb"]
    said = subprocess.run(validate, cwd=tmp_path, check=False, capture_output=True, text=True, timeout=120).stdout
    assert "VALIDATION FAILED ON 1 CELL" in said
    assert "CheckFailed: run: h is wrong. h: It has the wrong sign." in said
    assert "Traceback" not in said
