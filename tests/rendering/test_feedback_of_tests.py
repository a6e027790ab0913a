"""Ordinary test cells on the feedback page: what failed and why, and nothing of the hidden tests."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from traitlets.config import Config

from autograder.assignment import Assignment
from autograder.course.settings import Settings
from autograder.judging.hidden import IN_CODE, NOTICE, Delimiters, Redactor
from autograder.judging.shown import UNFINISHED
from autograder.record import TestRecord
from autograder.rendering.feedback.ordinary import Ending, as_it_ran, find
from tests.support.lab import browser_page, keep
from tests.support.quickstart import NAME, PROBLEM, RIGHT, Quickstart, new_cell, solved

slow = pytest.mark.slow

HIDDEN = "longest_list = squares(123)"
HIDDEN_TEST = 'assert longest_list[-1] == 15129, "the last square of a long list is wrong"'
MESSAGE = "the last square of a long list is wrong"
SMALL = RIGHT["squares"].replace("return", "return [0] if n > 100 else")
LEAKY = """import html, json, sys
from IPython.display import HTML, Latex, Markdown, display
def squares(n):
    code = In[-1]
    print("called with", n)
    print(code)
    print(repr(code), json.dumps(In), code.upper(), file=sys.stderr)
    for character in code:
        print(character)
    display(HTML(f"<p>{html.escape(code)}</p>"), Markdown(code), Latex(f"$ {code} $"))
    if n > 100:
        raise ValueError(code)
    return [i ** 2 for i in range(1, n + 1)]"""
TELLING = "for code in In:\n    print(code)\nIn"
COMMENT = "Look at **long** lists <again>."


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Quickstart:
    course = Quickstart.make(tmp_path_factory.mktemp("pages") / "course")
    released = course.released()
    course.hand_in("right", solved(released))
    course.hand_in("small", solved(released, squares=SMALL))
    course.hand_in("visible", solved(released, squares=RIGHT["squares"].replace("range(1, n + 1)", "range(1, 3)")))
    course.hand_in("untouched", released)
    leaky = solved(released, squares=LEAKY, sum_of_squares_application="print(1)\nmissing_name")
    leaky.cells.append(new_cell(TELLING))
    course.hand_in("leaky", leaky)
    course.nbgrader("autograde").check_returncode()
    with course.gradebook() as gradebook:
        gradebook.find_comment("squares", PROBLEM, NAME, "small").manual_comment = COMMENT
        gradebook.db.commit()
    course.nbgrader("generate_feedback").check_returncode()
    return course


def page(course: Quickstart, student: str) -> BeautifulSoup:
    return BeautifulSoup(course.page(student), "html.parser")


def words(element) -> str:
    return " ".join(element.get_text(" ").split())


def states(page: BeautifulSoup) -> dict[str, str]:
    return {line.a["href"][1:]: words(line.select_one(".state"))[2:] for line in page.select(".bars li")}


@slow
def test_each_test_has_its_marks_and_its_state(course: Quickstart) -> None:
    visible = page(course, "visible")
    assert states(visible) == {
        "correct_squares": "wrong",
        "squares_invalid_input": "right",
        "last_square": "wrong",
        "share_of_squares": "partly right",
        "first_square": "right",
        "when_graded": "wrong",
        "correct_sum_of_squares": "wrong",
        "sum_of_squares_uses_squares": "right",
        "sum_of_squares_equation": "not written yet",
        "sum_of_squares_application": "not written yet",
        "cell-938593c4a215c6cc": "to be marked by hand",
    }
    part = visible.find(id="share_of_squares")
    assert "partly right, 1 of 4 points" in words(part.summary)
    assert "The test gave a part of its points. What it showed 1.0" in words(part)
    assert words(visible.select(".bars a")[-1]) == "Part E (4 points)"  # its heading: the id is nbgrader's own


@slow
def test_a_visible_test_that_fails_is_shown_with_its_line_and_message(course: Quickstart) -> None:
    part = page(course, "visible").find(id="last_square")
    assert words(part.select_one(".headline")) == "A test failed."
    assert words(part.select_one(".line")).startswith("assert squares ( 4 )[ - 1 ] == 16")
    assert words(part.select_one(".error")) == "AssertionError: the last square for n = 4 should be 16"
    yours, test = part.select(".code .highlight")
    assert "range(1, 3)" in yours.get_text()
    assert IN_CODE in test.get_text() and "BEGIN HIDDEN" not in test.get_text()


@slow
def test_a_hidden_test_that_fails_says_so_and_shows_no_code(course: Quickstart) -> None:
    part = page(course, "small").find(id="last_square")
    assert words(part.select_one(".headline")) == "A hidden test failed."
    assert words(part.select_one(".error")) == f"AssertionError: {MESSAGE}"
    assert not part.select(".line")
    fix = page(course, "small").select_one(".fix li")
    assert words(fix) == f"last_square 2 points A hidden test failed: AssertionError: {MESSAGE}"


@slow
def test_a_comment_on_a_solution_stands_with_its_first_test(course: Quickstart) -> None:
    small = page(course, "small")
    (comment,) = small.select(".comment")
    assert words(comment) == "Comment Look at long lists <again>."
    assert small.find(id="correct_squares") in comment.parents


@slow
@pytest.mark.parametrize("student", ["right", "small", "visible", "untouched", "leaky"])
def test_no_page_has_a_line_of_the_hidden_tests(course: Quickstart, student: str) -> None:
    text = page(course, student).get_text()
    bare = "".join(character for character in text + course.page(student) if character.isalnum()).lower()
    for line in (HIDDEN, HIDDEN_TEST):
        assert "".join(character for character in line if character.isalnum()).lower() not in bare
    assert "15129" not in bare
    assert "HIDDEN TESTS" not in text


@slow
def test_of_a_leak_the_rest_is_shown(course: Quickstart) -> None:
    leaky = page(course, "leaky")
    part = leaky.find(id="last_square")
    assert words(part.select_one(".headline")) == "A hidden test failed."
    assert words(part.select_one(".error")).startswith("ValueError: ")
    assert NOTICE in words(part.select_one(".error"))
    assert "called with 4" in words(part) and "Where in your code Cell In[2], line 12, in squares" in words(part)
    assert NOTICE in words(leaky.select_one(".whole"))
    by_hand = leaky.find(id="sum_of_squares_application")
    assert "The cell ended in an error. NameError: name 'missing_name' is not defined" in words(by_hand)
    assert "What it showed 1" in words(by_hand)


@slow
def test_the_record_has_no_line_of_the_hidden_tests_either(course: Quickstart) -> None:
    assert HIDDEN not in str(course.graded("leaky").metadata)
    assert course.graded("leaky").metadata.grading.tests.last_square.error.endswith(NOTICE)
    assert HIDDEN in str(course.graded("leaky").cells)  # the instructor sees all


@slow
def test_who_has_written_nothing_is_told_what_to_write(course: Quickstart) -> None:
    untouched = page(course, "untouched")
    (only,) = untouched.select(".fix li")
    assert words(only).startswith(
        "Write squares , sum_of_squares , sum_of_squares_equation , sum_of_squares_application : they are not written"
    )
    assert [link["href"] for link in only.select("a")][:2] == ["#correct_squares", "#correct_sum_of_squares"]
    assert set(states(untouched).values()) == {"not written yet", "to be marked by hand"}


@slow
def test_a_course_may_show_its_tests(course: Quickstart, tmp_path: Path) -> None:
    with open(course.root / "nbgrader_config.py", "a") as file:
        file.write("c.GradeSubmission.show_tests = True\n")
    other = tmp_path / "feedback"
    try:
        done = course.nbgrader(
            "generate_feedback", "--student=small", f"--CourseDirectory.feedback_directory={other}", "--force"
        )
    finally:
        config = (course.root / "nbgrader_config.py").read_text()
        (course.root / "nbgrader_config.py").write_text(config.replace("c.GradeSubmission.show_tests = True\n", ""))
    assert done.returncode == 0, done.stderr
    shown = BeautifulSoup((other / "small" / NAME / f"{PROBLEM}.html").read_text(), "html.parser")
    part = shown.find(id="last_square")
    assert words(part.select_one(".headline")) == "A test failed."
    assert "longest_list" in part.select_one(".line").get_text()
    assert HIDDEN in part.select(".code .highlight")[-1].get_text()


@pytest.mark.browser
def test_the_page_as_a_browser_shows_it(course: Quickstart) -> None:
    with browser_page() as browser:
        for student in ("visible", "leaky"):
            browser.goto((course.root / "feedback" / student / NAME / f"{PROBLEM}.html").as_uri())
            assert browser.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            keep(browser, f"feedback_of_tests_{student}", whole=True)


def test_the_delimiters_are_those_that_nbgrader_has() -> None:
    own = {"begin_test_delimeter": "VERSTECKT", "end_test_delimeter": "SICHTBAR"}
    assert Settings.of(Config(ClearHiddenTests=own), Assignment()).hidden == Delimiters("VERSTECKT", "SICHTBAR")
    assert Settings.of(Config(), Assignment()).hidden == Delimiters()
    assert Settings.of(Config(GradeSubmission={"show_tests": True}), Assignment()).hidden.shown


SOURCE = "squares(1)\n### BEGIN HIDDEN TESTS\nassert squares(2) == [1, 4]\n### END HIDDEN TESTS\nassert squares(3)"


def found(line: int, ename: str = "AssertionError", more: tuple[str, ...] = (), source: str = SOURCE) -> Ending:
    """What is found in a cell that ran as the fifth and failed in this line."""
    place = [f"Cell \x1b[32mIn[5]\x1b[0m, line {line}\n----> {line} {source.splitlines()[line - 1]}"] if line else []
    traceback = ["-----", f"{ename}     Traceback", *place, *more, f"{ename}: no"]
    error = nbformat.v4.new_output("error", ename=ename, evalue="no", traceback=traceback)
    cell = nbformat.v4.new_code_cell(source, outputs=[error], execution_count=5)
    return find(cell, TestRecord(0.0, "no"), {5, 7}, Delimiters(), Redactor(Delimiters(), [source], []))


def test_the_failing_line_decides_what_is_said() -> None:
    assert (found(5).headline, found(5).line) == ("A test failed.", "assert squares(3)")
    assert (found(3).headline, found(3).line) == ("A hidden test failed.", "")
    assert found(5, "TypeError").headline == "A test ended in an error."
    assert found(0).headline == "A hidden test failed."  # no line is known, and the cell has hidden ones
    assert found(0, source="assert squares(3)").headline == "A test failed."


def test_a_sentence_of_the_teachers_takes_the_place_of_error_and_frames() -> None:
    source = SOURCE.replace("assert squares(2)", "### MESSAGE: Try <b>two</b>.\nassert squares(2)")
    ending = found(4, source=source, more=("Cell In[2], line 3, in squares(n)\n----> 3 n[0]",))
    assert (ending.headline, ending.said, ending.frames) == ("A hidden test failed.", "Try <b>two</b>.", ())
    assert ending.told == "A hidden test failed: Try <b>two</b>."
    assert found(3).said == "AssertionError"  # its words may have values


def test_frames_of_test_cells_are_not_shown() -> None:
    frames = ("Cell In[7], line 2, in helper()\n----> 2 secret(1)", "Cell In[2], line 3, in squares(n)\n----> 3 n[0]")
    assert found(5, more=frames).frames == (frames[1],)
    assert found(5, more=tuple(f"Cell In[2], line {'9' * 5000}" for _ in range(50))).headline == "A test failed."


def test_a_cell_that_did_not_finish_is_told_so() -> None:
    outputs = [
        nbformat.v4.new_output(
            "error", ename="KeyboardInterrupt", evalue="", traceback=["-", "K", "Cell In[2], line 1", ""]
        ),
        nbformat.v4.new_output("error", ename=UNFINISHED, evalue="It was stopped.", traceback=[]),
    ]
    cell = nbformat.v4.new_code_cell("squares(1)", outputs=outputs, execution_count=5)
    redactor = Redactor(Delimiters(), [], [])
    finding = find(cell, TestRecord(0.0), {5}, Delimiters(), redactor)
    assert (finding.told, finding.frames) == ("It was stopped.", ("Cell In[2], line 1",))
    assert as_it_ran(cell, redactor) == Ending("It was stopped.")


def test_what_costs_without_an_error_is_told() -> None:
    redactor = Redactor(Delimiters(), [], [])
    cell = nbformat.v4.new_code_cell("squares(1)", outputs=[], execution_count=5)
    said = {
        record: find(cell, record, {5}, Delimiters(), redactor).headline
        for record in (TestRecord(1.0), TestRecord(0.5), TestRecord(0.0), TestRecord(0.0, "careful"))
    }
    assert list(said.values()) == [
        "All tests passed.",
        "The test gave a part of its points.",
        "The test gave no points.",
        "The test wrote a warning, which costs its points.",
    ]
