"""Read submissions as students hand them in: whatever is wrong with the file ends in a status and a sentence.

nbgrader stops a whole batch for one notebook with a duplicated cell or old metadata, and saves an unreadable one
as a zero. Here a notebook is mended first (repairs.py; what was changed is noted), and one that cannot be read is
replaced by the release with a notice and waits for a person. Which file is which notebook, folder.py finds out.
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from autograder.assignment import Assignment, Kind
from autograder.cells import grade_id, source_of
from autograder.errors import AssignmentError

from .folder import Submission

AUTOTEST = "AUTOTEST"  # stands in a source's test where nbgrader is to write asserts for a release
TO_BE_WRITTEN = (
    "nbgrader writes the test {test} of {notebook}.ipynb itself (AUTOTEST), and only its gradebook has it: grade with"
    " `nbgrader autograde` or `python -m autograder grade`"
)


def read_submission(path: Path, release: Path) -> NotebookNode:
    """The submitted notebook of this name, wherever in its folder it lies, mended by the one in `release`."""
    return Submission(path.parent, release).notebook(path.name)


def with_tests(notebook: NotebookNode, assignment: Assignment, name: str) -> None:
    """Give a submitted notebook's test cells the source's text, hidden tests included, as nbgrader's gradebook does.

    Raises AssignmentError where nbgrader writes the tests itself: then only its gradebook has them.
    """
    source = {grade_id(cell): source_of(cell) for cell in assignment.cells(name)}
    for cell in notebook.cells:
        if assignment.kind_of(cell) is Kind.TEST:
            cell.source = source[grade_id(cell)]
            if AUTOTEST in cell.source:
                raise AssignmentError(TO_BE_WRITTEN.format(notebook=name, test=grade_id(cell)))
