"""Two trial students graded end to end, in a copy of the course that is thrown away; the real one is only read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat

from autograder.assignment import CACHES, DATA, KIT, Assignment, load, names
from autograder.building import solved
from autograder.course.configuration import GUARD, NAME, PARTS
from autograder.course.edition import in_its_language
from autograder.course.gradebook import opened
from autograder.course.marks import course_directory
from autograder.errors import UserError

from .check import Course, Found, check, fail

RIGHT, UNTOUCHED = "solution", "untouched"
COURSE, GRADEBOOK = "trial", "gradebook.db"
PATIENCE = 900.0  # seconds
OWN = {  # where a course may have put its files elsewhere: the trial's must lie in its copy
    "source_directory": "source",
    "release_directory": "release",
    "submitted_directory": "submitted",
    "autograded_directory": "autograded",
    "feedback_directory": "feedback",
    "directory_structure": os.path.join("{nbgrader_step}", "{student_id}", "{assignment_id}"),
    "course_id": COURSE,
}


@check(
    "trial",
    remedy="read what the failed command says; `python -m autograder build` mends what is stale",
    needs=("folder", "configuration", "guard", "assignments", "sandbox", "release", "disk"),
)
def trial(course: Course) -> str | Found:
    """Whether a solution gets full marks and untouched notebooks none, with nbgrader's own commands and feedback."""
    told = []
    for each in course.assignments:
        began = time.monotonic()
        if wrong := _graded(in_its_language(each)):
            return fail(f"{each.name}: {wrong}")
        told.append(f"{each.name} in {time.monotonic() - began:.0f} s")
    return f"the solution has full marks, untouched notebooks 0, both have feedback: {', '.join(told)}"


def _graded(assignment: Assignment) -> str:
    """What is wrong with the trial students' marks, "" where nothing is; raises UserError where a command fails."""
    with _copied(assignment) as copy:
        _run(copy.root, "nbgrader", "generate_assignment", copy.name)
        _hand_in(copy.told_in(assignment.language))
        _run(copy.root, "autograder", "grade", copy.name)
        _run(copy.root, "nbgrader", "generate_feedback", copy.name)
        return next(_wrong(copy), "")


@contextmanager
def _copied(assignment: Assignment) -> Iterator[Assignment]:
    """A copy of the course with one assignment, with a gradebook of its own."""
    with tempfile.TemporaryDirectory(prefix="trial-") as folder:
        root = Path(folder).resolve()
        for place in (assignment.source, assignment.declared_in, assignment.solutions):
            if place.is_dir():
                ignored = shutil.ignore_patterns(*CACHES, *(["*.ipynb"] if place == assignment.solutions else []))
                shutil.copytree(place, root / place.relative_to(assignment.root), ignore=ignored)
        for place in assignment.data_folders.values():
            copy = root / place.relative_to(assignment.root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(place, copy)
        for other in names(assignment.root):  # the configuration may speak of them
            (root / "source" / other).mkdir(exist_ok=True)
        beside = [*assignment.root.glob("*.py"), *(assignment.root / "source").glob("*.*")]  # headers, for example
        for path in filter(Path.is_file, beside):
            shutil.copyfile(path, root / path.relative_to(assignment.root))
        shutil.copyfile(PARTS, root / GUARD)
        own = {**OWN, "root": str(root), "db_url": f"sqlite:///{root / GRADEBOOK}"}
        with open(root / f"{NAME}.py", "a", encoding="utf-8") as file:
            file.write("\n" + "".join(f"c.CourseDirectory.{name} = {json.dumps(own[name])}\n" for name in own))
        _insist_on_copy(root)
        yield load(root, assignment.name)


def _insist_on_copy(root: Path) -> None:
    """Raise UserError where a configuration would have the commands work elsewhere than in the copy."""
    coursedir = course_directory(root)
    places = [coursedir.format_path(getattr(coursedir, step), ".", ".") for step in OWN if step.endswith("_directory")]
    outside = [place for place in places if not Path(place).is_relative_to(root)]
    if outside or coursedir.db_url != f"sqlite:///{root / GRADEBOOK}":
        where = outside[0] if outside else "another gradebook"
        raise UserError(
            f"no trial was made, as the configuration leads it to {where}: set places in c.CourseDirectory only"
        )


def _hand_in(assignment: Assignment) -> None:
    """One student with the solutions of the source, one with the release as it is."""
    for student in (RIGHT, UNTOUCHED):
        folder = assignment.root / "submitted" / student / assignment.name
        shutil.copytree(assignment.release, folder, ignore=shutil.ignore_patterns(DATA, KIT, *CACHES))
    for path in assignment.notebooks:
        nbformat.write(
            solved.solve(assignment, path), assignment.root / "submitted" / RIGHT / assignment.name / path.name
        )


def _run(root: Path, module: str, *arguments: str) -> None:
    """One command, as an instructor types it; raises UserError with its last line where it fails."""
    command = [sys.executable, "-m", module, *arguments]
    typed = " ".join(["nbgrader" if module == "nbgrader" else f"python -m {module}", *arguments])
    try:
        done = subprocess.run(
            command,
            cwd=root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UserError(f"`{typed}` did not end in {PATIENCE:.0f} s") from None
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or "nothing").splitlines()
        raise UserError(f"`{typed}` fails with a trial student: {said[-1].strip()}")


def _wrong(assignment: Assignment) -> Iterator[str]:
    """What is wrong with the marks or the feedback, in sentences."""
    by_hand = sum(assignment.points_by_hand(path.stem) for path in assignment.notebooks)
    with opened(f"sqlite:///{assignment.root / GRADEBOOK}", COURSE) as gradebook:
        most = gradebook.find_assignment(assignment.name).max_score - by_hand
        for student, wanted in {RIGHT: most, UNTOUCHED: 0.0}.items():
            notebooks = gradebook.find_submission(assignment.name, student).notebooks
            found = sum(grade.auto_score or 0.0 for notebook in notebooks for grade in notebook.grades)
            if abs(found - wanted) > 1e-6:
                of = f"{most:g} that are not given by hand"
                yield f"the {student} has {found:g} points of {of}, and should have {wanted:g}"
    for student in (RIGHT, UNTOUCHED):
        pages = {path.stem for path in (assignment.root / "feedback" / student / assignment.name).glob("*.html")}
        if lacking := sorted({path.stem for path in assignment.notebooks} - pages):
            yield f"no feedback page was written for {lacking[0]}"
