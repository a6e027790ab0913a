"""What a release holds beside its notebooks and the course's own files: the visible checks and the data sets; and the
points that its texts speak of."""

from __future__ import annotations

import filecmp
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from .assignment import BUILD, CACHES, CASES, KIT, Assignment
from .bonus import maximum
from .catalogues.drawings import translated_drawing
from .catalogues.files import FOLDER, OVERLAY
from .cells import grade_id, points_of, read_cells
from .errors import AssignmentError
from .selfcheck.language import CATALOGUE

SELFCHECK = Path(__file__).with_name("selfcheck")
POINTS = re.compile(r"\{points:([\w.*-]+)\}")  # in a text of a source notebook; * stands for the whole notebook
ALL = "*"


def kit(assignment: Assignment) -> dict[Path, Path]:
    """The files of the visible checks, by their places in the release; none for an assignment without exercises.

    Raises AssignmentError where the visible cases were not built.
    """
    if not assignment.exercises:
        return {}
    cases = assignment.solutions / CASES
    if not cases.is_file():
        raise AssignmentError(f"{cases} is missing: run `{BUILD}`")
    code = {Path(KIT, path.name): path for path in sorted(SELFCHECK.glob("*.py"))}
    return {**code, Path(KIT, CASES): cases, **words(assignment)}


def words(assignment: Assignment) -> dict[Path, Path]:
    """The catalogue of the visible checks, by its place; none in English.

    Raises AssignmentError where it was not built.
    """
    path = catalogue_path(assignment)
    if path and not path.is_file():
        raise AssignmentError(f"{path} is missing: run `{BUILD}`")
    return {Path(KIT, CATALOGUE): path} if path else {}


def catalogue_path(assignment: Assignment) -> Path | None:
    """Where the catalogue of the visible checks is built; None in English."""
    return assignment.solutions / f"{assignment.language}.mo" if assignment.language else None


def in_language(assignment: Assignment, release: Path) -> None:
    """Put the assignment's language into the files of a release that are no notebooks: drawings, and its own files."""
    if not assignment.language:
        return
    for path in assignment.drawings:
        drawing = translated_drawing(path.read_text(encoding="utf-8"), assignment.tongue.says)
        (release / path.relative_to(assignment.source)).write_text(drawing, encoding="utf-8")
    own = assignment.declared_in / FOLDER / assignment.language / OVERLAY
    share({path.relative_to(own): path for path in sorted(own.rglob("*")) if path.is_file()}, release)


def data(assignment: Assignment) -> dict[Path, Path]:
    """The files of the data sets, by their places in the release; raises AssignmentError where a folder has none."""
    found: dict[Path, Path] = {}
    for folder in assignment.data_folders.values():
        files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not set(path.parts) & set(CACHES)]
        if not files:
            raise AssignmentError(f"{folder} holds no data set, which exercises/{assignment.name} asks for")
        found |= {assignment.data_in_release / folder.name / path.relative_to(folder): path for path in files}
    return found


def share(files: Mapping[Path, Path], release: Path) -> None:
    """Copy files to their places in a release where they are not there yet."""
    for place, file in files.items():
        copy = release / place
        if not (copy.is_file() and filecmp.cmp(file, copy, shallow=False)):
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)


def with_points(text: str, points: Mapping[str, float]) -> str:
    """A text with the points of cells in the places of `{points:NAME}`; names that no cell has stay as they are.

    >>> with_points("**6 of {points:*}**: {points:check_a}", {"check_a": 6.0, "*": 60.0})
    '**6 of 60**: 6'
    """
    return POINTS.sub(lambda found: f"{points[found[1]]:g}" if found[1] in points else found[0], text)


def points_by_cell(notebook: Path) -> dict[str, float]:
    """The points of a source notebook's graded cells, by grade id, and of all but bonus ones as `*`."""
    graded = [cell for cell in read_cells(notebook) if grade_id(cell) and "points" in cell["metadata"]["nbgrader"]]
    points = {grade_id(cell): points_of(cell) for cell in graded}
    return {**points, ALL: maximum(graded)}
