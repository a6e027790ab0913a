"""Pictures in the notebooks themselves: who opens a single notebook, as in Colab, has no folder beside it."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

from autograder.cells import read_cells, source_of
from autograder.intake.pictured import LINK, held
from autograder.intake.texts import SOURCE_LIMIT

PICTURE = re.compile(LINK)
KINDS = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".gif": "gif"}
ROOM = SOURCE_LIMIT // 2  # characters for pictures in a notebook: longer ones the grader does not read
WIDTH = re.compile(r'<svg\b[^>]*\bwidth="(\d+)')


def with_pictures(notebook: Path) -> bytes:
    """A notebook file whose texts hold the pictures that they name, as far as these lie in its folder.

    For a drawing in SVG, which Colab does not show, the PNG beside it is taken, in the drawing's own width; without one
    the link stays, and so it does where the pictures before it fill the notebook. Raises AssignmentError where the file
    is no notebook.
    """
    cells, room = read_cells(notebook), ROOM

    def embed(link: re.Match[str]) -> str:
        nonlocal room
        tag = _embedded(link, notebook.parent)
        if len(tag) > room:
            return link[0]
        room -= len(tag)
        return tag

    for cell in cells:
        if cell["cell_type"] == "markdown":
            text = PICTURE.sub(embed, source_of(cell))
            cell["source"] = text.splitlines(keepends=True)
    content = {**json.loads(notebook.read_text(encoding="utf-8")), "cells": cells}
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _embedded(link: re.Match[str], folder: Path) -> str:
    path = (folder / link[2]).resolve()
    shown = path.with_suffix(".png") if path.suffix == ".svg" else path
    if not shown.is_relative_to(folder.resolve()) or shown.suffix not in KINDS or not shown.is_file():
        return link[0]
    drawn = WIDTH.search(path.read_text(encoding="utf-8")) if path.suffix == ".svg" else None
    data = base64.b64encode(shown.read_bytes()).decode("ascii")
    return held(link[1], KINDS[shown.suffix], data, drawn[1] if drawn else "")
