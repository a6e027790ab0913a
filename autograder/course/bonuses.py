"""The bonus points of a released notebook's cells, which the gradebook's maxima leave out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from autograder.bonus import bonuses
from autograder.cells import read_cells


def released_bonuses(coursedir: CourseDirectory, names: Mapping[str, str]) -> dict[str, float]:
    """What each bonus cell can earn, by grade id. names: nbgrader's own, `assignment` and `notebook`.

    By the release, as a tag in the source may have come or gone since; by the source where the release is gone, which
    feedback does without. Raises AssignmentError for a notebook that cannot be read.
    """
    steps = coursedir.release_directory, coursedir.source_directory
    folders = [Path(coursedir.format_path(step, ".", names["assignment"])) for step in steps]
    there = [path for folder in folders if (path := folder / f"{names['notebook']}.ipynb").is_file()]
    return bonuses(read_cells(there[0])) if there else {}
