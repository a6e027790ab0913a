"""The bonus points of a released notebook's cells, which the gradebook's maxima leave out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from autograder.bonus import bonuses
from autograder.cells import read_cells


def released_bonuses(coursedir: CourseDirectory, names: Mapping[str, str]) -> dict[str, float]:
    """What each bonus cell can earn, by grade id. names: nbgrader's own, `assignment` and `notebook`.

    By the release and not by the source, where a tag may have come or gone since. Raises AssignmentError where there is
    none.
    """
    release = Path(coursedir.format_path(coursedir.release_directory, ".", names["assignment"]))
    return bonuses(read_cells(release / f"{names['notebook']}.ipynb"))
