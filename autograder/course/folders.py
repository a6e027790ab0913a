"""The folders of a class's submissions, whatever they are called: names are students' words, and no patterns."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable

from nbgrader.coursedir import CourseDirectory

from autograder.errors import UserError


def folders(coursedir: CourseDirectory, step: str, assignment: str) -> dict[str, str]:
    """The folders at this step by their students' names, in order of the names."""
    pattern = re.compile(coursedir.format_path(step, "(?P<student>.*)", re.escape(assignment), escape=True), re.DOTALL)
    found = [pattern.fullmatch(path) for path in matching(coursedir, step, "*", glob.escape(assignment))]
    return dict(sorted((match["student"], match[0]) for match in found if match))


def matching(coursedir: CourseDirectory, step: str, student: str, assignment: str) -> list[str]:
    """The paths at this step that two patterns match; the course's own folder is none."""
    path, root = coursedir.format_path(step, student, assignment), coursedir.root
    return glob.glob(glob.escape(root) + path.removeprefix(root) if path.startswith(root) else path)


def insist_on_release(coursedir: CourseDirectory, assignment: str, names: Iterable[str]) -> None:
    """Raise UserError where the release lacks one of these notebooks: submissions are mended by it."""
    release = coursedir.format_path(coursedir.release_directory, ".", assignment)
    if any(not os.path.isfile(os.path.join(release, name)) for name in names):
        raise UserError(f"{release} is not complete: run `nbgrader generate_assignment {assignment}` first")


def notebooks_in(folder: str, pattern: str = "*") -> list[str]:
    """The notebooks in a folder whose names, without the ending, match a pattern."""
    return glob.glob(os.path.join(glob.escape(folder), f"{pattern}.ipynb"))
