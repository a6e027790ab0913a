"""Renaming an assignment is renaming its folders: everything works under the new name, and the marks are the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.assignment import Assignment, load
from autograder.building import demo
from autograder.cli import main
from autograder.course.marks import course_directory, rows
from tests.support import warm_nbgrader
from tests.support.course import NOTEBOOK

pytestmark = pytest.mark.slow
NAMES = ["all_right", "no_carry", "untouched"]


def run(root: Path, *arguments: str) -> None:
    done = warm_nbgrader.shared().run(arguments, root, {"PATH": "", "HOME": str(root)})
    assert done.returncode == 0, done.stdout + done.stderr


def graded(assignment: Assignment) -> dict[str, float | None]:
    run(assignment.root, "generate_assignment", assignment.name)
    demo.hand_in(assignment, NAMES)
    run(assignment.root, "autograde", assignment.name)
    return {row.student: row.points for row in rows(course_directory(assignment.root), assignment.name)}


def test_the_renamed_assignment_gives_the_same_marks_through_every_command(
    assignment: Assignment, tmp_path: Path, capfd: pytest.CaptureFixture
):
    before = graded(demo.lay_out(assignment, tmp_path / "before", [NOTEBOOK]))
    root = tmp_path / "after"
    demo.lay_out(assignment, root, [NOTEBOOK])
    for folder in ("source", "exercises", "solutions"):
        (root / folder / assignment.name).rename(root / folder / "hw 3")
    renamed = load(root, "hw 3")
    assert graded(renamed) == before and len(before) == len(NAMES)
    assert main(["grade", "--course", str(root), "--force", "--jobs", "1"]) == 0, capfd.readouterr()
    assert {row.student: row.points for row in rows(course_directory(root), "hw 3")} == before
    run(root, "generate_feedback", "hw 3")
    page = root / "feedback" / "no_carry" / "hw 3" / NOTEBOOK
    assert "not carried" in page.with_suffix(".html").read_text() or "carries" in page.with_suffix(".html").read_text()
    assert main(["report", "--course", str(root)]) == 0
    run(root, "export", "--to=marks.csv")
    assert (root / "marks.csv").read_text().count("hw 3") == len(NAMES)
    assert main(["handout", "--course", str(root), "--to", str(tmp_path / "handout.zip")]) == 0
