"""The command `python -m autograder handout`: the release as one zip file, for students without a server."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from tqdm import tqdm

from autograder.assignment import Assignment
from autograder.catalogues.documents import document
from autograder.cells import Cell, source_of
from autograder.course.personal import Personal
from autograder.errors import UserError
from autograder.intake.archive import files_below, size, write_zip
from autograder.release import data
from autograder.terminal import quantity, say

from .embedded import with_pictures

LIBRARIES = ("h5py", "ipython", "jupyterlab", "matplotlib", "numpy", "pillow", "threadpoolctl")  # that students need
START, REQUIREMENTS = "START_HERE.md", "requirements.txt"
RUNTIME, PYTHON = "runtime.txt", "python-3.12\n"  # what repo2docker asks beside the packages; its own choice is older
ENGINE = Path(__file__).resolve().parents[3]


def handout(to: Path, assignment: Assignment) -> int:
    """Write the zip file and say where it is."""
    write_zip(to, contents(assignment))
    print(f"{to} ({size(to)}) is for students: the release, the data set, and {START}, which says how to open it.")
    return 0


def personal_handouts(to: Path, personal: Personal) -> int:
    """Write a zip file for each student who has numbers of their own, and say where they are."""
    assignment, students = personal.assignment, personal.students
    if not students:
        made = f"python -m autograder personal {assignment.name}"
        raise UserError(f"nobody has numbers of their own in {assignment.name}: run `{made}` first")
    personal.insist_on_today()
    common = contents(assignment)
    for student in tqdm(students, "Packing", unit="student", disable=None, leave=False, file=sys.stderr):
        folder = personal.folder(student)
        own = {Path(assignment.name, path.relative_to(folder)).as_posix(): path for path in files_below(folder)}
        write_zip(to / f"{student}.zip", {**common, **{name: _content(path) for name, path in own.items()}})
    say(f"{to} has {quantity(len(students), 'zip file')}: each is for the student whose name it has.")
    return 0


def contents(assignment: Assignment) -> dict[str, bytes]:
    """What is in the zip file, by name, in one folder; the data set as it is in data/, like in every release."""
    top, shared = Path(assignment.name), assignment.data_in_release
    released = {path.relative_to(assignment.release): path for path in files_below(assignment.release)}
    kept = {name: path for name, path in released.items() if not name.is_relative_to(shared)}
    files = {(top / name).as_posix(): _content(path) for name, path in {**kept, **data(assignment)}.items()}
    added = {START: start_here(assignment), REQUIREMENTS: requirements(), RUNTIME: PYTHON}
    return {**files, **{(top / name).as_posix(): text.encode() for name, text in added.items()}}


def _content(path: Path) -> bytes:
    return with_pictures(path) if path.suffix == ".ipynb" else path.read_bytes()


def start_here(assignment: Assignment) -> str:
    """How students open the notebooks, on their own machines and in Colab."""
    titles = {path.name: heading(path, assignment.cells(path.stem)) for path in assignment.notebooks}
    listed = [f"{number}. `{name}`: {title}" for number, (name, title) in enumerate(titles.items(), 1)]
    text = document(Path(__file__).with_name(START), assignment.language)
    for name, value in {
        "NAME": assignment.name,
        "TITLE": assignment.name.replace("_", " ").capitalize(),
        "NOTEBOOKS": "\n".join(listed),
        "FIRST": assignment.notebooks[0].name,
    }.items():
        text = text.replace(f"[{name}]", value)
    return text


def heading(notebook: Path, cells: Iterable[Cell]) -> str:
    """A notebook's first heading, its name where it has none."""
    texts = (source_of(cell) for cell in cells if cell["cell_type"] == "markdown")
    found = (re.match(r"# +(.+)", text) for text in texts)
    return next((match[1].strip() for match in found if match), notebook.stem)


def requirements() -> str:
    """What students install, with the ranges of pyproject.toml; raises UserError where it does not have one."""
    file = ENGINE / "pyproject.toml"
    if not file.is_file():
        raise UserError(f"{file} is missing: make the handout in a clone of the engine's repository")
    listed = re.findall(r'^    "([\w-]+)([^"]*)",?$', file.read_text(encoding="utf-8"), re.MULTILINE)
    ranges = dict(reversed(listed))  # the first of a name is the project's own
    if missing := set(LIBRARIES) - ranges.keys():
        raise UserError(f"{file} lists no {', '.join(sorted(missing))}")
    return "".join(f"{name}{ranges[name]}\n" for name in LIBRARIES)
