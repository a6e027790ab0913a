"""nbgrader's check of a notebook's metadata, made once for all notebooks whose metadata say the same."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.nbgraderformat import MetadataValidator, ValidationError
from nbgrader.preprocessors import CheckCellMetadata


class CheckMetadata(CheckCellMetadata):
    """Checks nbgrader's metadata as nbgrader does, which would check them and their schema anew for each cell."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Let a notebook pass whose metadata are right; nbgrader's own check says what is wrong with others."""
        cells = [[cell.cell_type, cell.metadata["nbgrader"]] for cell in nb.cells if "nbgrader" in cell.metadata]
        try:
            _check(json.dumps(cells, sort_keys=True))
        except ValidationError:
            nb, resources = super().preprocess(nb, resources)
        return nb, resources


@lru_cache(maxsize=64)
def _check(cells: str) -> None:
    """Validate the types and metadata of a notebook's cells, given as JSON; raises ValidationError."""
    given = [{"cell_type": kind, "source": "", "metadata": {"nbgrader": meta}} for kind, meta in json.loads(cells)]
    MetadataValidator().validate_nb(nbformat.from_dict({"cells": given}))
