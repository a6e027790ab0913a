"""Pictures on their way from the course, and from a student, to what people look at."""

from __future__ import annotations

import base64
from pathlib import Path

import nbformat
import pytest

from tests.support.pair import FIRST, NAME, Pair
from tests.support.payloads import PIXEL

pytestmark = pytest.mark.slow

DOT = base64.b64decode(PIXEL)
GIF = "R0lGODlhAQABAAAAACwAAAAAAQABAAAC"
PASTED = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAAC"
ANSWERED = """
![my picture.png](attachment:my%20picture.png)

<img src='attachment:my picture.png'>

It is *this*, as in ![the course's](<figures/dot 1.png>).
"""


def with_pictures(source: Path) -> None:
    """A text with pictures that lie beside the notebook, one that is pasted in, and a question with a picture."""
    (source / "figures").mkdir()
    (source / "figures" / "dot 1.png").write_bytes(DOT)
    notebook = nbformat.read(source / FIRST, as_version=4)
    text = "# Squares\n\n![a](figures/dot%201.png) <img src='figures/dot 1.png'> ![b](attachment:the%20course.gif)"
    about = {"grade": True, "solution": True, "locked": False, "task": False, "points": 1, "grade_id": "why"}
    question = nbformat.v4.new_markdown_cell("Why?")
    question.metadata["nbgrader"] = {**about, "schema_version": 3, "cell_type": "markdown"}
    pasted = {"the course.gif": {"image/gif": GIF}}
    notebook.cells += [nbformat.v4.new_markdown_cell(text, attachments=pasted), question]
    nbformat.write(notebook, source / FIRST)


def test_pictures_are_in_the_release_and_in_the_feedback(tmp_path: Path) -> None:
    course = Pair.make(tmp_path / "course", with_pictures)
    assert (course.root / "release" / NAME / "figures" / "dot 1.png").read_bytes() == DOT
    folder = course.hand_in("ann")
    notebook = course.solved(FIRST)
    notebook.cells[-1].source += f"\n\n{ANSWERED}"
    notebook.cells[-1]["attachments"] = {"my picture.png": {"image/png": PASTED}}
    del notebook.cells[-2]["attachments"]  # lost in some editor
    nbformat.write(notebook, folder / FIRST)
    for command in ("autograde", "generate_feedback"):
        done = course.nbgrader(command)
        assert done.returncode == 0, done.stderr
    page = (course.root / "feedback" / "ann" / NAME / "1_squares.html").read_text()
    assert page.count(f"data:image/png;base64,{PIXEL}") == 3
    assert page.count(f"data:image/gif;base64,{GIF}") == 1
    assert page.count(f"data:image/png;base64,{PASTED}") == 2
    assert "<em>this</em>" in page and "figures/dot" not in page and "attachment:" not in page
