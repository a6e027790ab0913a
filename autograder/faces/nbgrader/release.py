"""What a release holds beside its notebooks on its way: into every release, and out of every graded copy."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool

from autograder import bonus
from autograder.assignment import KIT, Assignment, load
from autograder.course.settings import Settings
from autograder.errors import UserError
from autograder.own_numbers import put_usual
from autograder.release import data, in_language, kit, points_by_cell, share, with_points


class CompleteRelease(NbGraderPreprocessor):
    """Puts the visible checks and the data set into the release that is being generated, and points into its texts,
    all in the course's language.

    A preprocessor rather than a hook, because nbgrader goes on in silence when a hook fails.
    """

    usual_numbers = Bool(True, help="Whether numbers that may be a student's own are the usual ones.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Complete the release of one notebook."""
        converter, names = self.parent.parent, resources["nbgrader"]
        try:
            assignment = load(Path(converter.coursedir.root), names["assignment"])
            assignment = assignment.told_in(Settings.of(self.config, assignment).language)
            nb.cells = [nbformat.from_dict(cell) for cell in assignment.translated(nb.cells)]
            if self.usual_numbers:
                put_usual(nb.cells, f"{names['notebook']}.ipynb")
            share({**kit(assignment), **data(assignment)}, Path(converter._format_dest(names["assignment"], ".")))
            in_language(assignment, Path(converter._format_dest(names["assignment"], ".")))
            points = points_by_cell(assignment.source / f"{names['notebook']}.ipynb")
            for cell in nb.cells:
                bonus.release(cell)
        except UserError as problem:
            raise NbGraderException(str(problem)) from None
        for cell in nb.cells:
            if cell.cell_type == "markdown":
                cell.source = with_points(cell.source, points)
        return nb, resources


class DropShared(NbGraderPreprocessor):
    """Removes a submission's copies of what the release brought from the graded copy: grading uses the course's own."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Remove them beside the notebook that is being graded."""
        converter, names = self.parent.parent, resources["nbgrader"]
        assignment = load(Path(converter.coursedir.root), names["assignment"])
        graded = Path(converter._format_dest(names["assignment"], names["student"]))
        for name in brought_by_release(assignment):
            shutil.rmtree(graded / name, ignore_errors=True)
        return nb, resources


def brought_by_release(assignment: Assignment) -> list[str]:
    """The folders of a release that are not the students' own, and that no graded copy has."""
    kit = [KIT] if assignment.exercises else []
    return kit + ([str(assignment.data_in_release)] if assignment.data else [])
