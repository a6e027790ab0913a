"""Figures that say in words what they show."""

from __future__ import annotations

import base64
import html
import re

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from cs231n.described import DescribedFigure

SAID = 'two lines,\n"a" <b> & c'


@pytest.fixture
def figure() -> DescribedFigure:
    made = DescribedFigure(figsize=(1, 1))
    made.subplots().plot([1, 2])
    made.description = SAID
    return made


def test_a_notebook_shows_the_picture_with_its_description(figure: DescribedFigure):
    shown = figure.shown()
    alt, data = re.fullmatch(r'<img alt="([^"]*)" src="data:image/png;base64,([^"]+)">', shown["text/html"]).groups()
    assert html.unescape(alt) == SAID == shown["text/plain"]
    assert base64.b64decode(data).startswith(b"\x89PNG")


def test_the_last_line_of_a_cell_shows_it_so(figure: DescribedFigure):
    shell = InteractiveShell.instance(user_ns={"figure": figure})
    shell.enable_gui = lambda gui=None: None
    with capture_output() as captured:
        shell.run_cell("figure")
    (output,) = captured.outputs
    assert output.data == figure.shown()
