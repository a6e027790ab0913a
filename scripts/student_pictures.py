"""Make the pictures of what students see: a check in JupyterLab, the top of a feedback page, a verdict on it.

    python scripts/student_pictures.py

They are of the sample submission that carries no gradient through time. It needs Chromium, and takes two minutes.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import nbformat

from autograder.assignment import load
from autograder.building import demo
from tests.support.lab import browser_page, hand_out, jupyterlab, run_all

ROOT = Path(__file__).resolve().parents[1]
NAME, SAMPLE, NOTEBOOK, EXERCISE = "rnn_captioning", "no_carry", "1_rnn_layers", "rnn_backward"
PICTURES = ROOT / "docs" / "images"
TOP = {"x": 0, "y": 0, "width": 1200, "height": 900}  # of a feedback page
WHOLE = {"width": 1300, "height": 4000}  # of one: the code of an exercise moves when the page does


def main():
    """Grade the sample, then draw."""
    with tempfile.TemporaryDirectory() as folder:
        course, home = Path(folder, "course"), Path(folder, "home")
        assignment = demo.lay_out(load(ROOT, NAME), course)
        demo.nbgrader(course, "generate_assignment", NAME)
        demo.hand_in(assignment, [SAMPLE])
        demo.nbgrader(course, "autograde", NAME)
        demo.nbgrader(course, "generate_feedback", NAME)
        draw_feedback(course / "feedback" / SAMPLE / NAME / f"{NOTEBOOK}.html")
        home.mkdir()
        desk = hand_out(load(ROOT, NAME), home)
        draw_check(course / "submitted" / SAMPLE / NAME / f"{NOTEBOOK}.ipynb", desk, home)


def draw_feedback(page_file):
    """The top of the page in light colours, and one verdict in dark ones."""
    with browser_page(TOP["width"], TOP["height"]) as page:
        page.goto(page_file.as_uri())
        page.screenshot(path=PICTURES / "feedback.png", clip=TOP)
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size(WHOLE)
        page.locator(f"section#{EXERCISE}").screenshot(path=PICTURES / "feedback_verdict.png")


def draw_check(submitted, desk, home):
    """The output of one check, in a notebook that ends with it: Jupyter runs nothing after a check that fails."""
    notebook = nbformat.read(submitted, as_version=4)
    sources = [cell.source for cell in notebook.cells]
    notebook.cells = notebook.cells[: sources.index(f'check("{EXERCISE}")') + 1]
    nbformat.write(notebook, desk / f"{NOTEBOOK}.ipynb")
    with jupyterlab(desk, home) as address, browser_page(1280, 1000) as page:
        run_all(page, address, f"{NOTEBOOK}.ipynb")
        cell = page.locator(".jp-CodeCell", has_text=f'check("{EXERCISE}")').last
        shown = cell.locator(".jp-OutputArea").first
        for fold in shown.locator("summary").all()[:1]:
            fold.click()
        shown.scroll_into_view_if_needed()
        shown.screenshot(path=PICTURES / "check.png")


if __name__ == "__main__":
    main()
