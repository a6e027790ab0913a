"""A class of sixty, of whom twelve are wrong in four ways that nothing explains: one sentence reaches all of each."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from autograder import record as records
from autograder.assignment import load
from autograder.cli import main
from autograder.course.comments import Comments, signatures_in
from autograder.course.marks import course_directory, read_records
from autograder.engine import Engine
from autograder.faces.gradescope.grading import GradedNotebook
from autograder.faces.gradescope.results import scores
from autograder.record import ExerciseRecord, load_from
from autograder.rendering.class_report.command import make, read_class
from autograder.rendering.class_report.functions import Written
from autograder.rendering.class_report.page import render
from autograder.rendering.groups.grouping import Group, grouped
from autograder.rendering.taught import taught
from tests.support.alike import LATER, NAME, Alike

pytestmark = pytest.mark.slow
SENTENCE = "Look at `b`: <b>$b$ & $b^2$</b> differ.\nThen again."
SHOWN = "Your instructor: Look at b: <b>$b$ & $b^2$</b> differ.\nThen again."


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Alike:
    course = Alike.make(tmp_path_factory.mktemp("alike"))
    assert course.run("grade") == 0
    return course


@pytest.fixture
def course(graded: Alike) -> Alike:
    """The graded class, on which nobody has said anything."""
    for made in ("comments", "feedback", "report"):
        shutil.rmtree(graded.root / made, ignore_errors=True)
    return graded


def groups_of(course: Alike) -> list[Group]:
    assignment = course.assignment
    submissions = read_class(course_directory(course.root), assignment)
    return grouped(assignment, submissions, Comments.of(course.root, NAME))


def names_of(course: Alike) -> dict[tuple[str, ...], str]:
    return {group.students: group.name for group in groups_of(course)}


def part(course: Alike, student: str, exercise: str) -> BeautifulSoup:
    return BeautifulSoup(course.page(student), "html.parser").find(id=exercise)


def test_there_are_exactly_four_groups_and_nobody_else_is_in_them(course: Alike) -> None:
    found = groups_of(course)
    expected = {(exercise, tuple(sorted(students))) for (exercise, _), students in course.members.items()}
    assert {(group.exercise, group.students) for group in found} == expected and len(found) == 4
    assert all(group.count == 3 and group.code and group.example in group.students for group in found)


def test_the_command_shows_each_group_with_code_and_what_to_type(course: Alike, capsys) -> None:
    assert course.run("groups") == 0
    said = capsys.readouterr().out
    for group in groups_of(course):
        assert f"{group.exercise}, group {group.name}: 3 students\n" in said
        assert f'python -m autograder comment {NAME} {group.name} "..."' in said
        assert group.code.splitlines()[-1].strip() in said
    assert "loss: in all 6 cases" in said and "dW, db: in all 6 cases" in said
    assert said.endswith("4 groups without a sentence of yours, 0 with one.\n")


def test_one_sentence_reaches_all_three_and_nobody_else_and_a_fourth_who_comes_later(course: Alike, capsys) -> None:
    for (exercise, _), students in course.members.items():
        sentence = SENTENCE if exercise == "predict" else "Square the errors."
        assert course.run("comment", names_of(course)[tuple(sorted(students))], sentence) == 0
        assert "It reaches 3 students now" in capsys.readouterr().out
    later = course.root / "submitted" / "陈 later"
    course.hand_in(later.name, LATER)
    assert course.run("grade") == 0
    comments = Comments.of(course.root, NAME)
    reached = {
        each.student
        for each in read_class(course_directory(course.root), course.assignment)
        if comments.told(signatures_in(each.exercises, each.tests))
    }
    assert reached == {later.name, *(each for students in course.members.values() for each in students)}
    right = next(each.name for each in (course.root / "submitted").iterdir() if each.name not in reached)
    for student in (right, later.name, *course.members["predict", "bias squared"]):
        course.nbgrader("generate_feedback", f"--student={student}")
    assert "instructor: " not in course.page(right)
    for student in (later.name, *course.members["predict", "bias squared"]):
        found = part(course, student, "predict").select(".teacher")
        assert [each.get_text().strip() for each in found] == [SHOWN] and found[0].code.get_text() == "b"
        first = BeautifulSoup(course.page(student), "html.parser").select_one(".fix li")
        assert SHOWN in first.get_text() and not found[0].find_parent(class_="tex2jax_process")
    shutil.rmtree(later)
    shutil.rmtree(course.root / "autograded" / later.name)


def test_nothing_is_graded_again_and_marks_stay(course: Alike) -> None:
    before = {path: path.read_bytes() for path in (course.root / "autograded").rglob("*.ipynb")}
    name = next(iter(names_of(course).values()))
    assert course.run("comment", name, "Look.") == 0
    assert course.run("grade") == 0
    assert {path: path.read_bytes() for path in (course.root / "autograded").rglob("*.ipynb")} == before


def test_sentences_are_translated_replaced_and_taken_back(course: Alike, capsys) -> None:
    name = next(iter(names_of(course).values()))
    assert course.run("comment", name, "Über alles.", "--in", "zh_CN") == 2
    assert course.run("comment", name, "One.") == 0 and course.run("comment", name, "看看 b。", "--in", "zh_CN") == 0
    (comment,) = Comments.of(course.root, NAME).all
    assert (comment.said(""), comment.said("zh_CN"), comment.example) == ("One.", "看看 b。", comment.example)
    assert course.run("comment", name, "x", "--in", "xx_XX") == 2
    assert main(["comment", "--course", str(course.root), name, "Two."]) == 0  # the only assignment
    assert "It takes the place of: One." in capsys.readouterr().out
    (comment,) = Comments.of(course.root, NAME).all
    assert (comment.said("zh_CN"), dict(comment.translations)) == ("Two.", {})
    assert course.run("groups") == 0 and "you say:  Two." in capsys.readouterr().out
    assert course.run("comment", name, "--remove") == 0 and Comments.of(course.root, NAME).all == ()
    assert course.run("comment", name, "--remove") == 2


def test_mistakes_of_the_instructor_end_in_a_sentence(course: Alike, capsys, monkeypatch) -> None:
    assert course.run("comment", "zzzzz", "Look.") == 2
    assert "there is no group 'zzzzz'" in capsys.readouterr().err
    name = next(iter(names_of(course).values()))
    assert course.run("comment", name) == 2 and course.run("comment", name, " ") == 2
    assert "the sentence is empty" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO("From a file,\nin two lines.\n"))
    assert course.run("comment", name, "-") == 0
    assert Comments.of(course.root, NAME).all[0].sentence == "From a file,\nin two lines."
    path = course.root / "comments" / f"{NAME}.toml"
    path.write_text(path.read_text().replace("sentence ", "sentense ", 1))
    for command in ("groups", "report"):
        assert course.run(command) == 2
        assert f"{path}, the comment that begins on line 1" in capsys.readouterr().err
    with pytest.raises(AssertionError, match="sentense"):
        course.nbgrader("generate_feedback")
    assert not (course.root / "feedback").exists()


def test_the_report_lists_groups_and_counts_a_sentence_as_a_mistake(course: Alike) -> None:
    (own, *others) = groups_of(course)
    assert course.run("report") == 0
    page = BeautifulSoup((course.root / "report" / NAME / "index.html").read_text(), "html.parser")
    assert len(page.select("#groups tbody tr")) == 4
    said = page.select_one("#groups").get_text()
    assert all(group.name in said for group in (own, *others)) and own.example not in said
    shown = ["\n".join(line.get_text() for line in code.find_all("span")) for code in page.select("#groups pre")]
    assert len(shown) == 4 and all(code.startswith(("def predict", "def squared_loss")) for code in shown)
    assert course.run("comment", own.name, SENTENCE) == 0 and course.run("report") == 0
    page = BeautifulSoup((course.root / "report" / NAME / "index.html").read_text(), "html.parser")
    assert len(page.select("#groups tbody tr")) == 3
    (row,) = [row for row in page.select("#mistakes tbody tr") if own.name in row.get_text()]
    assert row.button.get_text() == "3" and "<b>$b$" in row.get_text()
    lines = list(csv.DictReader(io.StringIO((course.root / "report" / NAME / "mistakes.csv").read_text())))
    (line,) = [line for line in lines if own.name in line["mistake"]]
    assert (line["exercise"], line["students"]) == (own.exercise, "3") and line["advice"].startswith("Look at `b`")


def test_a_comment_on_what_is_gone_reaches_nobody_and_is_said(course: Alike, capsys) -> None:
    group = groups_of(course)[0]
    assert course.run("comment", group.name, "Look.") == 0
    path = course.root / "comments" / f"{NAME}.toml"
    path.write_text(path.read_text().replace('= "predict"', '= "gone"'))
    capsys.readouterr()
    assert course.run("groups") == 0
    assert "gone, which the assignment no longer has" in capsys.readouterr().out
    assert course.run("report") == 0
    course.nbgrader("generate_feedback", f"--student={group.students[0]}")
    assert "instructor: " not in course.page(group.students[0])


def test_signatures_stay_with_the_course(course: Alike) -> None:
    student = course.members["predict", "bias squared"][0]
    path = course.root / "autograded" / student / NAME / "fit.ipynb"
    signature = load_from(nbformat.read(path, as_version=4).metadata).exercises["predict"].signature
    assert course.run("comment", names_of(course)[tuple(sorted(course.members["predict", "bias squared"]))], "Ha.") == 0
    course.nbgrader("generate_feedback", f"--student={student}")
    page = course.page(student)
    assert "Ha." in page and all(str(number) not in page for trace in signature for number in trace.sums)
    assert "signature" not in page and '"sums"' not in page
    assert course.run("handout", "--to", str(course.root / "handout.zip")) == 0
    released = [path for path in (course.root / "release").rglob("*") if path.is_file()]
    assert not any(b"Ha." in path.read_bytes() for path in [*released, course.root / "handout.zip"])


def test_records_of_an_older_version_are_read_and_said(course: Alike, capsys) -> None:
    folder = course.root / "autograded" / course.members["predict", "bias squared"][0] / NAME
    path = folder / "fit.ipynb"
    before = path.read_bytes()
    notebook = json.loads(before)
    kept = notebook["metadata"][records.KEY]
    kept["version"] = 3
    for exercise in kept["exercises"].values():
        del exercise["signature"]
    path.write_text(json.dumps(notebook))
    try:
        assert read_records(folder)["fit"].exercises["predict"] == ExerciseRecord(
            **{**vars(load_from(json.loads(before)["metadata"]).exercises["predict"]), "signature": ()}
        )
        assert course.run("groups") == 0
        said = capsys.readouterr().out
        assert "1 submission was graded before answers were compared" in said and said.count("2 students") == 1
    finally:
        path.write_bytes(before)


def test_the_page_is_safe_whatever_students_have_written(course: Alike) -> None:
    assignment = load(course.root, NAME)
    evil = "</pre><script>alert(1)</script>"
    submissions = read_class(course_directory(course.root), assignment)
    for each in submissions:
        each.functions.update(predict=Written(f"def predict(X, W, b):\n    return '{evil}'"))
    made = make(assignment, submissions, grouped(assignment, submissions, Comments.of(course.root, NAME)))
    page = render(made, Path(course.root))
    assert evil not in page and "&lt;script&gt;" in page


def test_gradescope_and_pytest_tell_it_too(course: Alike) -> None:

    students = tuple(sorted(course.members["predict", "bias squared"]))
    assert course.run("comment", names_of(course)[students], SENTENCE) == 0
    assignment = course.assignment
    assert course.run("gradescope", "--to", str(course.root / "package.zip")) == 0
    packed = zipfile.ZipFile(course.root / "package.zip").read(f"comments/{NAME}.toml").decode()
    assert "differ.\\nThen again." in packed and not any(student in packed for student in students)
    with Engine(assignment) as engine:
        submitted = nbformat.read(course.root / "submitted" / students[0] / NAME / "fit.ipynb", as_version=4)
        graded = engine.grade(submitted, "fit")
    assert taught(assignment, graded) == {"predict": f"Your instructor: {SENTENCE}"}
    shown = {name: more["output"] for name, _, _, more in scores(assignment, GradedNotebook("fit", (), graded))}
    assert "Your instructor: Look at <code" in shown["predict"] and "&lt;b&gt;$b$ &amp;" in shown["predict"]
    assert not any("instructor" in said for name, said in shown.items() if name != "predict")
