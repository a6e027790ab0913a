"""Pictures that go into a notebook: those in its folder, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.errors import AssignmentError
from autograder.faces.handout.embedded import with_pictures

PNG = b"\x89PNG\r\n\x1a\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="740"/>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret.png").write_bytes(PNG)
    inside = tmp_path / "released" / "figures"
    inside.mkdir(parents=True)
    for name in ("drawn.png", "photo.png"):
        (inside / name).write_bytes(PNG)
    for name in ("drawn.svg", "alone.svg"):
        (inside / name).write_text(SVG)
    return inside.parent


def embed(folder: Path, text: str | list[str], cell_type: str = "markdown") -> str:
    cells = [{"cell_type": cell_type, "source": text, "metadata": {}}]
    path = folder / "one.ipynb"
    path.write_text(json.dumps({"cells": cells, "nbformat": 4}))
    return "".join(json.loads(with_pictures(path))["cells"][0]["source"])


def test_a_picture_goes_in_with_its_description(folder: Path):
    assert embed(folder, '# A\n![a "b" <c>](figures/photo.png)\nB') == (
        '# A\n<img alt="a &quot;b&quot; &lt;c&gt;" src="data:image/png;base64,iVBORw0KGgo=">\nB'
    )


def test_a_drawing_goes_in_as_its_png_in_its_own_width(folder: Path):
    assert embed(folder, ["![a](figures/", "drawn.svg)"]) == (
        '<img alt="a" width="740" src="data:image/png;base64,iVBORw0KGgo=">'
    )


@pytest.mark.parametrize(
    "link",
    [
        "figures/alone.svg",
        "figures/missing.png",
        "../secret.png",
        "https://example.org/a.png",
        "attachment:a.png",
        "data:image/png;base64,AA==",
        "figures",
        "one.ipynb",
    ],
)
def test_anything_else_stays_a_link(folder: Path, link: str):
    assert embed(folder, f"![a]({link})") == f"![a]({link})"


def test_pictures_leave_room_for_what_the_student_writes(folder: Path):
    (folder / "figures" / "photo.png").write_bytes(PNG + bytes(250_000))  # a third of a million in base64
    text = embed(folder, "![a](figures/photo.png) ![b](figures/photo.png) ![c](figures/drawn.svg)")
    assert text.count("<img") == 2 and "![b](figures/photo.png)" in text


def test_code_is_left_alone(folder: Path):
    assert embed(folder, "![a](figures/photo.png)", "code") == "![a](figures/photo.png)"


def test_a_damaged_notebook_is_named(folder: Path):
    (folder / "one.ipynb").write_text("{")
    with pytest.raises(AssignmentError, match=r"one\.ipynb cannot be read as a notebook"):
        with_pictures(folder / "one.ipynb")
