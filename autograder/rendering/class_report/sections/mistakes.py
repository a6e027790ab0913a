"""The mistakes that were recognised, with how many made them, the advice that was given, and one student's code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..contents import Report

SHOWN = 10  # mistakes; the rarer ones are folded


def build(report: Report, _: Path) -> dict[str, Any] | None:
    """The common mistakes and the rarer ones."""
    if not (report.judged or report.mistakes) or not report.marked:
        return None
    return {"common": report.mistakes[:SHOWN], "rare": report.mistakes[SHOWN:]}
