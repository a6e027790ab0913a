"""nbgrader's way to read a submission, replaced: with care, and only where the course is configured to grade safely."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from weakref import WeakSet

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4.nbjson import BytesEncoder
from nbformat.v4.rwbase import split_lines, strip_transient
from nbgrader import utils
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
        self._assignment = assignment
        self._steps = {sanitizing: self._made(sanitizing) for sanitizing in (True, False)}
        self.look_at_submissions()

    def look_at_submissions(self) -> None:
        """Put the submissions in order that nbgrader has found, and not touched yet."""
        links.keep_safe(self.parent.assignments, self._assignment.source, self.log)
        expect_all_notebooks(self.parent.assignments, [path.name for path in self._assignment.notebooks])

    def _made(self, sanitizing: bool) -> list[Any]:
        """nbgrader's preprocessors of one step, made once; it would make them anew for each notebook."""
        self._preprocessors: list[Any] = []
        chosen = self.parent.sanitize_preprocessors if sanitizing else self.parent.autograde_preprocessors
        for each in chosen:
            self.register_preprocessor(each)
        return self._preprocessors

    def from_filename(self, filename: str, resources: dict[str, Any] | None = None, **kwargs: Any) -> Written:
        """Read, and where needed mend, one submitted notebook, and send it through both of nbgrader's steps.

        nbgrader writes the notebook between the two, and reads it again.
        """
        path, names = Path(filename), (resources or {})["nbgrader"]
        graded = self.parent._format_dest(names["assignment"], names["student"])
        notebook = self._read(path, names, Path(graded))
        notebook, _ = self._sent_through(notebook, str(path.parent), path.stem, resources, True)
        try:
            self.parent._sanitizing = False
            with utils.setenv(NBGRADER_EXECUTION="autograde"):
                notebook, known = self._sent_through(notebook, graded, path.stem, resources, False)
        finally:
            self.parent._sanitizing = True
        return as_text(notebook), known

    def _read(self, path: Path, names: Mapping[str, str], graded: Path) -> NotebookNode:
        """A notebook as it was handed in, mended; the files that came with it are put into the graded copy."""
        assignment = load(Path(self.parent.coursedir.root), names["assignment"])
        language = assignment.told_in(Settings.of(self.config, assignment).language).tongue
        handed_in = fingerprint.of_submission(path.parent)
        found = submission(self.parent, assignment, names["student"], handed_in)
        copy_moved(found, graded)
        notebook = found.notebook(path.name, language)
        record = load_from(notebook.metadata)
        assert record, "whatever was read has a record"
        store(replace(record, submission=handed_in), notebook.metadata)
        return notebook

    def _sent_through(
        self, notebook: NotebookNode, folder: str, name: str, resources: Mapping[str, Any] | None, sanitizing: bool
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook, changed in place by the preprocessors of one step, which find it in a folder.

        nbconvert's own way copies it three times and validates it after each preprocessor.
        """
        known = self._init_resources(dict(resources or {}))
        known["metadata"] |= {"name": name, "path": folder}
        for preprocessor in self._steps[sanitizing]:
            notebook, known = preprocessor(notebook, known)
        return notebook, known


def as_text(notebook: NotebookNode) -> str:
    """A notebook as nbformat writes it, but not copied first: its texts are taken apart in place.

    Raises ValidationError where it is not valid.
    """
    nbformat.validate(notebook)
    content = strip_transient(split_lines(notebook))
    form: dict[str, Any] = {"indent": 1, "sort_keys": True, "separators": (",", ": "), "ensure_ascii": False}
    return json.dumps(content, cls=BytesEncoder, **form) + "\n"


def expect_all_notebooks(assignments: dict[str, list[str]], names: list[str]) -> None:
    """Ask for the assignment's notebooks, and for no others, in each submission.

    Without it nbgrader fails where no notebook has the right name, and saves a zero for one that is missing.
    assignments: nbgrader's own, from folder to the paths of notebooks; changed in place. names: of the notebooks.
    """
    for folder, notebooks in assignments.items():
        notebooks[:] = [str(Path(folder, name)) for name in names]
