"""What a student sees in JupyterLab, in a real browser. Screenshots are kept in test-artefacts/."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page

from autograder.assignment import Assignment
from autograder.building.submissions import fill_in
from tests.support.house import SAMPLES
from tests.support.lab import browser_page, hand_out, jupyterlab, keep, run_all

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # the browser driver's pipes, when it closes
]

NOTEBOOK = "1_rnn_layers.ipynb"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a JupyterLab, and the folder that it serves."""
    root = tmp_path_factory.mktemp("lab")
    with jupyterlab(root, tmp_path_factory.mktemp("home")) as address:
        yield address, root


@pytest.fixture
def folder(assignment: Assignment, server: tuple[str, Path], request: pytest.FixtureRequest) -> Path:
    """The release as students get it, data included, in a folder of the test's own."""
    home = server[1] / request.node.name
    home.mkdir()
    return hand_out(assignment, home)


@pytest.fixture
def open_and_run(page: Page, server: tuple[str, Path], folder: Path) -> Callable[[str], None]:
    """Opens a notebook of the folder and runs all its cells."""
    address, root = server
    return lambda notebook: run_all(page, address, (folder / notebook).relative_to(root).as_posix())


@pytest.fixture
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page, kept as it looked at the end of its test, which is what one wants to see after a failure."""
    with browser_page() as page:
        yield page
        keep(page, request.node.name)


def results(page: Page, exercise: str) -> Locator:
    """The output area of the cell that checks an exercise."""
    cell = page.locator(".jp-CodeCell", has=page.get_by_text(f'check("{exercise}")', exact=True))
    return cell.locator(".jp-OutputArea").first


def keep_area(page: Page, area: Locator, name: str) -> None:
    area.scroll_into_view_if_needed()
    keep(page, name)


def test_untouched_release_runs_to_the_end(open_and_run: Callable[[str], None], page: Page, assignment: Assignment):
    open_and_run(NOTEBOOK)
    for exercise in assignment.points("1_rnn_layers"):
        assert "not written yet" in results(page, exercise).inner_text()
    keep_area(page, results(page, "rnn_step_forward"), "untouched")
    assert page.locator(".jp-OutputArea img").count() > 0  # the pictures of the data set open offline


def test_the_captioner_trains_speaks_and_is_checked(
    folder: Path, open_and_run: Callable[[str], None], page: Page, assignment: Assignment
):
    """The second notebook as a student has it who stores <START>; with short trainings."""
    for path in assignment.notebooks:
        sample = SAMPLES / path.stem / "start_stored.py"
        code = assignment.module(path).read_text() + (sample.read_text() if sample.exists() else "")
        nbformat.write(fill_in(nbformat.read(folder / path.name, as_version=4), code), folder / path.name)
    path = folder / "2_captioning.ipynb"
    path.write_text(path.read_text().replace("num_epochs=8,", "num_epochs=2,").replace("num_epochs=80", "num_epochs=8"))
    open_and_run(path.name)
    for exercise in ("captioning_rnn_loss", "captioning_rnn_training"):
        assert "pass" in results(page, exercise).inner_text()
    wrong = results(page, "captioning_rnn_sample")
    assert "<START> is stored as the first word" in wrong.inner_text()
    assert wrong.locator("svg[aria-label*='entries are wrong']").count() == 1
    keep_area(page, wrong, "captioner_wrong_sample")
    training = cell(page, "rnn_solver.train()")
    assert "100%  epoch 2 of 2, loss" in training.inner_text()
    assert training.locator("img").count() == 1
    keep_area(page, training, "captioner_training")
    gallery = cell(page, 'gallery(rnn_model, data, "val", np.arange(8))')
    assert gallery.locator("img").count() == 1
    keep_area(page, gallery, "captioner_gallery")


def cell(page: Page, code: str) -> Locator:
    """The output area of the cell with this code in it."""
    return page.locator(".jp-CodeCell").filter(has_text=code).last.locator(".jp-OutputArea").first
