"""What stands in for nbgrader's feedback page: the exporter with our template, and the preprocessor that fills it."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import GetGrades
from pygments.formatters import HtmlFormatter

from .. import feedback
from ..course import Course
from ..exercises import IN_ORDER
from ..fair.dependencies import needs
from .intake import STATUS

TEMPLATES = Path(feedback.__file__).with_name("templates")
TEMPLATE = "feedback_page"
STYLES = {"light": "default", "dark": "github-dark"}  # of code
FIGURE = re.compile(r"(?<=[(\"'])figures/([\w-]+\.svg)(?=[)\"'])")


class FeedbackExporter(HTMLExporter):
    """Writes a feedback page with our template."""


class FillFeedback(GetGrades):
    """Reads what the page shows from the graded notebook and the gradebook."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Put the page's content into the resources, and the course's drawings into its texts."""
        nb, resources = super().preprocess(nb, resources)
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            submission = gradebook.find_submission(names["assignment"], names["student"])
            notebooks = sorted(submission.notebooks, key=lambda notebook: notebook.name)
            others = [(notebook.name, notebook.score, notebook.max_score) for notebook in notebooks]
            graded = next(notebook for notebook in notebooks if notebook.name == names["notebook"])
            waiting = frozenset(grade.name for grade in graded.grades if grade.needs_manual_grade)
        record = nb.metadata.get(STATUS, {})
        resources["page"] = feedback.read_page(nb, names, record, waiting, callers())
        resources["notebooks"] = others
        resources["code_css"] = {theme: code_css(style) for theme, style in STYLES.items()}
        nb.cells = [cell for cell in nb.cells if not _is_part(cell)]
        for cell in nb.cells:
            if cell.cell_type == "markdown":
                cell.source = FIGURE.sub(lambda found: _embedded(found[1]) or found[0], cell.source)
        return nb, resources


def _is_part(cell: NotebookNode) -> bool:
    """Whether the page shows the cell by itself: a verdict or a written answer."""
    return bool(cell.metadata.get("nbgrader", {}).get("grade"))


@cache
def callers() -> Mapping[str, Sequence[str]]:
    """For each exercise the later ones that use its function, in the order of the course."""
    reference = Course().reference()
    needed = {exercise.name: needs(exercise, reference) for exercise in IN_ORDER}
    return {name: [other for other, names in needed.items() if name in names] for name in needed}


@cache
def code_css(style: str) -> str:
    """The style sheet of highlighted code."""
    return HtmlFormatter(style=style).get_style_defs(".highlight")


@cache
def _embedded(name: str) -> str:
    """A drawing of the course as an address that needs no file; "" where the course has none of this name.

    Only HTML files are released to students. Nothing that a submission brings along is read.
    """
    path = Course().source / "figures" / name
    if not path.is_file():
        return ""
    return f"data:image/svg+xml;base64,{base64.b64encode(path.read_bytes()).decode()}"
