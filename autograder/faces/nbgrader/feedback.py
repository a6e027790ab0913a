"""What stands in for nbgrader's feedback page: the exporter with our template, and the preprocessor that fills it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbgrader.converters import GenerateFeedback, NbGraderException
from nbgrader.preprocessors import GetGrades
from pygments.formatters import HtmlFormatter
from traitlets.config import Config

from autograder.assignment import Assignment, Kind, load
from autograder.course import gradebook
from autograder.course.bonuses import released_bonuses
from autograder.course.comments import Comments, signatures_in
from autograder.course.marks import last_graded, read_records
from autograder.course.people import full_name
from autograder.course.settings import Settings
from autograder.course.totals import Totals, totals
from autograder.errors import UserError
from autograder.intake.safe import with_simple_names
from autograder.judging.carried.dependencies import Dependencies
from autograder.judging.hidden import Redactor
from autograder.record import Record, Status, load_from
from autograder.rendering import feedback
from autograder.rendering.filters import Colours, strip_files_prefix
from autograder.terminal import one_line

from .gradebook import KeptGradebook, SubmittedRows, open_gradebook

TEMPLATES = Path(feedback.__file__).with_name("templates")
TEMPLATE = "feedback_page"
TEXTS, LENGTH = 256, 5_000  # whose HTML is kept, and their characters
STYLES = {"light": "default", "dark": "github-dark"}  # of code


class FeedbackExporter(HTMLExporter):
    """Writes a feedback page with our template."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._text = lru_cache(maxsize=TEXTS)(partial(super().markdown2html, {}))
        if isinstance(self.parent, GenerateFeedback):
            try:
                gradebook.insist(self.parent.coursedir)
                Comments.of(Path(self.parent.coursedir.root), self.parent.coursedir.assignment_id)  # before any page
            except UserError as problem:
                self.log.error("%s", problem)
                raise NbGraderException(str(problem)) from None

    @property
    def default_config(self) -> Config:
        """With a section of this class's own: nbgrader sets its own template for all other HTML exporters."""
        config: Config = super().default_config
        config.FeedbackExporter.template_name = TEMPLATE
        config.FeedbackExporter.extra_template_basedirs = [str(TEMPLATES)]
        config.FeedbackExporter.filters = {"highlight_code": Colours, "strip_files_prefix": strip_files_prefix}
        return config

    @pass_context
    def markdown2html(self, context: Context, source: str) -> str:
        """As nbconvert's; a text without pictures of its own is kept: most of a class's are the same for everybody."""
        own = self.embed_images or context.get("cell", {}).get("attachments") or len(source) > LENGTH
        found: str = super().markdown2html(context, source) if own else self._text(source)
        return found

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page, with the course's pictures in it: only HTML files are released to students."""
        code = feedback.CodeApart()
        self.filters["highlight_code"] = code  # from there nbconvert registers it
        self.register_filter("clean_html", code.cleaned)
        page, known = super().from_notebook_node(nb, resources, **kwargs)
        page = code.put_into(page)
        folder = known.get("pictures")
        return feedback.embedded(page, folder) if folder else page, known

    def _preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook, which is a copy already, changed in place; it was validated when it was read.

        nbconvert's own way copies it twice more and validates it after each preprocessor: a sixth of a page's time.
        """
        for preprocessor in self._preprocessors:
            nb, resources = preprocessor(nb, resources)
        return nb, resources


class FillFeedback(GetGrades):
    """Reads what the page shows from the graded notebook and the gradebook."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._read: dict[Any, tuple[Totals, tuple[str, str]]] = {}  # of the last student; an exporter has a new one

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Put the page's content into the resources, and the course's drawings into its texts."""
        names = resources["nbgrader"]
        with open_gradebook(names["db_url"]) as opened:
            self._fill_in(nb.cells, resources, opened)
            found, person = self._submission(opened, names, Path(resources["metadata"]["path"]))
        assignment = load(Path(self.parent.parent.coursedir.root), names["assignment"])
        settings = Settings.of(self.config, assignment)
        assignment = assignment.told_in(settings.language)
        for cell in nb.cells:
            if cell.cell_type == "markdown":
                _name_pictures(cell)
        record = load_from(nb.metadata) or Record(Status.NOT_GRADED)
        hidden = settings.hidden
        said = Comments.of(assignment.root, assignment.name).told(
            signatures_in(record.exercises, record.tests), assignment.language
        )
        page = feedback.read_page(
            nb,
            names["notebook"],
            found,
            record,
            assignment,
            callers(assignment),
            hidden,
            person,
            released_bonuses(self.parent.parent.coursedir, names),
        )
        resources["page"] = page.with_sentences(said)
        resources |= feedback.words(assignment.tongue)
        resources["assignment"] = names["assignment"]
        resources["beside"] = self._beside(names["assignment"], names["student"])
        resources["code_css"] = {theme: code_css(style) for theme, style in STYLES.items()}
        resources["pictures"] = assignment.release if assignment.language else assignment.source
        redactor = Redactor.of(nb, assignment, hidden)
        nb.cells = [cell for cell in nb.cells if assignment.kind_of(cell) is Kind.OTHER]  # the page shows the others
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.outputs = [feedback.redacted(output, redactor) for output in cell.outputs]
        return nb, resources

    def _fill_in(self, cells: Sequence[NotebookNode], resources: dict[str, Any], opened: KeptGradebook) -> None:
        """Have nbgrader put the comments and points of the cells into them, of rows that are read together."""
        names = resources["nbgrader"]
        self.notebook_id, self.assignment_id, self.student_id = names["notebook"], names["assignment"], names["student"]
        self.gradebook = SubmittedRows(opened, self.notebook_id, self.assignment_id, self.student_id)
        for number, cell in enumerate(cells):
            self.preprocess_cell(cell, resources, number)

    def _submission(
        self, opened: KeptGradebook, names: Mapping[str, str], folder: Path
    ) -> tuple[Totals, tuple[str, str]]:
        """The points of all the student's notebooks, and the student's id and name; read once for all their pages."""
        key = names["assignment"], names["student"], last_graded(folder)
        if key not in self._read:
            submission = opened.find_submission(names["assignment"], names["student"])
            person = one_line(names["student"]), full_name(submission.student.first_name, submission.student.last_name)
            self._read = {key: (totals(submission, read_records(folder)), person)}
        return self._read[key]

    def _beside(self, assignment: str, student: str) -> frozenset[str]:
        """The notebooks whose pages lie beside this one, or will when the command has come to its end."""
        converter = self.parent.parent
        pages = Path(converter.coursedir.format_path(converter._output_directory, student, assignment))
        names = {Path(notebook).stem for notebook in converter.notebooks}
        return frozenset(names | {page.stem for page in pages.glob("*.html")})


def _name_pictures(cell: NotebookNode) -> None:
    """Have the pictures that are attached to a text found, whatever their names."""
    cell.source, attachments = with_simple_names(cell.source, cell.get("attachments", {}))
    if attachments:
        cell.attachments = nbformat.from_dict(attachments)


@cache
def callers(assignment: Assignment) -> Mapping[str, Sequence[str]]:
    """For each exercise the later ones that use its function, in the order of the course."""
    dependencies = Dependencies(assignment.exercises, assignment.reference())
    needed = {exercise.name: dependencies.needs(exercise) for exercise in assignment.exercises}
    return {name: [other for other, names in needed.items() if name in names] for name in needed}


@cache
def code_css(style: str) -> str:
    """The style sheet of highlighted code."""
    rules: str = HtmlFormatter(style=style).get_style_defs(".highlight")
    return rules
