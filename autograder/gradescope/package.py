"""The command `python -m autograder gradescope`: the zip file to upload as an assignment's autograder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..archive import files_below, size, write_zip
from ..course import Course
from .settings import Settings

FILES = Path(__file__).with_name("files")
PROGRAMS = ("setup.sh", "run_autograder")
SETTINGS = "gradescope.json"
NEEDED_TO_INSTALL = ("pyproject.toml", "README.md", "LICENSE", "requirements.lock")


def package(to: Path, root: Path, visibility: str, notebooks: Sequence[str]) -> int:
    """Write the zip file and say what to do with it.

    root: the course folder, whose nbgrader_config.py says how to grade. notebooks: the names of those to grade, all by
    default. Raises ValueError for a notebook that the assignment does not have.
    """
    course = Course()
    known = [path.stem for path in course.notebooks]
    for name in notebooks:
        if name not in known:
            raise ValueError(f"the assignment has no notebook named {name!r}; it has {', '.join(known)}")
    chosen = [name for name in known if name in notebooks or not notebooks]
    write_zip(to, contents(course, Settings.of_course(root.resolve(), visibility, chosen)), PROGRAMS)
    points = sum(sum(course.points(name).values()) for name in chosen)
    print(f"{to} ({size(to)}) grades {', '.join(chosen)}: {points:g} points, and students see them: {visibility}.")
    print("Upload it in Gradescope, under Configure Autograder. It holds the solution: give it to nobody else.")
    return 0


def contents(course: Course, settings: Settings) -> dict[str, bytes]:
    """What is in the zip file, by name: the parts of this repository that grading needs, in their places."""
    parts = {str(path.relative_to(course.root)): path.read_bytes() for path in _parts(course)}
    programs = {name: (FILES / name).read_bytes() for name in PROGRAMS}
    return {**parts, **programs, SETTINGS: settings.dump().encode()}


def _parts(course: Course) -> Iterator[Path]:
    for folder in (course.root / "autograder", course.source, course.data):
        yield from files_below(folder)
    yield from (course.release / path.name for path in course.notebooks)
    yield from map(course.module, course.notebooks)
    yield from (course.root / name for name in NEEDED_TO_INSTALL)
