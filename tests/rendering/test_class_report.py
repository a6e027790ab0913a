"""The report on a class: right figures, and a page that works alone."""

import csv
import json
import re
import statistics
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from markupsafe import escape

from autograder import record
from autograder.building.submissions import fill_in
from autograder.cli import main
from autograder.record import Event, Status
from autograder.rendering.class_report import figures, tables
from autograder.rendering.class_report.charts import strips
from autograder.rendering.class_report.command import make
from autograder.rendering.class_report.contents import STATUSES
from autograder.rendering.class_report.page import SECTIONS, render
from tests.support.batch import EXIT, LOOP, WRONG_STEP
from tests.support.class_report import EVIL, EXERCISE, soup, submission, told, words
from tests.support.course import NOTEBOOK, CourseFolder
from tests.support.lab import browser_page


@pytest.fixture
def report(assignment):
    everyone = [
        submission("ada"),
        submission("bob", 3.0),
        submission("cy", 0.0, notes=("word_embedding_backward did not finish in time.",), events=[Event.TIMED_OUT]),
        submission("=HYPERLINK()", 0.0, manual=True),
        submission(EVIL, None, Status.UNREADABLE, notes=(EVIL,)),
    ]
    return make(assignment, everyone)


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text().splitlines()))


def test_an_exercise_counts_who_has_all_some_and_no_points(report):
    (only,) = report.exercises
    assert (only.name, only.most, only.full, only.part, only.none) == (EXERCISE, 6.0, 1, 1, 2)
    assert only.mean == pytest.approx(statistics.fmean([1, 0.5, 0, 0]))


def parts(page) -> list[str]:
    return [part["id"] for part in page.find_all("section")]


def test_an_assignment_without_exercises_has_no_mistakes_and_no_relative_errors(report, tmp_path):
    page = soup(replace(report, judged=False, mistakes=()), tmp_path)
    assert parts(page) == [part for part in parts(soup(report, tmp_path)) if part not in ("mistakes", "errors")]
    assert ["#overview", *(link["href"] for link in page.nav.find_all("a"))] == [f"#{part}" for part in parts(page)]


def test_parts_stand_in_their_order_and_those_that_say_nothing_are_left_out(report, tmp_path):
    """One report is no time series, five students are no sample, and no two of them are wrong in the same way."""
    expected = [section.name for section in SECTIONS if section.name not in ("groups", "items", "again")]
    assert parts(soup(report, tmp_path)) == ["overview", *expected]


def test_an_ordinary_test_cell_is_shown_as_an_exercise_is(assignment, tmp_path, monkeypatch):
    first = assignment.notebooks[0].stem
    monkeypatch.setattr(
        type(assignment), "test_points", lambda _, notebook: {"test_shape": 2.0} if notebook == first else {}
    )
    tests = {"test_shape": record.TestRecord(0.5)}
    made = make(assignment, [submission("ada", tests=tests), submission("eve", None, Status.NOT_GRADED)])
    ordinary = made.exercises[-1]
    assert (ordinary.name, ordinary.most, ordinary.full, ordinary.part, ordinary.none) == ("test_shape", 2.0, 0, 1, 0)
    page = soup(made, tmp_path)
    ada, eve = page.select("#class tbody tr")
    assert ada["data-lost"].split() == ["1"] and not eve["data-lost"]  # the second in the list of the filter
    assert page.select_one("#lost option[value='1']").text == "test_shape"
    assert [[words(cell) for cell in line.select(".signs")] for line in (ada, eve)] == [["●◐"], ["\u2013\u2013"]]


def test_mistakes_are_ranked_by_how_many_made_them(report):
    (only,) = report.mistakes
    assert (only.mistake, only.text, only.students) == (
        "repeats_added_once", "Look at np.add.at.", ("cy", "=HYPERLINK()"),
    )  # fmt: skip


@pytest.mark.parametrize("told", ["看看 np.add.at。", EVIL, ""])
def test_advice_in_another_language_stands_under_the_english(assignment, tmp_path, told):
    given = {"Look at np.add.at.": told} if told else {}
    made = make(assignment, [submission("ada", 0.0), submission("bob", 0.0, translations=given)])
    advice = [words(each) for each in soup(made, tmp_path).select("#mistakes .advice")]
    assert advice == ["Look at np.add.at.", *given.values()]
    (line,) = read(next(path for path in tables.write(made, tmp_path) if path.stem == "mistakes"))
    assert (line["advice"], line.get("told", "")) == ("Look at np.add.at.", told)


def test_the_button_of_a_mistake_names_its_students_whatever_their_names_are(assignment, tmp_path):
    names = ["ada lovelace", 'o"neil', "d'arc", EVIL]
    page = soup(make(assignment, [submission(name, 0.0) for name in names]), tmp_path)
    assert json.loads(page.select_one("button[data-students]")["data-students"]) == names


def test_errors_are_counted_by_powers_of_ten_against_the_limit(report):
    (only,) = report.errors
    assert (only.output, only.limit, only.over, only.absent) == ("dW", 1e-11, 3, 0)
    assert only.counts[figures.bin_of(1e-12)] == 1 and only.counts[figures.bin_of(0.5)] == 3
    ((name, chart),) = strips(report.errors)
    assert name == EXERCISE and "dW: 3 of 4 over 1e-11" in chart
    assert chart.count('class="bad"') == 1 and chart.count('class="good"') == 1


def test_who_has_no_marks_is_in_the_table_and_not_in_the_mean(report, tmp_path):
    page = soup(report, tmp_path)
    assert told(page).startswith("4 of 5 submissions have marks. The mean is 2.2, the median 1.5 of 6 points;")
    row = page.find("tr", attrs={"data-student": EVIL})
    points, *_, status = [words(cell) for cell in row.find_all("td")[:-2]]
    assert (points, status) == ("none", f"unreadable 1 note {EVIL}")
    assert row.find("td")["data-value"] == "-1"  # below a zero when sorted


def test_every_status_that_somebody_has_stands_with_what_to_do_and_what_waits_comes_first(report, tmp_path):
    lines = soup(report, tmp_path).select(".statuses tbody tr")
    shown = {words(line.th): int(words(line.td)) for line in lines}
    assert list(shown.items()) == [("unreadable", 1), ("needs marking by hand", 1), ("timed out", 1), ("graded", 4)]
    assert all(words(line.find_all("td")[1]) for line in lines) and shown.keys() <= {name for name, _ in STATUSES}


def test_texts_of_students_are_no_markup_and_the_page_runs_its_own_script_only(report, tmp_path):
    html = render(report, tmp_path)
    assert EVIL not in html and str(escape(EVIL)) in html
    policy = soup(report, tmp_path).find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert "default-src 'none'" in policy and "'unsafe-inline'" not in policy.split("script-src")[1]
    assert not re.search(r"""(src|href)=["']?(https?:)?//|@import|url\(""", html)


def test_pictures_have_words_and_tables_have_heads(report, tmp_path):
    page = soup(report, tmp_path)
    assert all(svg.get("aria-label") for svg in page.find_all("svg") if not svg.parent.get("aria-hidden"))
    assert all(table.find("th", scope="col") for table in page.find_all("table"))


def test_tables_have_a_line_for_everyone_and_no_formulas(report, tmp_path):
    files = {path.stem: read(path) for path in tables.write(report, tmp_path)}
    marks = {line["student"]: line for line in files["marks"]}
    assert len(marks) == 5 and "'=HYPERLINK()" in marks
    assert (marks["bob"]["points"], marks["bob"][EXERCISE]) == ("3.0", "3.0")
    assert (marks[EVIL]["points"], marks[EVIL][EXERCISE], marks[EVIL]["statuses"]) == ("", "", "unreadable")
    assert files["mistakes"][0]["students"] == "2" and len(files["errors"]) == 8
    assert files["exercises"][0]["mean_share"] == "0.375"


def test_a_class_of_which_nobody_has_marks_is_a_page_too(assignment, tmp_path):
    page = soup(make(assignment, [submission("eve", None, Status.NOT_GRADED)]), tmp_path)
    assert told(page) == "The only submission has no marks: what to do stands below."
    assert not page.select("figure") and page.find("tr", attrs={"data-student": "eve"})


@pytest.mark.slow
def test_a_course_without_submissions_says_what_to_do(tmp_path, assignment, capsys):
    CourseFolder.make(tmp_path / "course", assignment)
    assert main(["report", "--course", str(tmp_path / "course")]) == 1
    assert "There are no submissions in" in capsys.readouterr().out


@pytest.fixture(scope="module")
def graded(tmp_path_factory, assignment, reference_code) -> CourseFolder:
    folder = CourseFolder.make(tmp_path_factory.mktemp("reported"), assignment, "c.GradeSubmission.call_limit = 1.0")
    folder.nbgrader("generate_assignment").check_returncode()
    released = nbformat.read(folder.release / NOTEBOOK, as_version=4)
    for student, code in {"ada": "", "bob": WRONG_STEP, "cy": LOOP, "di": EXIT}.items():
        folder.hand_in(student, nbformat.writes(fill_in(released, reference_code + code)))
    folder.hand_in("eve", "{")
    with folder.gradebook() as gradebook:
        gradebook.update_or_create_student("cy", first_name="Dénes", last_name="Kőnig")
    assert main(["grade", "--course", str(folder.root)]) == 1  # eve's is no notebook
    folder.nbgrader("generate_feedback", "--student=bob").check_returncode()
    assert main(["report", "--course", str(folder.root)]) == 0
    return folder


@pytest.mark.slow
@pytest.mark.browser
def test_filters_and_sorting_work_in_the_page(graded):
    with browser_page() as page:
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto((graded.root / "report" / "rnn_captioning" / "index.html").as_uri())
        assert page.locator("#students details.fold").get_attribute("open") is None  # folded until it is asked for
        page.click("nav a[href='#students']")
        assert page.locator("#shown").inner_text() == "5 of 5 students"

        def names() -> list[str]:
            return page.locator("#class tbody tr:visible th").all_inner_texts()

        page.fill("#name", "B")
        assert names() == ["bob"]
        page.fill("#name", "kőnig")
        assert names() == ["cy"]
        page.click("button[type=reset]")
        page.select_option("#status", "crashed")
        assert names() == ["di"]
        page.click("button[type=reset]")
        page.select_option("#lost", label="rnn_step_backward")
        assert names() == ["bob"]
        page.click("button[type=reset]")
        page.click("#students > details > summary")
        page.click("button[data-status='timed out']")
        page.wait_for_function("() => document.getElementById('shown').textContent.startsWith('1 of 5')")
        assert names() == ["cy"]  # and the part has opened
        page.click("button[type=reset]")
        page.click("#mistakes button[data-students]")
        page.wait_for_function("() => document.getElementById('shown').textContent.startsWith('1 of 5 students: ')")
        assert names() == ["bob"]
        page.click("button[type=reset]")
        page.wait_for_function("() => document.getElementById('shown').textContent === '5 of 5 students'")
        points = page.get_by_role("columnheader", name="points").get_by_role("button").last
        points.focus()
        page.keyboard.press("Enter")
        assert names()[0] == "eve" and names()[-1] == "ada"
        page.keyboard.press("Enter")
        assert names()[0] == "ada" and names()[-1] == "eve"
        page.hover("tr[data-student=bob] td.signs")
        assert "◐ rnn_step_backward" in page.locator("tr[data-student=bob] td.signs").get_attribute("title")
        link = page.locator("tr[data-student=bob] td:last-child a")
        assert (graded.root / "report" / "rnn_captioning" / link.get_attribute("href")).resolve().is_file()
        assert len(asked) == 1  # the page itself
        page.set_viewport_size({"width": 360, "height": 800})
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert (
            page.evaluate("document.documentElement.scrollWidth") == 360
        )  # nothing stands out of a telephone's screen


def give_by_hand(folder: CourseFolder, points: float | None) -> None:
    with folder.gradebook() as gradebook:
        grade = gradebook.find_grade("check_rnn_step_backward", "1_rnn_layers", "rnn_captioning", "bob")
        grade.manual_score = points
        gradebook.db.commit()


@pytest.mark.slow
def test_marks_that_move_are_seen_in_the_next_report(graded):
    """After a report that changes nothing, points given by hand, and a second report: two runs, one student."""
    home = graded.root / "report" / "rnn_captioning"
    assert main(["report", "--course", str(graded.root)]) == 0
    assert len((home / "history.jsonl").read_text().splitlines()) == 1
    give_by_hand(graded, 10.0)
    assert main(["report", "--course", str(graded.root), "--to", str(graded.root / "elsewhere")]) == 0
    give_by_hand(graded, None)
    page = BeautifulSoup((graded.root / "elsewhere" / "index.html").read_text(), "html.parser")
    assert [json.loads(each["data-students"]) for each in page.select("#again button[data-students]")] == [["bob"]]
    assert len((home / "history.jsonl").read_text().splitlines()) == 2 and not list(home.glob(".history*"))


@pytest.mark.slow
def test_the_marks_in_the_table_are_the_gradebook_s(graded):
    marks = {line["student"]: line for line in read(graded.root / "report" / "rnn_captioning" / "marks.csv")}
    with graded.gradebook() as gradebook:
        for student in ("ada", "bob", "cy", "di"):
            assert float(marks[student]["points"]) == gradebook.find_submission("rnn_captioning", student).score
            assert 0 < float(marks[student]["seconds"]) < 60
    assert marks["eve"]["points"] == "" and marks["eve"]["statuses"] == "unreadable"
