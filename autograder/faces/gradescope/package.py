"""The command `python -m autograder gradescope`: the zip file to upload as an assignment's autograder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.assignment import CASES, Assignment
from autograder.catalogues.files import FOLDER
from autograder.course.comments import Comments
from autograder.errors import AssignmentError, UserError
from autograder.intake.archive import files_below, size, write_zip
from autograder.release import words
from autograder.terminal import quantity

from .settings import PackageSettings

FILES = Path(__file__).with_name("files")
PROGRAMS = ("setup.sh", "run_autograder")
SETTINGS = "gradescope.json"
ENGINE = Path(__file__).resolve().parents[3]
NEEDED_TO_INSTALL = ("pyproject.toml", "README.md", "LICENSE", "requirements.lock")


def package(to: Path, assignment: Assignment, visibility: str, notebooks: Sequence[str]) -> int:
    """Write the zip file and say what to do with it.

    assignment: of a course whose configuration says how to grade. notebooks: the names of those to grade, all by
    default. Raises AssignmentError for a notebook that the assignment does not have.
    """
    known = [path.stem for path in assignment.notebooks]
    for name in notebooks:
        if name not in known:
            raise AssignmentError(f"the assignment has no notebook named {name!r}; it has {', '.join(known)}")
    chosen = [name for name in known if name in notebooks or not notebooks]
    settings = PackageSettings.of_course(assignment, visibility, chosen)
    assignment = assignment.told_in(settings.grading.language)
    write_zip(to, contents(assignment, settings), PROGRAMS)
    worth = quantity(sum(map(assignment.points_by_machine, chosen)), "point")
    print(f"{to} ({size(to)}) grades {', '.join(chosen)}: {worth}, and students see them: {visibility}.")
    print("Upload it in Gradescope, under Configure Autograder. It holds the solution: give it to nobody else.")
    return 0


def contents(assignment: Assignment, settings: PackageSettings) -> dict[str, bytes]:
    """What is in the zip file, by name: the engine and the parts of the course that grading needs, in their places."""
    parts = {str(path.relative_to(ENGINE)): path.read_bytes() for path in _engine()}
    parts |= {str(path.relative_to(assignment.root)): path.read_bytes() for path in _parts(assignment)}
    comments = Comments.of(assignment.root, assignment.name)
    parts |= {str(comments.path.relative_to(assignment.root)): comments.anonymous().encode()} if comments.all else {}
    programs = {name: (FILES / name).read_bytes() for name in PROGRAMS}
    return {**parts, **programs, SETTINGS: settings.dump().encode()}


def _engine() -> Iterator[Path]:
    """The engine as it is installed from a clone; raises UserError where it is not."""
    if missing := [name for name in NEEDED_TO_INSTALL if not (ENGINE / name).is_file()]:
        raise UserError(f"{ENGINE} has no {missing[0]}: make the package in a clone of the engine's repository")
    yield from files_below(ENGINE / "autograder")
    yield from (ENGINE / name for name in NEEDED_TO_INSTALL)


def _parts(assignment: Assignment) -> Iterator[Path]:
    """What of the course is needed; designs and samples of an assignment are not."""
    for folder in (assignment.source, *assignment.data_folders.values()):
        yield from files_below(folder)
    yield from (assignment.release / path.name for path in assignment.notebooks)
    if assignment.exercises:
        yield from sorted(assignment.declared_in.glob("*.py"))
        yield from (*map(assignment.module, assignment.notebooks), assignment.solutions / CASES)
    if assignment.language:
        yield from sorted((assignment.declared_in / FOLDER / assignment.language).glob("*.po"))
        yield from words(assignment).values()
