"""A JupyterHub as docs/hub.md sets it up, with two courses and system accounts, driven in Chromium.

It takes a minute. Its proxy comes from npm, so `make hub` runs it, not `make test`. Pictures are in test-artefacts/.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from autograder.assignment import Assignment
from autograder.building.submissions import fill_in
from tests.support.hub import COURSES, FIRST_ID, PASSWORD, Hub, account_of, needed, running
from tests.support.lab import FLAGS, chromium, keep

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning")]

MINE, OTHER = COURSES
PATIENCE = 120_000  # milliseconds: a server starts in seconds, on a busy machine in many
CLOSED = "You do not have permission to access JupyterHub service"


@pytest.fixture(scope="module")
def hub(assignment: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    needed()
    with running(assignment, tmp_path_factory.mktemp("hub")) as hub:
        yield hub


@pytest.fixture(scope="module")
def browser(hub: Hub) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def person(browser: Browser, hub: Hub, name: str, to: str) -> Iterator[Page]:
    """A page of somebody who has logged in; kept as it looked at the end."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{hub.address}/hub/login?next={to}")
    page.fill("#username_input", name)
    page.fill("#password_input", PASSWORD)
    page.click("#login_submit")
    try:
        yield page
    finally:
        keep(page, f"hub_{name}_{to.strip('/').replace('/', '_')}")
        context.close()


def press(page: Page, column: str) -> None:
    """Press a button in Formgrader's only row, wait until it has succeeded, and close what it says."""
    page.locator(f"td.{column} a").first.click()
    page.locator(".modal-title", has_text="Success").wait_for()
    page.locator(".modal .close").last.click()
    page.locator(".modal-title").wait_for(state="detached")


def assignments(page: Page) -> Locator:
    """The Assignment List in a student's JupyterLab."""
    page.locator(".lm-MenuBar-itemLabel", has_text="Nbgrader").click()
    page.locator(".lm-Menu-item", has_text="Assignment List").click()
    page.locator("#course_list_default").wait_for()
    return page.locator("#assignments")


def courses(page: Page) -> list[str]:
    """What the list of courses offers."""
    page.wait_for_function("() => document.querySelectorAll('#course_list li').length > 0")
    return sorted(page.locator("#course_list li").all_text_contents())


@pytest.fixture(scope="module")
def released(hub: Hub, browser: Browser) -> None:
    """The other course gives out its assignment."""
    with person(browser, hub, "instructor2", f"/services/{OTHER}/formgrader") as page:
        press(page, "assign")
        press(page, "release")


def test_a_round_on_a_hub(assignment: Assignment, hub: Hub, browser: Browser, released: None):
    course, notebook = hub.course(MINE), assignment.notebooks[0].name
    with person(browser, hub, "instructor1", f"/services/{MINE}/formgrader") as formgrader:
        press(formgrader, "assign")
        press(formgrader, "release")

        with person(browser, hub, "student1", "/hub/spawn") as student:
            listed = assignments(student)
            assert courses(student) == [MINE]
            listed.get_by_text("Fetch", exact=True).first.click()
            folder = hub.home("student1") / MINE / assignment.name
            listed.locator("#fetched_assignments_list").get_by_text("Submit", exact=True).wait_for()
            assert account_of(folder / notebook) == "student1"
            solve(folder / notebook, assignment)
            listed.locator("#fetched_assignments_list").get_by_text("Submit", exact=True).click()
            listed.locator("#submitted_assignments_list .list_item").first.wait_for()

            press(formgrader, "collect")
            formgrader.goto(f"{hub.address}/services/{MINE}/formgrader/manage_submissions/{assignment.name}")
            assert account_of(course / "submitted" / "student1" / assignment.name / notebook) == f"grader-{MINE}"
            press(formgrader, "autograde")
            graded = nbformat.read(course / "autograded" / "student1" / assignment.name / notebook, as_version=4)
            assert graded.metadata["grading"]["sandbox"] == "full"
            assert formgrader.locator("td.score").inner_text() == "54 / 60"  # 6 for the written question
            keep(formgrader, "hub_graded")
            press(formgrader, "generate-feedback")
            press(formgrader, "release-feedback")

            student.locator("#refresh_assignments_list").click()
            listed.get_by_text("Fetch Feedback", exact=True).first.click()
            listed.get_by_text("(view feedback)").first.wait_for()
            (page,) = folder.glob("feedback/*/*.html")
            student.goto(f"{hub.address}/user/student1/files/{page.relative_to(hub.home('student1')).as_posix()}")
            assert "54" in student.inner_text("body")
            keep(student, "hub_feedback")


def solve(path: Path, assignment: Assignment) -> None:
    """Write the solution into the student's notebook, as if they had typed it."""
    code = assignment.module(assignment.notebooks[0]).read_text()
    path.write_text(nbformat.writes(fill_in(nbformat.read(path, as_version=4), code)))


@pytest.mark.parametrize(("name", "course"), [("student1", MINE), ("student1", OTHER), ("instructor2", MINE)])
def test_a_formgrader_opens_for_its_graders_alone(hub: Hub, browser: Browser, name: str, course: str):
    with person(browser, hub, name, f"/services/{course}/formgrader") as page:
        page.get_by_text(f"{CLOSED} {course}").wait_for()


def test_who_is_in_two_courses_sees_both(hub: Hub, browser: Browser, released: None):
    with person(browser, hub, "student2", "/hub/spawn") as page:
        listed = assignments(page)
        assert courses(page) == sorted(COURSES)
        page.locator("#course_list_dropdown").click()
        page.locator("#course_list").get_by_text(OTHER).click()
        listed.get_by_text("Fetch", exact=True).first.click()
        listed.locator("#fetched_assignments_list").get_by_text("Submit", exact=True).wait_for()
        assert [path.name for path in (hub.home("student2") / OTHER).iterdir()] == [OTHER]


def test_an_instructor_finds_the_course_in_the_list(hub: Hub, browser: Browser):
    with person(browser, hub, "instructor1", "/hub/spawn") as page:
        page.locator(".lm-MenuBar-itemLabel", has_text="Nbgrader").click()
        page.locator(".lm-Menu-item", has_text="Course List").click()
        page.locator("#formgrader_list .list_item").first.wait_for()
        listed = page.locator("#formgrader_list").inner_text()
        assert MINE in listed and OTHER not in listed


def test_accounts_read_neither_one_another_nor_a_course(hub: Hub):
    closed = [hub.course(MINE), hub.home("student2"), hub.machine / "srv" / "hub"]
    for number in (FIRST_ID, FIRST_ID + 3):  # a student, an instructor
        for folder in closed:
            seen = subprocess.run(["ls", folder], user=number, group=number, extra_groups=[], capture_output=True)
            assert b"Permission denied" in seen.stderr, folder
