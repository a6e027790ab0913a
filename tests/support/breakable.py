"""A course folder that can be broken, with one submission that leaves a file wherever it is not confined."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook, MissingEntry

from autograder.course.configuration import GUARD

NAME, STUDENT, NOTEBOOK = "ps1", "ada", "p1.ipynb"
TRACE = "escaped"  # the file that code outside of the sandbox leaves in the course folder
ESCAPE = f"""
try:
    open("../../../{TRACE}", "w").close()
except OSError:
    pass
"""
CONFIG = """\
from autograder.faces.nbgrader import configure

c = get_config()
c.CourseDirectory.course_id = "closed"
configure(c)
"""
STOCK = {
    "autograde_preprocessors": ["nbgrader.preprocessors.Execute", "nbgrader.preprocessors.SaveAutoGrades"],
    "sanitize_preprocessors": ["nbgrader.preprocessors.ClearOutput", "nbgrader.preprocessors.OverwriteCells"],
    "exporter_class": "nbconvert.exporters.NotebookExporter",
}
PY, JSON = "nbgrader_config.py", GUARD
EXERCISES = """
from autograder.assignment import Assignment
from autograder.spec import exercise

@exercise(call="y = double(x)", outputs={"y": "N"}, sizes=dict(N=3), rtol=1e-9)
def double(x: "N"):
    \"\"\"Twice x.\"\"\"

assignment = Assignment(exercises=(double,))
"""


@dataclass(frozen=True)
class Folder:
    """A course folder with one submission, and a home of its own for whoever grades."""

    root: Path
    home: Path

    def append(self, text: str, name: str = PY) -> None:
        with open(self.root / name, "a") as file:
            file.write(text + "\n")

    def prepend(self, text: str, name: str = PY) -> None:
        path = self.root / name
        path.write_text(text + "\n" + path.read_text())

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
        return {**kept, "HOME": str(self.home)}

    def scores(self) -> list[float | None]:
        """The automatic marks that are saved, None for what waits."""
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}", "closed") as gradebook:
            try:
                notebooks = gradebook.find_submission(NAME, STUDENT).notebooks
            except MissingEntry:
                return []
            return [grade.auto_score for notebook in notebooks for grade in notebook.grades]

    def check_closed(self, said: str, words: list[str]) -> None:
        """Nothing was run unguarded, nothing saved, and the reader is told where to look."""
        assert not (self.root / TRACE).exists()
        assert [score for score in self.scores() if score is not None] == []
        assert list((self.root / "autograded").rglob("*.ipynb")) == []
        assert [word for word in words if word not in " ".join(said.split())] == [], said


def cell(code: str, grade_id: str, points: int | None = None, solution: bool = False) -> nbformat.NotebookNode:
    about = {"grade_id": grade_id, "grade": points is not None, "solution": solution, "locked": not solution}
    about |= {"task": False, "schema_version": 3, **({} if points is None else {"points": points})}
    return new_code_cell(code, metadata={"nbgrader": about}, id=grade_id)
