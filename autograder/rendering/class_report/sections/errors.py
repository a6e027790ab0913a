"""The relative errors of every output, for who looks after the limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..charts import strips
from ..contents import Report


def build(report: Report, _: Path) -> dict[str, Any] | None:
    """A strip plot for each exercise."""
    return {"strips": strips(report.errors)} if report.judged and report.marked else None
