"""Numbers of students' own: what is made for each, that it is right, fresh and whole, and that marks stay the same."""

from __future__ import annotations

import csv
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import h5py
import nbformat
import numpy as np
import pytest
from nbgrader.api import Gradebook

from autograder.assignment import CASES, KIT, Assignment, load
from autograder.building import checks, release
from autograder.building.personal.template import fill
from autograder.building.submissions import fill_in
from autograder.cells import grade_id
from autograder.cli import main
from autograder.course.personal import Personal
from autograder.engine import SEED
from autograder.record import Status, load_from
from autograder.selfcheck.cases import read_exercise
from autograder.selfcheck.compare import compare
from tests.support.personal import NAME, STUDENTS, TEXT, build, make_course, notebook_in
from tests.support.saved import saved_marks

pytestmark = pytest.mark.slow  # a course is built
RIGHT = "def predict(X, W, b):\n    return X @ W + b\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """A course in which everybody has files of their own. Not to be changed."""
    assignment = make_course(tmp_path_factory.mktemp("personal") / "course")
    assert main(["personal", "--course", str(assignment.root)]) == 0
    return assignment


@pytest.fixture
def course(made: Assignment, tmp_path: Path) -> Assignment:
    shutil.copytree(made.root, tmp_path / "copy")
    return load(tmp_path / "copy", NAME)


def folder(assignment: Assignment, student: str) -> Path:
    return assignment.personal / student / NAME


def run(assignment: Assignment, *options: str) -> int:
    return main(["personal", "--course", str(assignment.root), *options])


def stamps(assignment: Assignment) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in sorted(assignment.personal.rglob("*.*"))}


def test_only_what_differs_is_there_and_it_differs(made: Assignment):
    for student in STUDENTS:
        files = {path.relative_to(folder(made, student)).as_posix() for path in folder(made, student).rglob("*.*")}
        assert files == {"fit.ipynb", f"{KIT}/{CASES}"}
    given = {tuple(cell.source for cell in notebook_in(folder(made, each)).cells) for each in STUDENTS}
    assert len(given) == len(STUDENTS)
    assert not any("OWN" in source or "{own" in source for sources in given for source in sources)


def test_texts_code_tests_and_the_table_say_the_same_numbers(made: Assignment):
    with (made.personal / f"{NAME}.csv").open(encoding="utf-8-sig", newline="") as file:
        table = {line["student"]: line for line in csv.DictReader(file)}
    assert list(table) == sorted(STUDENTS)
    for student in STUDENTS:
        cells = [cell.source for cell in notebook_in(folder(made, student)).cells]
        count, rate, steps, seed, n = (
            table[student][f"fit: {name}"] for name in ("count", "rate", "steps", "seed", "n")
        )
        assert cells[1] == f"With {count} points and a step of {rate}: {count} are few. 17 points."
        assert cells[3] == f"seed = {seed}\nrate, steps = {rate}, {steps}"
        assert cells[-1].startswith(f"n = {n}\nassert predict")


def test_the_release_says_the_usual_numbers_and_a_template_filled_with_them_is_the_release(made: Assignment):
    usual = notebook_in(made.release)
    assert usual.cells[1].source == "With 20 points and a step of 0.1: 20 are few. 17 points."
    own = Personal(made, "fits101")
    numbers = {name: number.usual for name, number in own.numbers["fit.ipynb"].items()}
    marked = release.generate(made, made.root.parent / "marked", usual_numbers=False) / "fit.ipynb"
    assert TEXT.split("{")[1] in marked.read_text()
    assert fill(marked.read_text(encoding="utf-8"), numbers) == (made.release / "fit.ipynb").read_text(encoding="utf-8")


def inputs(path: Path) -> dict[str, np.ndarray]:
    with h5py.File(path) as file:
        found: dict[str, np.ndarray] = {}
        file.visititems(lambda name, item: found.update({name: item[()]}) if "/inputs/" in name else None)
        return found


def test_visible_checks_have_other_numbers_and_none_of_the_hidden_ones(made: Assignment):
    usual = inputs(made.release / KIT / CASES)
    for student in STUDENTS:
        own = inputs(folder(made, student) / KIT / CASES)
        assert own.keys() == usual.keys()
        same = {name for name in own if np.array_equal(own[name], usual[name])}
        assert same == {name for name in own if "/published/" in name}
        hidden = [ex.draw(case, SEED)[name] for ex in made.exercises for case in ex.cases for name in ex.inputs]
        drawn = [own[name] for name in own if name not in same]
        assert not any(np.isin(array, np.concatenate([each.ravel() for each in hidden])).any() for array in drawn)


def test_visible_checks_are_right(made: Assignment):
    reference = made.reference()
    for student in STUDENTS:
        for name in made.by_name:
            exercise = read_exercise(folder(made, student) / KIT / CASES, name)
            for case in exercise.cases:
                names = {**reference, **case.inputs, "np": np}
                exec(exercise.call, names)
                for output, limit in exercise.limits.items():
                    assert compare(output, names[output], case.expected[output], limit).right


def test_marks_statuses_and_notes_do_not_depend_on_the_numbers(course: Assignment):
    """The same answers, written into the usual release and into students' own, graded by the command."""
    answers = {"right": RIGHT, "wrong": RIGHT.replace("+", "-"), "nothing": ""}
    for place in (course.release, folder(course, "ada"), folder(course, "bob")):
        for name, code in answers.items():
            to = course.root / "submitted" / f"{name} {place.parent.name}" / NAME
            to.mkdir(parents=True)
            nbformat.write(fill_in(notebook_in(place), code), to / "fit.ipynb")
    assert main(["grade", NAME, "--course", str(course.root), "--jobs", "1"]) == 0
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as gradebook:
        marks = saved_marks(gradebook, NAME)
    for name in answers:
        one, *others = (marks[f"{name} {place}"] for place in ("release", "ada", "bob"))
        assert others == [one, one]
        records = [record_of(course, f"{name} {place}") for place in ("release", "ada", "bob")]
        assert records[0] == records[1] == records[2]
    assert marks["right ada"]["check_predict"].auto == 4 and marks["right ada"]["test_shape"].auto == 2
    assert marks["wrong ada"]["check_predict"].auto < 4


def record_of(course: Assignment, student: str) -> dict[str, Any]:
    """What is kept of a grading, but for times and digests."""
    graded = notebook_in(course.root / "autograded" / student / NAME)
    record = load_from(graded.metadata)
    assert record and record.status is Status.GRADED
    return {**record.dump(), "seconds": 0, "submission": ""}


def test_what_is_fresh_is_left_alone_and_what_is_not_is_made_anew(
    course: Assignment, capsys: pytest.CaptureFixture[str]
):
    before = stamps(course)
    assert run(course) == 0
    assert "0 releases made, 3 as they were" in capsys.readouterr().out
    table = str(course.personal / f"{NAME}.csv")
    assert {**stamps(course), table: 0} == {**before, table: 0}
    (folder(course, "ada") / KIT / CASES).unlink()
    (course.personal / "bob" / f".{NAME}.made_from").write_text("something else")
    assert run(course, "--student", "bob") == 0 and not (folder(course, "ada") / KIT / CASES).exists()
    with open(table, encoding="utf-8-sig", newline="") as file:
        assert {line["student"]: line["name"] for line in csv.DictReader(file)} == {
            student: f"Given {student}" for student in STUDENTS
        }
    assert run(course) == 0
    assert "1 release made, 2 as they were" in capsys.readouterr().out
    assert (folder(course, "ada") / KIT / CASES).is_file()


def test_a_slip_is_a_sentence_from_both_commands_and_no_trace(course: Assignment, capsys: pytest.CaptureFixture[str]):
    path = course.source / "fit.ipynb"
    written = path.read_text()
    path.write_text(written.replace("10 to 40", "10 to"))
    for command in ("build", "personal"):
        assert main([command, "--course", str(course.root)]) == 2
        said = capsys.readouterr().err
        assert said.startswith("error: in fit.ipynb ") and "has the range '10 to': write" in said
        assert "Traceback" not in said
    notebook = nbformat.reads(written, as_version=4)
    next(cell for cell in notebook.cells if grade_id(cell) == "predict").metadata["tags"] = ["bonus"]
    nbformat.write(notebook, path)
    for command in ("build", "personal"):
        assert main([command, "--course", str(course.root)]) == 2
        said = capsys.readouterr().err
        assert said.startswith("error: the cell predict has the tag 'bonus' and no points") and "Traceback" not in said


def test_an_older_release_is_refused_and_older_files_are_not_given_out(
    course: Assignment, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    path = course.source / "fit.ipynb"
    path.write_text(path.read_text().replace("10 to 40", "10 to 50"))
    assert main(["handout", "--personal", "--course", str(course.root), "--to", str(tmp_path)]) == 2
    assert "is older than the release: run `python -m autograder personal" in capsys.readouterr().err
    path.write_text(path.read_text().replace("are few", "are many"))
    assert run(course) == 2
    assert "is not as the source has it now: run `python -m autograder build` first" in capsys.readouterr().err
    build(course)
    assert run(course) == 0
    assert "3 releases made" in capsys.readouterr().out
    assert "are many" in notebook_in(folder(course, "ada")).cells[1].source


def test_a_full_disk_leaves_whole_releases_and_the_next_run_makes_the_rest(
    course: Assignment, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    for student in STUDENTS:
        (course.personal / student / f".{NAME}.made_from").unlink()
    write, left = checks.write, [1]

    def full(assignment: Assignment, path: Path, seed: int) -> None:
        if not left:
            raise OSError(28, "No space left on device", str(path))
        left.pop()
        write(assignment, path, seed)

    monkeypatch.setattr(checks, "write", full)
    assert run(course, "--jobs", "1") == 2
    assert "the disk is full" in capsys.readouterr().err
    for student in STUDENTS:
        assert sorted(os.listdir(course.personal / student))[-1] == NAME and notebook_in(folder(course, student))
        assert not list((course.personal / student).glob(".making*"))
    monkeypatch.setattr(checks, "write", write)
    assert run(course, "--jobs", "1") == 0
    assert "2 releases made, 1 as they were" in capsys.readouterr().out


@pytest.mark.parametrize("student", ["adda", "../ada", ""])
def test_an_unknown_student_is_named_and_nothing_is_made(
    student: str, course: Assignment, capsys: pytest.CaptureFixture[str]
):
    shutil.rmtree(course.personal)
    assert run(course, "--student", "bob", student) == 2
    assert "there is no student" in capsys.readouterr().err
    assert not course.personal.exists()


def test_zip_files_are_whole_and_each_students_own(made: Assignment, tmp_path: Path):
    assert main(["handout", "--personal", "--course", str(made.root), "--to", str(tmp_path)]) == 0
    for student in STUDENTS:
        with zipfile.ZipFile(tmp_path / f"{student}.zip") as archive:
            names = set(archive.namelist())
            assert {f"{NAME}/START_HERE.md", f"{NAME}/{KIT}/check.py", f"{NAME}/fit.ipynb"} <= names
            assert not any("made_from" in name for name in names)
            own = nbformat.reads(archive.read(f"{NAME}/fit.ipynb").decode(), as_version=4)
            assert own.cells[1].source == notebook_in(folder(made, student)).cells[1].source
            assert archive.read(f"{NAME}/{KIT}/{CASES}") == (folder(made, student) / KIT / CASES).read_bytes()
