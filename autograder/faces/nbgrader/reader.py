"""nbgrader's way to read a submission, replaced: with care, and only where the course is configured to grade safely."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from weakref import WeakSet

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.converters import Autograde, NbGraderException

from autograder.assignment import load
from autograder.course import configuration, fingerprint, gradebook
from autograder.course.engines import Engines
from autograder.course.folders import insist_on_release
from autograder.course.settings import Settings
from autograder.errors import AutograderError
from autograder.intake import links
from autograder.record import load_from, store
from autograder.sandbox.levels import least_or_better

from .handed_in import copy_moved, submission

Written = tuple[str, dict[str, Any]]  # a notebook's text, and nbconvert's resources


class SubmissionReader(NotebookExporter):
    """nbgrader's exporter for autograding; reads submitted notebooks with care, graded copies as they are.

    nbgrader makes it before it touches anything. Raises NbGraderException where the configuration, the assignment or
    this machine is not fit to grade: then nothing is run and nothing saved.
    """

    _looked_at: WeakSet[Autograde] = WeakSet()  # converters whose configuration is fine; they read no other later

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coursedir = self.parent.coursedir
        try:
            if self.parent not in self._looked_at:
                configuration.insist(coursedir, self.config)
            configuration.insist_on_parts(self.parent)
            assignment = load(Path(coursedir.root), coursedir.assignment_id)
            assignment.reference()
            settings = Settings.of(self.config, assignment)
            ladder = least_or_better(settings.minimum)
            Engines.of(self.parent, assignment, settings)  # settings that do not let it start are said here, once
            if self.parent not in self._looked_at:
                insist_on_release(coursedir, assignment.name, [path.name for path in assignment.notebooks])
                gradebook.insist(coursedir)
        except AutograderError as problem:
            self.log.error("%s", problem)
            raise NbGraderException(str(problem)) from None
        self._looked_at.add(self.parent)
        (self.log.warning if ladder.missing else self.log.info)(ladder.describe())
        links.keep_safe(self.parent.assignments, assignment.source, self.log)  # found by nbgrader, but not touched yet
        expect_all_notebooks(self.parent.assignments, [path.name for path in assignment.notebooks])

    def from_filename(self, filename: str, resources: dict[str, Any] | None = None, **kwargs: Any) -> Written:
        """Read, and where needed mend, one notebook, and send it through the preprocessors."""
        path = Path(filename)
        resources = self._init_resources(resources)
        resources["metadata"] |= {"name": path.stem, "path": str(path.parent)}
        if self.parent._sanitizing:
            coursedir, names = self.parent.coursedir, resources["nbgrader"]
            assignment = load(Path(coursedir.root), names["assignment"])
            language = assignment.told_in(Settings.of(self.config, assignment).language).tongue
            handed_in = fingerprint.of_submission(path.parent)
            found = submission(self.parent, assignment, names["student"], handed_in)
            copy_moved(found, Path(self.parent._format_dest(names["assignment"], names["student"])))
            notebook = found.notebook(path.name, language)
            record = load_from(notebook.metadata)
            assert record, "whatever was read has a record"
            store(replace(record, submission=handed_in), notebook.metadata)
        else:
            notebook = nbformat.reader.reads(path.read_text(encoding="utf-8"))  # valid: it was written just before
        return self.from_notebook_node(notebook, resources=resources, **kwargs)

    def from_notebook_node(
        self, nb: nbformat.NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> Written:
        """The notebook, changed in place by the preprocessors, as text; raises ValidationError where it is not valid.

        nbconvert's own way copies it three times and validates it after each preprocessor.
        """
        known: dict[str, Any] = resources or {}
        for preprocessor in self._preprocessors:
            nb, known = preprocessor(nb, known)
        nbformat.validate(nb)
        return nbformat.v4.writes(nb) + "\n", known


def expect_all_notebooks(assignments: dict[str, list[str]], names: list[str]) -> None:
    """Ask for the assignment's notebooks, and for no others, in each submission.

    Without it nbgrader fails where no notebook has the right name, and saves a zero for one that is missing.
    assignments: nbgrader's own, from folder to the paths of notebooks; changed in place. names: of the notebooks.
    """
    for folder, notebooks in assignments.items():
        notebooks[:] = [str(Path(folder, name)) for name in names]
