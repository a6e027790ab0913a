"""Both people who use the course, in a real browser: a student in JupyterLab, an instructor in Formgrader."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from autograder.assignment import Assignment
from autograder.building.submissions import fill_in
from tests.support.batch import ANSWER, changed, place
from tests.support.batch_command import light
from tests.support.course import NOTEBOOK, CourseFolder
from tests.support.lab import TOKEN, browser_page, hand_out, jupyterlab, keep, run_all

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # the browser driver's pipes, when it closes
]

PATIENCE = 90_000  # milliseconds
NAME = Path(NOTEBOOK).stem
WRONG = """def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    dW[x] += dout
    return dW"""
SLIP = """def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)"""
WAITING, DONE = "needs manual grading", "graded"


def cell(page: Page, text: str) -> Locator:
    return page.locator(".jp-CodeCell", has=page.locator(".jp-InputArea", has_text=text)).first


def run(page: Page, code_cell: Locator) -> None:
    """Run a cell and wait until it has run."""
    prompt = code_cell.locator(".jp-InputArea-prompt")
    before = prompt.inner_text()
    code_cell.locator(".jp-InputArea-editor").click()
    page.keyboard.press("Control+Enter")
    expect(prompt).not_to_have_text(before, timeout=PATIENCE)
    expect(prompt).to_have_text(re.compile(r"\[\d+\]"), timeout=PATIENCE)


def rewrite(page: Page, function: str, code: str) -> None:
    """Put other code into the cell that defines a function, as one who types it, and run the cell."""
    code_cell = cell(page, f"def {function}(")
    code_cell.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(code)
    run(page, code_cell)


def checked(page: Page, exercise: str) -> Locator:
    """Run a check, and give what it shows."""
    code_cell = cell(page, f'check("{exercise}")')
    run(page, code_cell)
    return code_cell.locator(".jp-OutputArea").first


def test_a_student_breaks_a_function_reads_the_check_mends_it_and_validates(
    assignment: Assignment, reference_code: str, tmp_path: Path
) -> None:
    folder = hand_out(assignment, tmp_path)
    released = light(nbformat.read(folder / NOTEBOOK, as_version=4))
    solved = fill_in(released, reference_code)
    solved = changed(solved, lambda cells: cells[place(cells, ANSWER)].update(source="They shrink at every step."))
    nbformat.write(solved, folder / NOTEBOOK)
    with jupyterlab(folder, tmp_path) as address, browser_page(1280, 900) as page:
        run_all(page, address, NOTEBOOK)
        for exercise in assignment.points(NAME):
            expect(cell(page, f'check("{exercise}")')).to_contain_text("pass")

        rewrite(page, "rnn_step_backward", SLIP)
        shown = checked(page, "rnn_step_backward")
        expect(shown.locator("table tbody tr")).to_have_count(5)
        expect(shown).to_contain_text("5 of 5 outputs are wrong")
        expect(shown.locator("svg[aria-label*='entries are wrong']")).to_have_count(1)
        assert "Traceback" not in shown.inner_text()
        shown.scroll_into_view_if_needed()
        keep(page, "student_check")
        said = validated(page, "student_validate")
        assert "rnn_step_backward" in said and "rnn_backward" in said  # which calls it
        assert "Success" not in said

        rewrite(page, "rnn_step_backward", SLIP.replace("next_h)\n", "next_h**2)\n"))
        expect(checked(page, "rnn_step_backward")).to_contain_text("pass")
        assert "Success" in validated(page, "student_validated")


def validated(page: Page, picture: str) -> str:
    """Press Validate; gives what the dialog says."""
    page.locator(".validate-button").first.click()
    dialog = page.locator(".jp-Dialog", has_text=re.compile("Validation|Success|fail", re.IGNORECASE)).last
    try:
        dialog.wait_for(timeout=PATIENCE)
    finally:
        keep(page, picture)
    text = dialog.inner_text()
    dialog.locator("button").last.click()
    return text


@pytest.fixture
def folder(tmp_path: Path, reference_code: str) -> CourseFolder:
    """A course in which two students have handed in; nothing is released or graded."""
    folder = CourseFolder.released(tmp_path / "course")
    released = nbformat.read(folder.release / NOTEBOOK, as_version=4)
    solved = fill_in(released, reference_code)
    solved = changed(solved, lambda cells: cells[place(cells, ANSWER)].update(source="They shrink at every step."))
    folder.hand_in("ada", nbformat.writes(solved))
    folder.hand_in("bob", nbformat.writes(fill_in(solved, f"{reference_code}\n\n{WRONG}")))
    return folder


def row(page: Page, name: str) -> Locator:
    return page.locator("tbody tr", has=page.get_by_text(name, exact=True))


def press(page: Page, button: Locator, said: str) -> None:
    """Press one of Formgrader's buttons and wait for its answer, which must be that all went well."""
    button.click()
    modal = page.locator(".modal.in")
    modal.wait_for(timeout=PATIENCE)
    assert said in modal.inner_text(), modal.inner_text()
    modal.get_by_role("button", name="OK").click()
    page.locator(".modal-backdrop").wait_for(state="detached")


def test_an_instructor_generates_grades_marks_and_gives_feedback(folder: CourseFolder, tmp_path: Path) -> None:
    shutil.rmtree(folder.release)
    with jupyterlab(folder.root, tmp_path) as address, browser_page(1280, 900) as page:
        page.goto(f"{address}/login?token={TOKEN}&next=%2Fformgrader")
        assignment = row(page, folder.assignment.name)
        assignment.wait_for(timeout=PATIENCE)
        press(
            page,
            assignment.locator(".generate a, td.generate-assignment a, .assign a, .glyphicon-education").first,
            "Success",
        )
        assert (folder.release / NOTEBOOK).is_file()
        keep(page, "formgrader_assignments")

        assignment.locator(".num-submissions a").click()
        for student in ("ada", "bob"):
            row(page, student).wait_for(timeout=PATIENCE)
            press(page, row(page, student).locator("td.autograde a"), "Success")
            expect(row(page, student).locator("td.status")).to_have_text(WAITING)
        expect(row(page, "ada").locator("td.score")).to_have_text("54 / 60")
        keep(page, "formgrader_submissions")

        mark_by_hand(page, address, folder, "bob", 4.5)
        page.goto(f"{address}/formgrader/manage_submissions/{folder.assignment.name}")
        row(page, "bob").wait_for(timeout=PATIENCE)
        expect(row(page, "bob").locator("td.status")).to_have_text(DONE)
        expect(row(page, "bob").locator("td.score")).to_have_text("53.25 / 60")
        press(page, row(page, "bob").locator("td.generate-feedback a"), "Success")

        page.goto((folder.feedback("bob") / f"{NAME}.html").as_uri())
        assert "53.25 of 60 points" in page.locator(".total").inner_text()
        assert "np.add.at" in page.locator(".fix").inner_text()
        assert "Say why they shrink." in page.locator(f"#{ANSWER}").inner_text()
        keep(page, "feedback")


def mark_by_hand(page: Page, address: str, folder: CourseFolder, student: str, points: float) -> None:
    """Open a graded notebook, give the written answer points and a comment."""
    with folder.gradebook() as gradebook:
        notebook = gradebook.find_submission_notebook(NAME, folder.assignment.name, student).id
    page.goto(f"{address}/formgrader/submissions/{notebook}/")
    field = page.locator(f"#{ANSWER}")
    page.wait_for_load_state("networkidle")  # the marks so far have come
    field.scroll_into_view_if_needed()
    answer = page.locator(".nbgrader_cell", has=field)
    expect(answer).to_contain_text("They shrink at every step.")
    field.fill(f"{points:g}")
    with page.expect_response(lambda response: "/api/grade/" in response.url and response.request.method == "PUT"):
        field.press("Tab")
    comment = answer.locator("textarea.comment")
    comment.fill("Say why they shrink.")
    with page.expect_response(lambda response: "/api/comment/" in response.url and response.request.method == "PUT"):
        comment.press("Tab")
    keep(page, "formgrader_graded")
