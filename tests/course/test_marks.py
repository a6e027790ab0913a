"""The command `marks`, where the configuration has an error."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from autograder.assignment import Assignment
from autograder.course.marks import Row, read_graded, read_records, rows_with_notebooks, table
from autograder.course.people import full_name
from autograder.faces.nbgrader.setup import prepare
from autograder.record import ExerciseRecord, Record, Status, store
from autograder.selfcheck.language import columns
from tests.support.warm_nbgrader import autograder


def broken(root: Path, assignment: Assignment) -> Path:
    for name in ("source", "exercises", "solutions"):
        (root / name).symlink_to(assignment.root / name)
    shutil.copy(assignment.root / "nbgrader_config.json", root)
    file = root / "nbgrader_config.py"
    file.write_text("c = get_config()\nc.LatePolicy.per_day = ten\n")
    return file


def test_one_sentence_and_no_trace_of_nbgraders(assignment: Assignment, tmp_path: Path) -> None:
    file = broken(tmp_path, assignment)
    done = autograder("marks", assignment.name, "--course", str(tmp_path))
    assert done.returncode == 2
    assert done.stderr == f"error: {file}, line 2, cannot be read: NameError: name 'ten' is not defined\n"
    assert not done.stdout
    assert not (tmp_path / "gradebook.db").exists()


def test_names_in_chinese_keep_the_columns(tmp_path: Path) -> None:
    marks = {"ada": 7.0, "王小明": 6.5}
    lines = [Row(name, points, 10.0, Status.GRADED, False, (), ()) for name, points in marks.items()]
    told = table(lines, tmp_path).splitlines()
    ends = {columns(line[: line.index(" of 10")]) for line in told[1:3]}
    assert len(ends) == 1


def test_names_stand_beside_the_ids_where_any_is_known(tmp_path: Path) -> None:
    names = {"ada": "Ada Lovelace", "xm": "王小明", "eve": "", "mal": "Mal\x1b[2J\nory\u202e"}
    lines = [Row(student, 7.0, 10.0, Status.GRADED, False, (), (), name=name) for student, name in names.items()]
    told = table(lines, tmp_path).splitlines()
    assert told[0].split() == ["student", "name", "points", "status", "feedback"]
    assert told[1].startswith("ada      Ada Lovelace  ") and told[4].startswith("mal      Mal?[2J?ory?  ")
    assert len({columns(line[: line.index(" of 10")]) for line in told[1:]}) == 1
    assert full_name("小明", "王") == "王小明" and full_name(None, " Lovelace ") == "Lovelace"


@pytest.mark.parametrize("indent", [None, 0, 1, 2, "\t"])
def test_a_record_is_read_without_the_cells(indent: int | str | None, tmp_path: Path) -> None:
    cells = [nbformat.v4.new_markdown_cell('a\n "metadata": {"grading": {}}}', metadata={"grading": "no"})]
    notebook = nbformat.v4.new_notebook(cells=cells)
    store(Record(Status.GRADED, exercises={"a": ExerciseRecord(0.5)}, assignment="x"), notebook.metadata)
    for name in ("one", "torn"):
        (tmp_path / f"{name}.ipynb").write_text(json.dumps(notebook, indent=indent, sort_keys=True))
    torn = tmp_path / "torn.ipynb"
    whole = torn.stat().st_size
    for size in (*range(0, whole, 40), whole - 1):
        torn.write_bytes((tmp_path / "one.ipynb").read_bytes()[:size])
        assert read_records(tmp_path).keys() == {"one"}
    assert read_records(tmp_path) == {name: record for name, (_, record) in read_graded(tmp_path).items()}


def graded(gradebook: Gradebook, root: Path, student: str, points: float | None) -> None:
    """Have a student be graded, with so many points; handed in and waiting, where there are none yet."""
    (root / "submitted" / student / "a").mkdir(parents=True, exist_ok=True)
    gradebook.update_or_create_student(student)
    gradebook.update_or_create_submission("a", student)
    gradebook.find_grade("check", "1", "a", student).auto_score = points
    gradebook.db.commit()
    if points is not None:
        notebook = nbformat.v4.new_notebook()
        store(Record(Status.GRADED, assignment="x"), notebook.metadata)
        folder = root / "autograded" / student / "a"
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, folder / "1.ipynb")


@pytest.mark.parametrize("before", [None, 1.0], ids=["waited", "was graded"])
def test_who_is_graded_while_marks_are_read_has_no_points_of_before(before: float | None, tmp_path: Path) -> None:
    prepare()  # it finds alembic, which nbgrader calls
    coursedir = CourseDirectory(root=str(tmp_path), db_url=f"sqlite:///{tmp_path / 'gradebook.db'}")
    with Gradebook(coursedir.db_url) as gradebook:
        gradebook.add_assignment("a")
        gradebook.add_notebook("1", "a")
        gradebook.add_grade_cell("check", "1", "a", max_score=5.0, cell_type="code")
        graded(gradebook, tmp_path, "ada", 3.0)
        graded(gradebook, tmp_path, "eve", before)
        listed = rows_with_notebooks(coursedir, "a", whole=False)
        first, _ = next(listed)
        graded(gradebook, tmp_path, "eve", 4.0)
        second, _ = next(listed)
    assert (first.student, first.points) == ("ada", 3.0)
    assert (second.student, second.points, second.most) == ("eve", 4.0, 5.0)
