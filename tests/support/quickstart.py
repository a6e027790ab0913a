"""The course that `nbgrader quickstart` makes, with and without our grader in it, and submissions to its assignment."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from unittest import mock

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.apps import QuickStartApp

from autograder.cells import grade_id
from autograder.cli import main
from tests.support import warm_nbgrader
from tests.support.saved import Marks, saved_marks

NAME, PROBLEM, QUESTIONS = "ps1", "problem1", "problem2"
TIMEOUT = 2  # seconds for a cell, for nbgrader and for us
CONFIG = f"c.ExecutePreprocessor.timeout = {TIMEOUT}\n"
AS_NBGRADER = "c.GradeSubmission.warnings_cost = True\n"

MORE_TESTS = {  # in the place after the cell of this id: id, points and code
    "squares_invalid_input": [
        (
            "last_square",
            2,
            '''"""Check the last square of longer lists"""
assert squares(4)[-1] == 16, "the last square for n = 4 should be 16"
### BEGIN HIDDEN TESTS
longest_list = squares(123)
assert longest_list[-1] == 15129, "the last square of a long list is wrong"
### END HIDDEN TESTS''',
        ),
        ("share_of_squares", 4, "right = [squares(n)[-1] == n * n for n in (1, 2, 3, 5)]\nfloat(sum(right))"),
        ("first_square", 1, "float(squares(1)[0])"),
        (
            "when_graded",
            1,
            """import os
if not os.environ.get("NBGRADER_VALIDATING"):
    assert os.environ.get("NBGRADER_EXECUTION") == "autograde"
    assert squares(12)[-1] == 144""",
        ),
    ]
}
RIGHT = {
    "squares": """def squares(n):
    if n < 1:
        raise ValueError("n must be greater than or equal to 1")
    return [i ** 2 for i in range(1, n + 1)]""",
    "sum_of_squares": "def sum_of_squares(n):\n    return sum(squares(n))",
}


@dataclass(frozen=True)
class Quickstart:
    """A course folder that `nbgrader quickstart` has made."""

    root: Path

    @classmethod
    def make(
        cls,
        root: Path,
        config: str = CONFIG,
        ours: bool = True,
        notebooks: Iterable[str] = (PROBLEM,),
        change: Callable[[Path], None] = lambda _: None,
    ) -> Quickstart:
        """The course with these of its notebooks, released. ours: whether our grader is plugged in.

        config: more lines of its configuration. change: changes the source folder before it is released.
        """
        shutil.copytree(_made(), root)
        assignment = cls(root)
        for path in assignment.source.glob("*.ipynb"):
            if path.stem not in notebooks:
                path.unlink()
        change(assignment.source)
        with open(root / "nbgrader_config.py", "a") as file:
            file.write(f"\n{config}")
        if ours:
            assert main(["setup", "--course", str(root)]) == 0
        assignment.nbgrader("generate_assignment").check_returncode()
        return assignment

    @property
    def source(self) -> Path:
        return self.root / "source" / NAME

    @property
    def release(self) -> Path:
        return self.root / "release" / NAME

    def autograded(self, student: str) -> Path:
        return self.root / "autograded" / student / NAME

    def page(self, student: str, notebook: str = PROBLEM) -> str:
        return (self.root / "feedback" / student / NAME / f"{notebook}.html").read_text()

    def released(self, notebook: str = PROBLEM) -> NotebookNode:
        return nbformat.read(self.release / f"{notebook}.ipynb", as_version=4)

    def graded(self, student: str, notebook: str = PROBLEM) -> NotebookNode:
        return nbformat.read(self.autograded(student) / f"{notebook}.ipynb", as_version=4)

    def hand_in(self, student: str, *notebooks: NotebookNode, names: Iterable[str] = (PROBLEM,)) -> None:
        folder = self.root / "submitted" / student / NAME
        folder.mkdir(parents=True, exist_ok=True)
        for notebook, name in zip(notebooks, names, strict=True):
            nbformat.write(notebook, folder / f"{name}.ipynb")

    def nbgrader(self, command: str, *options: str) -> subprocess.CompletedProcess[str]:
        """One of nbgrader's commands, as an instructor types it."""
        return warm_nbgrader.shared().run([command, NAME, *options], self.root, os.environ)

    def start_stock(self, *options: str) -> subprocess.Popen[str]:
        """Start `nbgrader autograde` in a process that has imported nothing of ours."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        command = [sys.executable, "-m", "nbgrader", "autograde", NAME, *options]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, cwd=self.root, env={**os.environ, "PATH": path}, stdout=pipe, stderr=subprocess.STDOUT, text=True
        )

    def batch(self, *options: str) -> int:
        """Our batch command, in this process."""
        return main(["grade", NAME, "--course", str(self.root), "--jobs", "2", *options])

    def gradebook(self) -> Gradebook:
        return Gradebook(f"sqlite:///{self.root / 'gradebook.db'}")

    def marks(self, notebook: str = PROBLEM) -> dict[str, dict[str, Marks]]:
        """Of each student with a submission the marks of all graded cells of a notebook."""
        with self.gradebook() as gradebook:
            return saved_marks(gradebook, NAME, notebook)


def add_source(root: Path) -> None:
    """Put the assignment's source, with one notebook, into another course."""
    shutil.copytree(_made() / "source" / NAME, root / "source" / NAME, ignore=shutil.ignore_patterns(f"{QUESTIONS}*"))


@cache
def _made() -> Path:
    """What the command writes, made once; but for the default configuration, all comments, and an empty gradebook."""
    root = Path(mkdtemp(prefix="quickstart-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    with contextlib.chdir(root), mock.patch("nbgrader.apps.quickstartapp.subprocess.call", _write_config):
        app = QuickStartApp()
        app.initialize(["course101"])
        app.start()
    add_tests(root / "course101" / "source" / NAME / f"{PROBLEM}.ipynb", MORE_TESTS)
    return root / "course101"


def _write_config(command: list[str], **_: object) -> int:
    if "generate_config" in command:
        Path("nbgrader_config.py").write_text("c = get_config()\n")
    return 0


def add_tests(path: Path, tests: Mapping[str, list[tuple[str, float, str]]]) -> None:
    """Put test cells into a source notebook, each group after the cell of an id."""
    notebook = nbformat.read(path, as_version=4)
    for after, group in tests.items():
        place = index(notebook, after) + 1
        notebook.cells[place:place] = [test_cell(name, points, code) for name, points, code in group]
    if notebook.nbformat_minor < 5:  # whose cells have no ids
        for cell in notebook.cells:
            cell.pop("id", None)
    nbformat.write(notebook, path)


def test_cell(name: str, points: float, code: str) -> NotebookNode:
    about = dict(grade=True, grade_id=name, locked=True, points=points, schema_version=3, solution=False, task=False)
    return nbformat.v4.new_code_cell(code, metadata={"nbgrader": {**about, "cell_type": "code"}})


test_cell.__test__ = False


def new_cell(code: str) -> NotebookNode:
    """A code cell of the student's own."""
    cell = nbformat.v4.new_code_cell(code)
    del cell["id"]
    return cell


def index(notebook: NotebookNode, name: str) -> int:
    return next(number for number, cell in enumerate(notebook.cells) if grade_id(cell) == name)


def cell(notebook: NotebookNode, name: str) -> NotebookNode:
    return notebook.cells[index(notebook, name)]


def solved(released: NotebookNode, **code: str) -> NotebookNode:
    """A released notebook with right solutions, but for the cells that are given by id."""
    notebook = deepcopy(released)
    for name, source in {**RIGHT, **code}.items():
        cell(notebook, name).source = source
    return notebook
