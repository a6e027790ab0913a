"""A small class for the batch command, and what its gradebook and graded notebooks hold, comparable between runs."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import nbformat
import sqlalchemy
from nbformat import NotebookNode

from autograder.building.submissions import fill_in
from autograder.cli import main
from autograder.record import Record, load_from
from tests.support.batch import ANSWER, CRASH, LOOP, PICKED, WRONG_STEP, changed, place
from tests.support.course import NOTEBOOK, CourseFolder

LIMITS = """
c.GradeSubmission.cell_limit = 2.0
c.GradeSubmission.call_limit = 0.7
c.GradeSubmission.exercise_limit = 2.0
"""
ID = re.compile(r"[0-9a-f]{32}")
UNREADABLE, UNGRADED = ("corrupt",), ("empty",)
REPAIRED = ("doubled", "named")
STUDENTS = ("answered", "crash", "loop", "late", "solved", "ünïcode two", "untouched", "wrong", "zoe")
ALL = sorted((*STUDENTS, *REPAIRED, *UNREADABLE, *UNGRADED))


def light(notebook: NotebookNode) -> NotebookNode:
    """Without the cells that only show things, so that it is quickly graded."""
    notebook = deepcopy(notebook)
    keep = [cell.cell_type == "markdown" or "nbgrader" in cell.metadata for cell in notebook.cells]
    first = next(index for index, cell in enumerate(notebook.cells) if "import numpy" in cell.source)
    notebook.cells = [cell for i, cell in enumerate(notebook.cells) if keep[i] or i == first]
    return notebook


def hand_in(folder: CourseFolder, code: str) -> None:
    released = light(nbformat.read(folder.release / NOTEBOOK, as_version=4))
    solved = fill_in(released, code)
    write = {
        "answered": changed(solved, lambda cells: cells[place(cells, ANSWER)].update(source="They vanish.")),
        "crash": fill_in(released, code + CRASH),
        "loop": fill_in(released, code + LOOP),
        "late": solved,
        "solved": solved,
        "ünïcode two": solved,
        "untouched": released,
        "wrong": fill_in(released, code + WRONG_STEP),
        "zoe": solved,
        "doubled": changed(solved, lambda cells: cells.insert(0, deepcopy(cells[place(cells, PICKED)]))),
    }
    for student, notebook in write.items():
        folder.hand_in(student, json.dumps(notebook))
    folder.hand_in("corrupt", json.dumps(solved)[:9000])
    folder.hand_in("named", json.dumps(solved), "my homework.ipynb")
    folder.hand_in("empty", None)
    (folder.submitted("late") / "timestamp.txt").write_text("2024-03-01 12:00:00 UTC")


def make(root: Path, code: str) -> CourseFolder:
    """A class that is handed in; nothing is graded yet."""
    folder = CourseFolder.released(root, LIMITS)
    hand_in(folder, code)
    return folder


def copy(folder: CourseFolder, root: Path) -> CourseFolder:
    """The same course folder somewhere else, in whatever state it is."""
    shutil.copytree(folder.root, root, symlinks=True)
    return CourseFolder(root, folder.assignment)


def command(folder: CourseFolder, *options: str, jobs: int = 2) -> list[str]:
    program = [sys.executable, "-m", "autograder", "grade"]
    return [*program, "--course", str(folder.root), "--jobs", str(jobs), *options]


def start(folder: CourseFolder, *options: str) -> subprocess.Popen[str]:
    """The command in a process group of its own, as a shell starts it."""
    pipe = subprocess.PIPE
    return subprocess.Popen(command(folder, *options), stdout=pipe, stderr=pipe, text=True, start_new_session=True)


def grade(folder: CourseFolder, *options: str, jobs: int = 1) -> int:
    """The command in this process; its workers are forked from a server that is warm after the first time."""
    return main(command(folder, *options, jobs=jobs)[3:])


def gradebook(folder: CourseFolder) -> dict[str, list[str]]:
    """All rows of all tables, in an order of their own, with what a row refers to in the place of random ids."""
    engine = sqlalchemy.create_engine(folder.coursedir.db_url)
    tables = sqlalchemy.MetaData()
    tables.reflect(engine)
    known: dict[str, str] = {}
    found = {}
    with engine.connect() as connection:
        for table in tables.sorted_tables:
            lines = []
            for row in connection.execute(table.select()).mappings():
                own = row.get("id")
                values = {key: known.get(str(value), value) for key, value in row.items() if key != "id"}
                text = f"{table.name} {values}" if ID.fullmatch(str(own)) else f"{table.name} {own} {values}"
                known |= {own: text} if own else {}
                lines.append(text)
            found[table.name] = sorted(lines)
    engine.dispose()
    return found


def graded(folder: CourseFolder) -> dict[str, tuple[int, object]]:
    """Modes and contents of all files in autograded/."""
    root = folder.root / "autograded"
    paths = [path for path in sorted(root.rglob("*")) if path.is_file()]
    return {str(path.relative_to(root)): (stat.S_IMODE(path.stat().st_mode), content(path)) for path in paths}


def content(path: Path) -> object:
    """A file's bytes; of a notebook all but the cells' ids, which are drawn anew where one was put in, and the time."""
    if path.suffix != ".ipynb":
        return path.read_bytes()
    notebook = json.loads(path.read_bytes())
    for cell in notebook["cells"]:
        del cell["id"]
    notebook["metadata"]["grading"].pop("seconds", None)
    return notebook


def records(folder: CourseFolder) -> dict[str, Record]:
    """The graded notebooks' records, by student."""
    found = {}
    for path in (folder.root / "autograded").glob(f"*/{folder.assignment.name}/{NOTEBOOK}"):
        record = load_from(json.loads(path.read_bytes())["metadata"])
        assert record is not None
        found[path.parent.parent.name] = record
    return found
