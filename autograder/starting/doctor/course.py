"""What the course folder must be: its configuration, its files, what is built, the gradebook."""

from __future__ import annotations

import os
import shutil
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from autograder.assignment import BUILD, Assignment
from autograder.building import artefacts, solved
from autograder.course.configuration import GUARD, NAME, unguarded
from autograder.course.edition import in_its_language
from autograder.course.folders import folders
from autograder.course.settings import Settings
from autograder.intake.names import is_text, shown
from autograder.sandbox.levels import LEVELS, MINIMUM, climb
from autograder.terminal import one_line, quantity

from .check import Course, Found, check, fail, warn

STEPS = ("submitted", "autograded", "feedback", "release")  # folders that grading writes to or reads
LEAST, ENOUGH = 200 << 20, 2 << 30  # bytes: nothing works below the one, a class of hundreds needs the other
FILES = 10_000  # that a class may need, where a disk counts them
LEARN = "docs/security.md has the levels."
NAMED = 5  # odd names that are shown


@check(
    "folder",
    remedy="name your course: `python -m autograder doctor FOLDER`, or make one: `python -m autograder new FOLDER`",
)
def folder(course: Course) -> str | Found:
    """Whether this is a course folder: source/ and nbgrader_config.py."""
    lacks = [name for name in ("source", f"{NAME}.py") if not (course.root / name).exists()]
    return fail(f"{course.root} has no {' and no '.join(lacks)}") if lacks else str(course.root)


@check("configuration", remedy="correct the line that is named; docs/adapt.md has the settings")
def configuration(course: Course) -> str | Found:
    """Whether all configuration files that count can be read, and every setting in them is one."""
    return f"the course id is {course.coursedir.course_id!r}"


@check("guard", remedy="run `python -m autograder setup` in the course folder")
def guard(course: Course) -> str | Found:
    """Whether nbgrader_config.json is there and ours: it keeps the sandbox on whatever the other file says."""
    said = unguarded(course.root)
    return fail(said) if said else f"{GUARD} plugs the grader in"


@check("permissions", remedy="make the course folder yours: `chown -R $USER FOLDER`, and `chmod u+rwX` it")
def permissions(course: Course) -> str | Found:
    """Whether files can be made in the course folder and in those that grading writes to."""
    closed = [str(path) for path in _written(course.root) if not _writable(path)]
    return fail(f"nothing can be written in {', '.join(closed)}") if closed else "the course folder can be written"


@check("disk", remedy="make room, or move the course to a larger disk")
def disk(course: Course) -> str | Found:
    """Whether the disk has room for a semester."""
    free, left = shutil.disk_usage(course.root).free, os.statvfs(course.root)
    said = f"{free / (1 << 30):.1f} GB left"
    if free < LEAST or (left.f_files and left.f_favail < FILES):
        return fail(said if free < LEAST else f"room for {left.f_favail} more files only")
    return warn(f"{said}; a class of hundreds may need more") if free < ENOUGH else said


@check(
    "assignments",
    remedy="put the files back from your copy of the course, or make a new one: `python -m autograder new`",
    needs=("folder",),
)
def assignments(course: Course) -> str | Found:
    """Whether the assignments in source/ can be read, and their data sets are there."""
    for each in course.assignments:
        each.insist_on_data()
        each.reference()
        if empty := [str(path) for path in each.data_folders.values() if not any(path.iterdir())]:
            return fail(f"the data set {empty[0]} is empty")
    return ", ".join(map(_told, course.assignments)) or fail("source/ holds no assignment")


@check(
    "sandbox",
    remedy="see what `python -m autograder sandbox` says is missing",
    needs=("configuration", "assignments"),
)
def sandbox(course: Course) -> str | Found:
    """How well student code is confined here, against what the course asks for (c.Sandbox.minimum)."""
    ladder = climb()
    asked = [Settings.of(course.config, each).minimum for each in course.assignments]
    strictest = max(asked, key=LEVELS.index, default=MINIMUM)
    if LEVELS.index(ladder.level) < LEVELS.index(strictest):
        said = f"{ladder.level}, and the course asks for {strictest}: nothing is graded"
        return fail(said, f"{ladder.missing[strictest]} {LEARN}")
    if ladder.level != LEVELS[-1]:
        return warn(f"{ladder.level}, which the course accepts", f"{ladder.missing[LEVELS[-1]]} {LEARN}")
    return f"{ladder.level}, where the course asks for {strictest} or better"


@check("release", remedy="run `nbgrader generate_assignment NAME`", needs=("configuration", "assignments"))
def release(course: Course) -> str | Found:
    """Whether what students get, and what grading needs, is built and as new as source/ and exercises/."""
    for each in course.assignments:
        if not any(each.release.glob("*.ipynb")):
            return fail(f"{each.release} is not there", f"run `nbgrader generate_assignment {each.name}`")
        if said := _stale(each):
            return said
    return "as new as source/ and exercises/"


@check(
    "students",
    remedy="rename the folder in submitted/, and the student in Formgrader or with `nbgrader db student`",
    needs=("configuration",),
)
def students(course: Course) -> str | Found:
    """Whether students' names are such that each is one student: no odd letters, no two that look alike."""
    names = set(_names(course))
    broken, odd = sorted(name for name in names if not is_text(name)), sorted(filter(_is_odd, names))
    if broken:
        return fail(f"no gradebook can hold {', '.join(one_line(shown(name)) for name in broken[:NAMED])}")
    alike = Counter(map(_as_seen, names))
    odd += sorted(name for name in names if alike[_as_seen(name)] > 1 and name not in odd)
    if odd:
        return warn(f"odd, or too like another: {', '.join(repr(name) for name in odd[:NAMED])}")
    return f"{len(names)} handed in" if names else "nobody has handed in yet"


def _told(assignment: Assignment) -> str:
    return f"{assignment.name} ({quantity(len(assignment.notebooks), 'notebook')})"


def _written(root: Path) -> list[Path]:
    return [path for path in (root, *(root / name for name in STEPS)) if os.path.lexists(path)]


def _writable(folder: Path) -> bool:
    """Whether a file can be made there: permissions alone say nothing to root, or of a disk that can only be read."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _stale(assignment: Assignment) -> Found | None:
    """What is built of an assignment and stale; None where all is fresh. Ordinary ones are only released."""
    if not assignment.exercises:
        return None
    told = in_its_language(assignment)
    stale = {each: found for each in artefacts.artefacts(told) if (found := each.stale(told))}
    needed = [path for each, found in stale.items() if each.make is not solved.make for path in found]
    if needed:
        generate = f"run `{BUILD}`, then `nbgrader generate_assignment {assignment.name}`"
        return fail(
            f"{needed[0]} and {len(needed) - 1} more are stale" if needed[1:] else f"{needed[0]} is stale", generate
        )
    rest = [path for found in stale.values() for path in found]
    return warn(f"only the solved notebooks are stale or not there ({len(rest)})", f"run `{BUILD}`") if rest else None


def _names(course: Course) -> Iterator[str]:
    for each in course.assignments:
        yield from folders(course.coursedir, course.coursedir.submitted_directory, each.name)


def _is_odd(name: str) -> bool:
    return name != name.strip() or one_line(name) != name or name.startswith((".", "-"))


def _as_seen(name: str) -> str:
    """Two names that a person takes for one have the same."""
    return unicodedata.normalize("NFKC", name).casefold().strip()
