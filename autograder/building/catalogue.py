"""Compile what students are told on their own machines, in an assignment's language: the visible checks, the library.

The secrets of the course stay out: of the known mistakes there is what the visible checks name anyway.
"""

from __future__ import annotations

from collections.abc import Iterator

from babel.messages.catalog import Catalog

from autograder.assignment import Assignment
from autograder.catalogues.files import ENGINE, FOLDER, MESSAGES, as_mo, read
from autograder.judging.diagnosis import Advice
from autograder.release import catalogue_path

from .checks import OF_THE_COURSE
from .known import NOTHING

OF_STUDENTS = ("autograder/selfcheck/", "autograder/sandbox/", "source/")  # whose sentences run where students are


def stale(assignment: Assignment) -> list[str]:
    """The file's path where its content is not what the catalogues give now."""
    path = catalogue_path(assignment)
    fresh = path is None or (path.exists() and path.read_bytes() == _content(assignment))
    return [] if path is None or fresh else [str(path.relative_to(assignment.root))]


def make(assignment: Assignment) -> None:
    """Write the file."""
    if path := catalogue_path(assignment):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_content(assignment))


def _content(assignment: Assignment) -> bytes:
    folders = (ENGINE, assignment.declared_in / FOLDER)
    files = [folder / assignment.language / MESSAGES for folder in folders]
    found = [*(_of_students(read(path)) for path in files if path.exists()), _of_checks(assignment)]
    return as_mo(found, assignment.language)


def _of_students(catalogue: Catalog) -> Catalog:
    """The part of a catalogue that students' own machines need."""
    part = Catalog(catalogue.locale)
    for message in catalogue:
        if message.id and any(place.startswith(OF_STUDENTS) for place, _ in message.locations):
            part[message.id] = message
    return part


def _of_checks(assignment: Assignment) -> Catalog:
    """What the visible checks have in their file: titles of cases, and advice as far as it is named at home."""
    catalogue = Catalog()
    for text in _texts(assignment):
        catalogue.add(str(text), assignment.tongue.tell(text))
    return catalogue


def _texts(assignment: Assignment) -> Iterator[str]:
    yield OF_THE_COURSE
    for exercise in assignment.exercises:
        yield from (case.title for case in exercise.cases if case.at_home)
        if assignment.advice_at_home != NOTHING:
            yield from (Advice(each.name, each.advice).said(assignment.advice_at_home) for each in exercise.mistakes)
