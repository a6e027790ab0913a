"""A small course, one of whose assignments has numbers that may be students' own."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from autograder.assignment import Assignment, load
from autograder.building import artefacts
from autograder.course.configuration import plug_in
from autograder.starting.new.layout import generate
from tests.support.house import ROOT

NAME, COURSE = "line_fitting", "fits101"
STUDENTS = ("ada", "bob", "李 明")
CONFIG = """
from autograder.faces.nbgrader import configure
c = get_config()
c.CourseDirectory.course_id = {course!r}
c.Exchange.root = {exchange!r}
configure(c)
"""
GIVEN = "seed = 231  ### OWN: 1 to 999\nrate, steps = 0.1, 400   ### OWN: 0.02 to 0.1 by 0.02, 300 to 900 by 100"
TEXT = "With {own:count=20: 10 to 40} points and a step of {own:rate}: {own:count} are few. {points:*} points."
TEST = "n = 7  ### OWN: 2 to 9\nassert predict(np.ones((n, 1)), np.ones((1, 1)), np.zeros(1)).shape == (n, 1)"


def make_course(root: Path) -> Assignment:
    """The worked example with own numbers in a text, in given code and in a test; built, with three students."""
    shutil.copytree(ROOT / "docs" / "examples" / NAME, root)
    path = root / "source" / NAME / "fit.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell(TEXT))
    notebook.cells.insert(3, nbformat.v4.new_code_cell(GIVEN))
    about = {"grade": True, "grade_id": "test_shape", "locked": True, "points": 2, "solution": False}
    notebook.cells.append(
        nbformat.v4.new_code_cell(TEST, metadata={"nbgrader": {**about, "schema_version": 3, "task": False}})
    )
    nbformat.write(notebook, path)
    (root / "nbgrader_config.py").write_text(CONFIG.format(course=COURSE, exchange=str(root / "exchange")))
    (root / "exchange").mkdir(mode=0o777)
    (root / "exchange").chmod(0o777)
    plug_in(root)
    assignment = load(root, NAME)
    build(assignment)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", COURSE) as gradebook:
        for student in STUDENTS:
            gradebook.add_student(student, first_name=f"Given {student}")
    return assignment


def build(assignment: Assignment) -> None:
    """Build everything but the solved notebooks, which take a kernel; the gradebook knows the assignment then."""
    for artefact in artefacts.ARTEFACTS[:2]:
        artefact.make(assignment)
    generate(assignment)


def notebook_in(folder: Path) -> NotebookNode:
    return nbformat.read(folder / "fit.ipynb", as_version=4)
