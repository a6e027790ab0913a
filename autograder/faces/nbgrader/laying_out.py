"""A submission's files laid out for grading: what nbgrader's converter does before the notebooks, at less cost.

nbgrader copies every file that was handed in, replaces those that the course has, and has our preprocessor remove what
the release brought. Here only what stays is copied, and the course's files once for all. The rows of the gradebook are
nbgrader's own, in one transaction.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from nbgrader import utils
from nbgrader.api import MissingEntry
from nbgrader.converters import Autograde, NbGraderException

from autograder.assignment import load
from autograder.intake.files import below

from .first_copies import FirstCopies
from .gradebook import KeptGradebook, open_gradebook, together
from .release import brought_by_release

NOTEBOOKS = "*.ipynb"
as_nbgrader = Autograde.init_assignment


def lay_out(converter: Autograde, name: str, student: str) -> None:
    """Make the graded copy of a submission but for its notebooks, and its rows; raises NbGraderException.

    Afterwards the converter's notebooks are those that the gradebook knows.
    """
    submitted, graded = converter._format_source(name, student), converter._format_dest(name, student)
    source = converter.coursedir.format_path(converter.coursedir.source_directory, ".", name)
    kept, ignored = converter.exclude_overwriting.get(name, []), [*converter.coursedir.ignore, NOTEBOOKS]
    brought = [os.path.join(place, "") for place in brought_by_release(load(Path(converter.coursedir.root), name))]
    ours = {file for file in files_below(source, ignored) if file not in kept}
    theirs = [file for file in files_below(submitted, ignored) if file not in ours]
    for place in {place for place in brought for file in (*theirs, *ours) if file.startswith(place)}:
        os.makedirs(os.path.join(graded, place), exist_ok=True)  # removed with what else is put there meanwhile
    own = [file for file in theirs if not file.startswith(tuple(brought))]
    _put(submitted, graded, own, shutil.copyfile)
    _enter(converter, name, student, submitted)
    known = [file for file in ours if not file.startswith(tuple(brought))]
    _put(source, graded, known, FirstCopies.of(converter).put)


def files_below(folder: str, ignored: list[str]) -> list[str]:
    """The files in a folder that nbgrader finds, without what a pattern matches, by their names relative to it."""
    return [below(path, folder) for path in utils.find_all_files(folder, ignored)]


def _put(place: str, graded: str, files: Iterable[str], put: Callable[[str, str], object]) -> None:
    """Have files at the same places in another folder; nbgrader sets their permissions in the end."""
    for file in files:
        path = os.path.join(graded, file)
        try:
            os.remove(path)  # of an earlier grading, or the student's
        except FileNotFoundError:
            os.makedirs(os.path.dirname(path), exist_ok=True)
        put(os.path.join(place, file), path)


def _enter(converter: Autograde, name: str, student: str, submitted: str) -> None:
    """Have the gradebook know the student and the submission; a notebook that was not handed in earns nothing."""
    coursedir = converter.coursedir
    time = coursedir.get_existing_timestamp(submitted)
    with open_gradebook(coursedir.db_url, coursedir.course_id) as gradebook, together(gradebook):
        if converter.create_student:
            gradebook.update_or_create_student(student)
        _insist_on(converter, gradebook, name, student)
        submission = gradebook.update_or_create_submission(name, student, **({"timestamp": time} if time else {}))
        if time and submission.total_seconds_late > 0:
            converter.log.warning("%s is %s seconds late", submission, submission.total_seconds_late)
        asked = {notebook.name for notebook in submission.assignment.notebooks}
        for path in [path for path in converter.notebooks if _stem(path) not in asked]:
            converter.log.warning("Skipping unknown notebook: %s", path)
        converter.notebooks = [path for path in converter.notebooks if _stem(path) in asked]
        if not converter.notebooks:
            _refuse(converter, "No notebooks found, did you forget to run 'nbgrader generate_assignment'?")
        for missing in sorted(asked):
            if not os.path.exists(path := os.path.join(submitted, f"{missing}.ipynb")):
                converter.log.warning("No submitted file: %s", path)
                for grade in gradebook.find_submission_notebook(missing, name, student).grades:
                    grade.auto_score, grade.needs_manual_grade = 0, False


def _insist_on(converter: Autograde, gradebook: KeptGradebook, name: str, student: str) -> None:
    try:
        gradebook.find_student(student)
    except MissingEntry:
        _refuse(converter, f"No student with ID '{student}' exists in the database")
    try:
        gradebook.find_assignment(name)
    except MissingEntry:
        _refuse(converter, f"No assignment with ID '{name}' exists in the database")


def _refuse(converter: Autograde, sentence: str) -> None:
    converter.log.error(sentence)
    raise NbGraderException(sentence)


def _stem(path: str) -> str:
    return os.path.splitext(os.path.basename(path))[0]
