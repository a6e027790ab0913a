"""A small course from start to end in demo/: sample submissions, nbgrader's own commands, a table of marks."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Collection
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
    hand_in(course, root)
    nbgrader(root, "autograde", course.assignment)
    nbgrader(root, "generate_feedback", course.assignment)


def lay_out(course: Course, root: Path, notebooks: Collection[str] = ()) -> None:
    """Make a course folder with the configuration and the source, as nbgrader wants it.

    notebooks: the names of those that the course should have; all by default.
    """
    root.mkdir(parents=True, exist_ok=True)
    shutil.copy(course.root / "nbgrader_config.py", root)
    left_out = [path.name for path in course.notebooks if notebooks and path.name not in notebooks]
    ignore = shutil.ignore_patterns("__pycache__", *left_out)
    shutil.copytree(course.source, root / "source" / course.assignment, ignore=ignore)


def samples() -> list[str]:
    """The names of the sample submissions."""
    return [*sorted({path.stem for path in SAMPLES.glob("*/*.py")}), UNTOUCHED]


def hand_in(course: Course, root: Path, names: Collection[str] = ()) -> None:
    """Write sample submissions to submitted/, all by default; those that are there are replaced.

    A sample is right but for the functions in samples/<notebook>/<sample>.py. Raises ValueError for an unknown name.
    """
    release, known = root / "release" / course.assignment, samples()
    names = names or known
    if unknown := sorted(set(names) - set(known)):
        raise ValueError(f"there is no sample {', '.join(unknown)}; there are {', '.join(known)}")
    if not release.is_dir():
        raise ValueError(f"there is no {release}: run `nbgrader generate_assignment {course.assignment}` first")
    for name in names:
        folder = root / "submitted" / name / course.assignment
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(release, folder, ignore=shutil.ignore_patterns("datasets", "__pycache__"))
        for source in course.notebooks if name != UNTOUCHED else ():
            sample, path = SAMPLES / source.stem / f"{name}.py", folder / source.name
            code = course.module(source).read_text() + (sample.read_text() if sample.exists() else "")
            nbformat.write(fill_in(nbformat.read(path, as_version=4), code), path)
    print(f"Sample submissions are in {root / 'submitted'}: {', '.join(names)}.", flush=True)


def nbgrader(root: Path, command: str, assignment: str) -> None:
    """Run one nbgrader command in the course folder, shown as an instructor would type it."""
    print(f"$ nbgrader {command} {assignment}", flush=True)
    subprocess.run([sys.executable, "-m", "nbgrader", command, assignment], cwd=root, check=True)
