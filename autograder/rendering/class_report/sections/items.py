"""Exercises that tell little about a student, where the numbers allow to say so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..contents import Report
from ..items import Finding


def build(report: Report, _: Path) -> dict[str, Any] | None:
    """The exercises of which something is to be said, the least telling first, and the figures of all."""
    if not report.items:
        return None
    told = [each for each in report.items if each.finding is not Finding.TELLS]
    return {"told": sorted(told, key=lambda each: each.discrimination), "items": report.items}
