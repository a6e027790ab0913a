"""The feedback page: what a student reads first, each verdict beside the code, and nothing that is not theirs."""

import json
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from bs4 import BeautifulSoup

from autograder.building.submissions import fill_in
from autograder.engine import SEED
from autograder.faces.nbgrader.feedback import TEMPLATE, TEMPLATES, callers
from autograder.judging.judge import Judge
from tests.support.batch import ANSWER, changed, place
from tests.support.course import NOTEBOOK, CourseFolder
from tests.support.house import EXERCISES, IN_ORDER
from tests.support.lab import browser_page, keep

pytestmark = pytest.mark.slow  # but for the last ones, all read pages of one class that is graded first

MISTAKES = '''
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    """<script>alert('a student wrote this')</script>"""
    next_h = np.tanh(x @ Wx - prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)

def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    dW[x] += dout
    return dW
'''
BY_HAND = {"rnn_step_forward": 6, "rnn_forward": 3, "rnn_backward": 12}  # raised, lowered, and as it was
COMMENT = "They vanish <b>and</b> explode."
APART = """() => [...document.querySelectorAll(".bars li")].map(line => {
    const [name, points] = ["a", ".points"].map(part => line.querySelector(part).getBoundingClientRect());
    return Math.abs((name.top + name.bottom) - (points.top + points.bottom)) / 2;
})"""
FOLDED = """() => [...document.querySelectorAll(".part .pair")].filter(part => !part.offsetHeight).length"""
CUT = """() => [...document.querySelectorAll(".part[id] pre")].filter(code => code.scrollWidth > code.clientWidth + 1)
    .map(code => code.textContent)"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory, assignment, reference_code) -> CourseFolder:
    folder = CourseFolder.make(tmp_path_factory.mktemp("feedback"), assignment)
    folder.nbgrader("generate_assignment").check_returncode()
    released = nbformat.read(folder.release / NOTEBOOK, as_version=4)
    solved = fill_in(released, reference_code)
    solved = changed(solved, lambda cells: cells[place(cells, ANSWER)].update(source="They vanish."))
    folder.hand_in("right", nbformat.writes(solved))
    for student in ("wrong", "by_hand"):
        folder.hand_in(student, nbformat.writes(fill_in(solved, reference_code + MISTAKES)))
    folder.hand_in("untouched", nbformat.writes(released))
    folder.hand_in("torn", json.dumps(solved)[:9000])
    folder.nbgrader("autograde").check_returncode()
    with folder.gradebook() as gradebook:
        where = Path(NOTEBOOK).stem, assignment.name, "right"
        grade = gradebook.find_grade(ANSWER, *where)
        grade.manual_score, grade.needs_manual_grade = 4.5, False
        gradebook.find_comment(ANSWER, *where).manual_comment = COMMENT
        for name, points in BY_HAND.items():
            grade = gradebook.find_grade(f"check_{name}", *where[:2], "by_hand")
            grade.manual_score, grade.extra_credit = points, 2 if name == "rnn_backward" else None
        gradebook.db.commit()
    folder.nbgrader("generate_feedback").check_returncode()
    return folder


@pytest.fixture
def text(folder):
    return lambda student: (folder.feedback(student) / NOTEBOOK).with_suffix(".html").read_text()


@pytest.fixture
def page(text):
    return lambda student: BeautifulSoup(text(student), "html.parser")


def words(element) -> str:
    return " ".join(element.get_text(" ").split())


def bars(page) -> dict[str, tuple[str, str]]:
    """Each line of the marks: the width of its bar, and what it says."""
    lines = page.select(".bars li")
    return {
        words(line.a): (line.select_one(".bar span")["style"], words(line).removeprefix(words(line.a)).strip())
        for line in lines
    }


def test_marks_come_first_as_bars(page, assignment):
    wrong = page("wrong")
    assert words(wrong.select_one(".total")).endswith("of 60 points")
    shown = bars(wrong)
    assert list(shown) == [*assignment.points("1_rnn_layers"), ANSWER.replace("_", " ").capitalize()]
    assert shown["rnn_forward"] == ("width: 100.0%", "8 of 8 ✓ right")
    assert shown["rnn_step_forward"][1].endswith("wrong") or "◐ partly right" in shown["rnn_step_forward"][1]
    assert shown[ANSWER.replace("_", " ").capitalize()] == ("width: 0.0%", "open, 6 points … to be marked by hand")
    sections = [section.get("aria-labelledby") or section["class"][0] for section in wrong.select("main > section")]
    assert sections[:3] == ["marks", "fix", "part"] and sections[-1] == "whole"


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the browser driver's pipes, when it closes
@pytest.mark.parametrize("width", [360, 400, 600, 1280])
def test_marks_stand_beside_their_own_exercise_on_every_screen_and_code_is_whole_on_paper(folder, width):
    with browser_page(width) as page:
        page.goto((folder.feedback("wrong") / NOTEBOOK).with_suffix(".html").as_uri())
        keep(page, f"feedback_{width}")
        assert max(page.evaluate(APART)) < 3
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        page.emulate_media(media="print", color_scheme="dark")
        assert page.evaluate(CUT) == [] and page.evaluate(FOLDED) == 0
        assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_what_to_fix_first_says_what_hangs_on_it(page):
    first, second = page("wrong").select(".fix li")
    assert words(first).startswith("rnn_step_forward")
    assert "why rnn_step_backward , rnn_forward , rnn_backward did not run right" in words(first)
    assert words(second).startswith("word_embedding_backward")
    assert "np.add.at" in words(second)
    assert {link["href"] for link in (first.a, second.a)} == {"#rnn_step_forward", "#word_embedding_backward"}


def test_what_a_person_has_set_stands_beside_the_verdict_of_the_checks(page):
    by_hand = page("by_hand")
    raised, lowered, same = (words(by_hand.find(id=name)) for name in BY_HAND)
    assert "set by hand, 6 of 6 points" in raised and "Set by hand: 6 of 6 points. The checks below give 0." in raised
    assert "rnn_step_forward: 0 of 6 checks are right." in raised
    assert "Set by hand: 3 of 8 points. The checks below give 8." in lowered
    assert "rnn_forward: all 8 checks are right." in lowered
    assert "set by hand, 12 of 12 points, and 2 more" in same and "The checks below give 12." in same
    first = by_hand.select_one(".fix li")
    assert words(first).startswith("rnn_step_forward no points lost: set by hand A term of next_h has the wrong sign")
    assert "Set by hand to less than the checks give: rnn_forward ." in words(by_hand.find(id="fix").parent)
    assert words(by_hand.select_one(".who")) == "by_hand · rnn_captioning" and not by_hand.nav  # it has one notebook


def test_who_has_written_nothing_is_told_so_once(page):
    (only,) = page("untouched").select(".fix li")
    assert words(only).startswith("Write rnn_step_forward , rnn_step_backward")
    assert "60 points" in words(only)
    assert {state for _, state in bars(page("untouched")).values()} >= {"0 of 6 ○ not written yet"}


def test_who_has_everything_right_has_nothing_to_fix(page):
    right = page("right")
    assert words(right.select_one(".total")) == "58.5 of 60 points"
    assert words(right.find(id="fix").parent) == "Nothing to fix All checks are right. Well done."
    answer = right.find(id=ANSWER)
    assert "partly right, 4.5 of 6 points" in words(answer)
    assert COMMENT in words(answer)  # its markup is text


def test_a_verdict_stands_beside_the_code_with_a_picture_of_the_error(page):
    part = page("wrong").find(id="word_embedding_backward")
    code, verdict = part.select_one(".pair").find_all("div", recursive=False)
    assert "dW[x] += dout" in code.get_text()
    assert "checks are right" in words(verdict.select_one("b"))
    picture = verdict.find("svg", role="img")
    assert re.fullmatch(r"dW, typical sizes: \d+ of \d+ entries are wrong, all in rows .*\.", picture["aria-label"])
    assert {shape["fill"] for shape in picture.find_all("rect")} == {"rgb(213, 94, 0)", "rgba(128, 128, 128, 0.28)"}
    assert part.details.has_attr("open")
    assert not page("right").find(id="word_embedding_backward").details.has_attr("open")


def test_what_was_graded_with_a_mistake_put_right_says_so(page):
    part = page("wrong").find(id="rnn_backward")
    assert part.details.has_attr("open")
    assert "because of a mistake in rnn_step_forward, which costs its own points" in words(part)


def test_a_submission_that_could_not_be_read_has_open_marks_and_no_zero(page):
    torn = page("torn")
    head = words(torn.header)
    assert "Not graded yet" in head and "they are not zero" in head and "is damaged" in head
    assert not torn.select(".bars") and not re.search(r"\b0\.?0? (of|/)", head)


def test_markup_that_students_write_stays_text(text, page):
    assert "<script>alert" not in text("wrong")
    assert "a student wrote this" in page("wrong").find(id="rnn_step_forward").get_text()


def test_a_page_needs_no_other_file(page):
    """Students get the HTML files only; formulas need MathJax from the network, as in all of Jupyter's pages."""
    for student in ("right", "wrong", "torn"):
        for image in page(student).find_all("img"):
            assert image["src"].startswith("data:"), image["src"][:80]
        assert not page(student).find_all("link", rel="stylesheet")


def test_every_picture_has_words_and_every_table_its_heads(page):
    for student in ("right", "wrong"):
        assert all(svg["aria-label"] for svg in page(student).find_all("svg"))
        assert all(image.get("alt") for image in page(student).find_all("img"))
        for table in page(student).select(".verdict table"):
            assert table.find("th", scope="col") and table.find("th", scope="row")


def numbers_in(text: str) -> set[int]:
    """The numbers with many digits in a text, as ten millionths."""
    return {int(whole + digits) for whole, digits in re.findall(r"(\d)\.(\d{7})", text)}


@pytest.fixture(scope="module")
def hidden(assignment) -> dict[str, np.ndarray]:
    """The hidden inputs and right values of all exercises, as ten millionths; no round numbers, as everybody has."""
    judge, found = Judge(assignment.reference(), SEED), {}
    for exercise in IN_ORDER:
        for case in exercise.cases:
            for name, array in {**judge.inputs(exercise, case), **judge.expected(exercise, case)}.items():
                values = np.abs(np.ravel(array).astype(float))
                drawn = values[np.abs(np.round(values, 3) - values) > 1e-9]
                found[f"{exercise.name}, {case.name}: {name}"] = np.unique(np.floor(drawn * 1e7))
    return found


def secrets_in(text: str, hidden: dict[str, np.ndarray], assignment, given: str = "") -> set[str]:
    """What a page must not hold: hidden inputs and right values, the seed, paths of the grader.

    given: what students have anyway, which is no secret.
    """
    found = {str(path) for path in (assignment.root, assignment.solutions, Path.home()) if str(path) in text}
    found |= {str(SEED)} & set(re.findall(r"\d+", text))
    shown = np.array(sorted(numbers_in(text) - numbers_in(given)))
    return found | {name for name, numbers in hidden.items() if np.isin(shown, numbers).any()}


def test_nothing_hidden_is_on_a_page(text, assignment, folder, hidden):
    given = "\n".join(cell.source for cell in nbformat.read(assignment.release / NOTEBOOK, as_version=4).cells)
    for student in ("right", "wrong", "untouched", "torn"):
        shown = text(student)
        assert not secrets_in(shown, hidden, assignment, given), student
        assert str(folder.root) not in shown
    reference = (assignment.solutions / "rnn_layers.py").read_text()
    lines = {line.strip() for line in reference.splitlines() if len(line.strip()) > 30}
    kept = {line for line in lines if line not in given}
    untouched = BeautifulSoup(text("untouched"), "html.parser").get_text()
    assert len(kept) > 15 and not [line for line in kept if line in untouched]
    mistakes = {line.strip() for each in IN_ORDER for mistake in each.mistakes for line in mistake.source.splitlines()}
    wrong = {line for line in mistakes if len(line) > 40 and line not in MISTAKES and line not in reference}
    told = BeautifulSoup(text("wrong"), "html.parser").get_text()
    assert not [line for line in wrong if line in told]


def test_the_search_finds_what_it_looks_for(assignment, hidden):
    judge, exercise = Judge(assignment.reference(), SEED), EXERCISES["rnn_step_forward"]
    case = exercise.cases[0]
    for value in (judge.inputs(exercise, case)["x"][0, 0], judge.expected(exercise, case)["next_h"][0, 0]):
        assert secrets_in(f"the value {value:.8f}", hidden, assignment)
    assert secrets_in(f"seed={SEED}", hidden, assignment) == {str(SEED)}
    assert secrets_in(f'File "{assignment.solutions}/rnn_layers.py"', hidden, assignment)
    assert not secrets_in("error 1.0e+00, limit 1e-08", hidden, assignment)


def test_later_exercises_are_named_in_the_course_s_order(assignment):
    assert callers(assignment)["rnn_forward"][0] == "rnn_backward"
    assert callers(assignment)["captioning_lstm_sample"] == []


def contrast(one: str, other: str) -> float:
    """The contrast of two colours "#rrggbb" by WCAG 2."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return float(np.dot([0.2126, 0.7152, 0.0722], linear))

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def themes() -> list[dict[str, str]]:
    """The colours of the page's style sheet by name, in light and dark."""
    css = (TEMPLATES / TEMPLATE / "style.css").read_text()
    return [
        dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root {(.*?)}", css, re.DOTALL)
    ]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_all_colours_of_text_can_be_read_in_both_themes(theme):
    colours = themes()[theme]
    for name in ("ink", "faint", "right", "part", "wrong", "open", "link"):
        assert contrast(colours[name], colours["card"]) >= 4.5, name


def test_the_change_that_makes_a_function_right_is_for_instructors(folder, text, page):
    graded = nbformat.read(folder.autograded("wrong") / NOTEBOOK, as_version=4)
    outputs = [output.data.get("text/plain", "") for cell in graded.cells for output in cell.get("outputs", [])]
    (edit,) = [each for each in outputs if each.startswith("For instructors only: ") and "in rnn_step_forward" in each]
    assert "x @ Wx - prev_h @ Wh + b)` becomes `" in edit and "x @ Wx + prev_h @ Wh" in edit
    assert "a change of line 3" in words(page("wrong"))
    assert "For instructors" not in text("wrong") and edit.rpartition("becomes ")[2][:-1].strip("`") not in text(
        "wrong"
    )
