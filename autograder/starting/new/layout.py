"""What lies in a new course folder, written from another course's assignment."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from autograder.assignment import CACHES, Assignment, load
from autograder.building import artefacts, solved
from autograder.catalogues.files import FOLDER
from autograder.course.configuration import GUARD, NAME, PARTS
from autograder.course.gradebook import opened
from autograder.errors import STEPS, UserError
from autograder.translation import languages
from autograder.translation.collect import of_assignment
from autograder.translation.update import as_po, updated

from . import points
from .choices import Choices

TEMPLATE = Path(__file__).with_name(f"{NAME}.template")
GRADEBOOK = "gradebook.db"
LOG = ".nbgrader.log"
SPARE = 4  # times the space of what a course is made from: its release, its gradebook, room to work
ERROR = re.compile(r"(?:[\w.]+Error|error): ")  # how the line of a failed command begins that says why
DESIGNS = "designs"  # of the hidden folder, for the proof of the grading, which is of all notebooks


def insist_on_room(origin: Assignment, folder: Path) -> None:
    """Raise UserError where the disk has no room for a course, before anything is written."""
    place = folder if folder.exists() else folder.parent
    needed = SPARE * sum(path.stat().st_size for path in _files(origin, len(origin.notebooks)))
    if (free := shutil.disk_usage(place).free) < needed:
        raise UserError(f"{place} has {free >> 20} MB left, and a course needs {needed >> 20}: make room first")


def write(origin: Assignment, choices: Choices, place: Path) -> Assignment:
    """Write a course with one assignment into the folder `place`, all but what is built."""
    for file in _files(origin, choices.notebooks):
        copy = place / file.relative_to(origin.root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    shutil.copyfile(PARTS, place / GUARD)
    (place / f"{NAME}.py").write_text(configuration(choices), encoding="utf-8")
    assignment = load(place, origin.name)
    if choices.points is not None:
        _scale(assignment, choices.points)
    if choices.notebooks < len(origin.notebooks):
        _shorten_catalogues(assignment)
    return assignment.told_in(choices.language)


def configuration(choices: Choices) -> str:
    """The text of nbgrader_config.py, with the choices as settings."""
    settings = [f"c.CourseDirectory.course_id = {_quoted(choices.course_id)}"]
    settings += [f"c.Exchange.timezone = {_quoted(choices.zone)}"]
    settings += [f"c.Assignment.language = {_quoted(choices.language)}  # of the students; see docs/languages.md"]
    return TEMPLATE.read_text(encoding="utf-8").format(settings="\n".join(settings))


def build(assignment: Assignment, origin: Assignment, say: Callable[[str], None]) -> bool:
    """Build all that grading needs, and take over the solved notebooks; returns whether those are all there."""
    for artefact in artefacts.artefacts(assignment) if assignment.exercises else ():
        if artefact.make not in (artefacts.release.make, solved.make):
            say(artefact.name)
            artefact.make(assignment)
    say("release and gradebook")
    generate(assignment)
    return not assignment.exercises or solved.take_over(origin, assignment)


def generate(assignment: Assignment) -> None:
    """Make the release and the gradebook with nbgrader's own command, which reads the new configuration.

    Raises UserError with its reason where it fails.
    """
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", assignment.name]
    done = subprocess.run(
        command,
        cwd=assignment.root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    (assignment.root / LOG).unlink(missing_ok=True)
    if done.returncode:
        said = done.stdout.strip().splitlines() or ["nothing"]
        errors = [line for line in said if ERROR.match(line)]  # of a trace, its last line; of a sentence, itself
        what = STEPS[errno.ENOSPC] if os.strerror(errno.ENOSPC) in done.stdout else (errors or said)[-1]
        raise UserError(f"`nbgrader generate_assignment {assignment.name}` fails in the new course, as {what}")


def set_due(root: Path, name: str, choices: Choices) -> None:
    """Put the due date into the new course's gradebook."""
    if choices.due:
        with opened(f"sqlite:///{root / GRADEBOOK}", choices.course_id) as gradebook:
            gradebook.update_or_create_assignment(name, duedate=choices.due.utc)


def _scale(assignment: Assignment, total: int) -> None:
    shared = points.shared_out(points.by_cell(assignment.notebooks), total)
    for path in assignment.notebooks:
        points.rewrite(path, shared)


def _shorten_catalogues(assignment: Assignment) -> None:
    """Take out of an assignment's catalogues what only notebooks said that were left out."""
    for name, messages in of_assignment(assignment).items():
        for language in languages.shipped(assignment):
            path = assignment.declared_in / FOLDER / language / name
            path.write_bytes(as_po(updated(path, language, messages), language))


def _files(origin: Assignment, kept: int) -> Iterator[Path]:
    """The files of an assignment that a course is made of: its source with the first notebooks, exercises, data."""
    left_out = {path.name for path in origin.notebooks[kept:]} | {f"{path.stem}.po" for path in origin.notebooks[kept:]}
    for folder in (origin.source, origin.declared_in, *origin.data_folders.values()):
        for path in sorted(folder.rglob("*")):
            below = path.relative_to(folder).parts
            hidden = set(below) & {*CACHES} or (folder == origin.declared_in and below[0] == DESIGNS)
            if path.is_file() and not hidden and path.name not in left_out:
                yield path


def _quoted(text: str) -> str:
    return f'"{text}"'
