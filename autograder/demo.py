"""A small course from start to end in demo/: sample submissions, nbgrader's own commands, a table of marks."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat

from .course import Course
from .submissions import fill_in

SAMPLES = Path(__file__).parent / "samples"
UNTOUCHED = "untouched"


def run(course: Course, root: Path) -> None:
    """Lay out the course in `root` (what was there is replaced) and run it."""
    shutil.rmtree(root, ignore_errors=True)
    lay_out(course, root)
    nbgrader(root, "generate_assignment", course.assignment)
    names = hand_in(course, root)
    print(f"{len(names)} sample submissions are in {root / 'submitted'}: {', '.join(names)}", flush=True)
    nbgrader(root, "autograde", course.assignment)
    nbgrader(root, "generate_feedback", course.assignment)


def lay_out(course: Course, root: Path) -> None:
    """Make a course folder with the configuration and the source, as nbgrader wants it."""
    root.mkdir(parents=True, exist_ok=True)
    shutil.copy(course.root / "nbgrader_config.py", root)
    shutil.copytree(course.source, root / "source" / course.assignment, ignore=shutil.ignore_patterns("__pycache__"))


def hand_in(course: Course, root: Path) -> list[str]:
    """Write the sample submissions to submitted/; returns their names."""
    release = root / "release" / course.assignment
    reference = (course.solutions / "rnn_layers.py").read_text()
    codes = {path.stem: path.read_text() for path in sorted(SAMPLES.glob("[!_]*.py"))}
    for name in [*codes, UNTOUCHED]:
        folder = root / "submitted" / name / course.assignment
        shutil.copytree(release, folder, ignore=shutil.ignore_patterns("datasets", "__pycache__"))
        if name != UNTOUCHED:
            path = folder / "1_rnn_layers.ipynb"
            notebook = nbformat.read(path, as_version=4)
            nbformat.write(fill_in(notebook, reference + codes[name]), path)
    return [*codes, UNTOUCHED]


def nbgrader(root: Path, command: str, assignment: str) -> None:
    """Run one nbgrader command in the course folder, shown as an instructor would type it."""
    print(f"$ nbgrader {command} {assignment}", flush=True)
    subprocess.run([sys.executable, "-m", "nbgrader", command, assignment], cwd=root, check=True)
