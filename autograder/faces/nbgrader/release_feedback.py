"""`nbgrader release_feedback` where not everybody handed in through the exchange."""

from __future__ import annotations

import glob
import os
from pathlib import Path

from nbgrader.exchange.default import ExchangeReleaseFeedback

from autograder.intake.safe import safe_name

NEEDED = ("timestamp.txt", "submission_secret.txt")  # `nbgrader submit` writes them; where a page goes hangs on them


class ReleaseFeedback(ExchangeReleaseFeedback):
    """Leaves out who did not hand in through the exchange, and says so; nbgrader ends at the first of them."""

    def copy_files(self) -> None:
        """Give back the pages of everyone else."""
        excluded = self.coursedir.student_id_exclude
        folders = {Path(page).parent for page in glob.glob(os.path.join(self.src_path, "*.html"))}
        without = {folder.parent.name for folder in folders if not all(_readable(folder / name) for name in NEEDED)}
        left_out = sorted(without - set(excluded.split(",")))
        self.coursedir.student_id_exclude = ",".join(filter(None, [excluded, *left_out]))
        try:
            super().copy_files()
        finally:
            self.coursedir.student_id_exclude = excluded
        if left_out:
            names, place = ", ".join(map(safe_name, left_out)), self.coursedir.feedback_directory
            self.log.warning("Not handed in through the exchange: %s. Their pages are in %s: send these.", names, place)


def _readable(path: Path) -> bool:
    """Whether the file is there and is text."""
    try:
        path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return True
