"""A small course from start to end in demo/: sample submissions, nbgrader's own commands, a table of marks."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import nbformat

from autograder.assignment import CACHES, CASES, DATA, KIT, Assignment, load
from autograder.errors import UserError

from .submissions import fill_in

SAMPLES = "samples"  # in an assignment's hidden folder: samples/NOTEBOOK/SAMPLE.py
DESIGNS = "designs"
UNTOUCHED = "untouched"


def run(assignment: Assignment, root: Path) -> None:
    """Lay out the course in `root` (what was there is replaced) and run it."""
    shutil.rmtree(root, ignore_errors=True)
    laid_out = lay_out(assignment, root)
    nbgrader(root, "generate_assignment", assignment.name)
    hand_in(laid_out)
    nbgrader(root, "autograde", assignment.name)
    nbgrader(root, "generate_feedback", assignment.name)


def lay_out(assignment: Assignment, root: Path, notebooks: Collection[str] = ()) -> Assignment:
    """Make a course folder with the configuration and one assignment, with all that grading needs of it.

    notebooks: the names of those that the course should have; all by default.
    """
    root.mkdir(parents=True, exist_ok=True)
    for path in assignment.root.glob("nbgrader_config.*"):
        shutil.copy(path, root)
    left_out = [path.name for path in assignment.notebooks if notebooks and path.name not in notebooks]
    there = {
        assignment.source: shutil.ignore_patterns(*CACHES, *left_out),
        assignment.declared_in: shutil.ignore_patterns(*CACHES, DESIGNS),
        **dict.fromkeys(assignment.data_folders.values(), shutil.ignore_patterns(*CACHES)),
    }
    for folder, ignored in there.items():
        if folder.is_dir():
            shutil.copytree(folder, root / folder.relative_to(assignment.root), ignore=ignored, dirs_exist_ok=True)
    for path in (*assignment.solutions.glob("*.py"), *assignment.solutions.glob(CASES)):
        copy = root / path.relative_to(assignment.root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return load(root, assignment.name)


def samples(assignment: Assignment) -> list[str]:
    """The names of the sample submissions."""
    return [*sorted({path.stem for path in (assignment.declared_in / SAMPLES).glob("*/*.py")}), UNTOUCHED]


def hand_in(assignment: Assignment, names: Collection[str] = ()) -> None:
    """Write sample submissions to submitted/, all by default; those that are there are replaced.

    A sample is right but for the functions in samples/<notebook>/<sample>.py. Raises UserError for an unknown name.
    """
    root, release, known = assignment.root, assignment.release, samples(assignment)
    names = names or known
    if unknown := sorted(set(names) - set(known)):
        raise UserError(f"there is no sample {', '.join(unknown)}; there are {', '.join(known)}")
    if not release.is_dir():
        raise UserError(f"there is no {release}: run `nbgrader generate_assignment {assignment.name}` first")
    for name in names:
        folder = root / "submitted" / name / assignment.name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(release, folder, ignore=shutil.ignore_patterns(DATA, KIT, *CACHES))
        for source in assignment.notebooks if name != UNTOUCHED else ():
            sample, path = assignment.declared_in / SAMPLES / source.stem / f"{name}.py", folder / source.name
            parts = [assignment.module(source), *([sample] if sample.exists() else [])]
            code = "".join(part.read_text(encoding="utf-8") for part in parts)
            nbformat.write(fill_in(nbformat.read(path, as_version=4), code), path)
    print(f"Sample submissions are in {root / 'submitted'}: {', '.join(names)}.", flush=True)


def nbgrader(root: Path, command: str, assignment: str) -> None:
    """Run one nbgrader command in the course folder, shown as an instructor types it; raises UserError if it fails."""
    print(f"$ nbgrader {command} {assignment}", flush=True)
    if subprocess.run([sys.executable, "-m", "nbgrader", command, assignment], cwd=root, check=False).returncode:
        raise UserError(f"`nbgrader {command} {assignment}` failed; what it says is above")
