"""Pairs whose code is alike where others' differs, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autograder.terminal import lines

from ..contents import Report

SHOWN = 30  # pairs of which the page has the code


def build(report: Report, _: Path) -> dict[str, Any]:
    """The pairs with their code."""
    shown = {student for pair in report.pairs[:SHOWN] for student in (pair.first, pair.second)}
    code = {each.student: each.code for each in report.submissions if each.student in shown}
    safe = {
        student: {name: lines(text.expandtabs(4)) for name, text in found.items()} for student, found in code.items()
    }
    return {"pairs": report.pairs[:SHOWN], "more": len(report.pairs[SHOWN:]), "code": safe}
