"""Texts and names that are not safe to show are shown as plain text; what nobody can show is refused."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from urllib.parse import quote

import nbformat
import pytest

from autograder.faces.handout.embedded import with_pictures
from autograder.intake import links, texts
from autograder.intake.safe import NOT_THERE, is_as_written, with_simple_names
from autograder.intake.safe.html import harmless
from autograder.record import Status
from tests.intake.test_safe import page_of
from tests.support.house import ASSIGNMENT
from tests.support.intake import ANSWER, NAME, Intake, cell, contents, said, status
from tests.support.payloads import HTML, MARKDOWN, PIXEL

QUOTED = "Markup that is not safe to open, or cannot be shown, is shown as plain text in {}."
LOST = "The notebook does not hold all pictures that are named in {}."
SCRIPTED = "<img src=x onerror=alert(1)>.ipynb"


def markdown(source: str, **more: object) -> nbformat.NotebookNode:
    return nbformat.v4.new_markdown_cell(source, **more)


@pytest.mark.parametrize("kind", [nbformat.v4.new_markdown_cell, nbformat.v4.new_raw_cell])
def test_every_hostile_text_is_harmless_in_a_page_and_the_marks_are_not_touched(hand_in: Intake, solved, kind) -> None:
    before = len(solved.cells)
    hostile = [text for text in MARKDOWN.values() if len(text) < 2000]
    solved.cells += [kind(text) for text in hostile]
    notebook = hand_in(solved)
    assert contents(notebook)[:before] == contents(solved)[:before]
    assert all(harmless(page_of(one.source)) for one in notebook.cells[before:] if one.cell_type == "markdown")
    assert not any("<" in one.source for one in notebook.cells[before:] if one.cell_type == "raw")
    quoted = sum(is_as_written(one.source) for one in notebook.cells)
    assert quoted > 5 and status(notebook) == Status.REPAIRED
    assert said(notebook).startswith(QUOTED.format(f"{quoted} cells"))


def test_the_handouts_texts_become_the_releases_again(hand_in: Intake, solved) -> None:
    wanted = [one.source for one in solved.cells]
    held = json.loads(with_pictures(ASSIGNMENT.release / NAME))["cells"]
    pictured = {given["id"]: "".join(given["source"]) for given in held if "<img" in "".join(given["source"])}
    for one in solved.cells:
        one.source = pictured.get(one.id, one.source)
    assert sum("data:image/png" in one.source for one in solved.cells) > 5
    notebook = hand_in(solved)
    assert status(notebook) == Status.GRADED and [one.source for one in notebook.cells] == wanted


def test_a_text_that_only_looks_like_markup_is_no_repair(hand_in: Intake, solved) -> None:
    cell(solved, ANSWER).source = "From <START> to <END>."
    notebook = hand_in(solved)
    assert status(notebook) == Status.GRADED
    assert cell(notebook, ANSWER).source == "From &lt;START> to &lt;END>."


def test_a_picture_that_is_missing_or_none_does_not_stop_the_page(hand_in: Intake, solved) -> None:
    pictures = {"a.png": {"image/png": PIXEL}, "b": {"text/html": HTML["script"]}, "c": {"image/png": '"x'}}
    solved.cells += [markdown(f"![x](attachment:{name})", attachments=pictures) for name in ("a.png", "b", "c", "d")]
    notebook = hand_in(solved)
    assert [one.source for one in notebook.cells[-4:]] == ["![x](attachment:a.png)", *[f"x {NOT_THERE}"] * 3]
    assert {json.dumps(one.attachments) for one in notebook.cells[-4:]} == {json.dumps({"a.png": pictures["a.png"]})}
    assert said(notebook) == LOST.format("3 cells")


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "![{name}](attachment:{name})",
        "![a](<attachment:{name}>)",
        '![a](attachment:{quoted} "as drawn")',
        '<img alt="a" src="attachment:{name}" width="300">',
        "![a][1]\n\n[1]: attachment:{quoted}",
    ],
)
@pytest.mark.parametrize("name", ["my picture.png", "Gru\u0308n.png", "a(1).png", "a&b.png", "plain.png"])
def test_a_pasted_picture_is_found_whatever_its_name(hand_in: Intake, solved, text: str, name: str) -> None:
    pictures = {"other one.png": {"image/png": "iVBORw0KGgo="}, name: {"image/png": PIXEL}}
    source = f"An answer.\n\n{text.format(name=name, quoted=quote(name))}\n\nMore *of it*."
    solved.cells.append(markdown(source, attachments=pictures))
    notebook = hand_in(solved)
    page = page_of(notebook.cells[-1].source, notebook.cells[-1].attachments)
    assert page.count(PIXEL) == 1 and "<em>of it</em>" in page
    assert (status(notebook), said(notebook)) == (Status.GRADED, "")


def test_a_name_of_a_picture_in_code_is_left_alone(hand_in: Intake, solved) -> None:
    code = "`![x](attachment:none.png)` and\n\n```\n<img src='attachment:none.png'>\n```"
    solved.cells.append(markdown(code))
    assert hand_in(solved).cells[-1].source == code


def test_odd_texts_of_pictures_take_no_time() -> None:
    pictures = {f"my {number}.png": {"image/png": PIXEL} for number in range(2000)}
    start = time.monotonic()
    for text in ("![", "<img ", "<img src=attachment:", "![a](attachment:", "attachment:my 1.png"):
        with_simple_names(text * (20_000 // len(text)), pictures)
    assert time.monotonic() - start < 10


def test_many_texts_are_not_all_tried(hand_in: Intake, solved) -> None:
    solved.cells += [markdown(f"{number} " * 5000) for number in range(8)]
    notebook = hand_in(solved)
    assert [is_as_written(one.source) for one in notebook.cells[-8:]] == [False] * 5 + [True] * 3


@pytest.mark.parametrize("cells", [[markdown("x")] * texts.CELLS_LIMIT, [markdown("x" * texts.SOURCE_LIMIT)]])
def test_more_than_a_page_can_show_is_not_read(hand_in: Intake, solved, cells) -> None:
    notebook = hand_in({**solved, "cells": [*solved.cells, *cells]})
    assert status(notebook) == Status.UNREADABLE
    assert (
        said(notebook)
        == f"{NAME} has more than 1000 cells or 1,000,000 characters of code and text, so it was not read."
    )


def test_lines_of_a_source_count_together(hand_in: Intake, solved) -> None:
    solved["cells"].append({"cell_type": "code", "source": ["x" * 1000] * 1001})
    assert status(hand_in(solved)) == Status.UNREADABLE


def test_names_of_files_are_no_markup_in_the_notice(tmp_path: Path, hand_in: Intake, solved) -> None:
    (tmp_path / "b\nmallory, 1_rnn_layers: graded.ipynb").write_text(json.dumps(solved))
    cell(solved, "rnn_forward").source += "\n# another one"
    notebook = hand_in(solved, name=SCRIPTED)
    assert status(notebook) == Status.UNREADABLE
    assert "b?mallory" in said(notebook) and "\n" not in said(notebook)
    assert harmless(page_of(notebook.cells[0].source)) and "onerror" in notebook.cells[0].source


def test_a_name_that_is_no_text(tmp_path: Path, hand_in: Intake, solved) -> None:
    with open(os.fsencode(tmp_path) + b"/\xff\x1b[31m.ipynb", "w") as file:
        file.write(json.dumps(solved))
    notebook = hand_in.read()
    assert (status(notebook), contents(notebook)) == (Status.REPAIRED, contents(solved))
    assert said(notebook) == f"The notebook was handed in as ??[31m.ipynb; it should be named {NAME}."


def test_a_notice_in_the_place_of_the_notebook(tmp_path: Path, hand_in: Intake) -> None:
    (tmp_path / NAME).symlink_to("/etc/passwd")
    links.make_safe(tmp_path, {})
    notebook = hand_in.read()
    assert status(notebook) == Status.UNREADABLE
    assert said(notebook) == f"In the place of {NAME} was a link to /etc/passwd, which was not followed."


def test_signs_that_take_a_page_long_are_bounded(hand_in: Intake, solved) -> None:
    solved.cells.append(nbformat.v4.new_code_cell("x = '" + "<" * texts.MARKS_LIMIT))
    assert said(hand_in(solved)) == f"{NAME} has more than 100,000 quotation marks and brackets, so it was not read."
