"""What a student sees in JupyterLab, in a real browser. Screenshots are kept in test-artefacts/."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page

from autograder.course import Course
from autograder.plugin.release import IN_RELEASE, share_data
from autograder.submissions import fill_in
from tests.lab import browser_page, jupyterlab, run_all

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # the browser driver's pipes, when it closes
]

ARTEFACTS = Path(__file__).parent.parent / "test-artefacts"
NOTEBOOK = "1_rnn_layers.ipynb"
WRONG = """
def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)
"""


@pytest.fixture
def folder(course: Course, tmp_path: Path) -> Path:
    """The release as students get it, data included."""
    folder = tmp_path / course.assignment
    shutil.copytree(course.release, folder, ignore=shutil.ignore_patterns("__pycache__", "datasets"))
    share_data(course.data, folder / IN_RELEASE)
    return folder


@pytest.fixture
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page, kept as it looked at the end of its test, which is what one wants to see after a failure."""
    with browser_page() as page:
        yield page
        ARTEFACTS.mkdir(exist_ok=True)
        page.screenshot(path=ARTEFACTS / f"{request.node.name}.png")


def results(page: Page, exercise: str) -> Locator:
    """The output area of the cell that checks an exercise."""
    cell = page.locator(".jp-CodeCell", has=page.get_by_text(f'check("{exercise}")', exact=True))
    return cell.locator(".jp-OutputArea").first


def keep(page: Page, area: Locator, name: str) -> None:
    ARTEFACTS.mkdir(exist_ok=True)
    area.scroll_into_view_if_needed()
    page.screenshot(path=ARTEFACTS / f"{name}.png")


def test_untouched_release_runs_to_the_end(folder: Path, page: Page, course: Course, tmp_path: Path):
    with jupyterlab(folder, tmp_path) as address:
        run_all(page, address, NOTEBOOK)
        for exercise in course.points("1_rnn_layers"):
            assert "not written yet" in results(page, exercise).inner_text()
        keep(page, results(page, "rnn_step_forward"), "untouched")
        assert page.locator(".jp-OutputArea img").count() > 0  # the pictures of the data set open offline


def test_wrong_gradient_shows_table_sentence_and_heat_map(
    folder: Path, page: Page, course: Course, reference_code: str, tmp_path: Path
):
    released = nbformat.read(folder / NOTEBOOK, as_version=4)
    nbformat.write(fill_in(released, reference_code + WRONG), folder / NOTEBOOK)
    with jupyterlab(folder, tmp_path) as address:
        run_all(page, address, NOTEBOOK)
        wrong = results(page, "rnn_step_backward")
        assert wrong.locator("table tbody tr").count() == 5
        assert "5 of 5 outputs are wrong" in wrong.inner_text()
        assert wrong.locator("svg[aria-label*='entries are wrong']").count() == 1
        assert "Traceback" not in wrong.inner_text()
        keep(page, wrong, "wrong_gradient")
        for exercise in ("rnn_step_forward", "rnn_forward", "temporal_softmax_loss"):
            assert "pass" in results(page, exercise).inner_text()
