"""A folder laid out as Gradescope lays out its container's /autograder, and grading in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.faces.gradescope.__main__ import main


@dataclass(frozen=True)
class Container:
    """`root` stands for /autograder; the zip file's content is in source/. The Python is that of the tests."""

    root: Path

    @property
    def submission(self) -> Path:
        return self.root / "submission"

    def hand_in(self, files: dict[str, str | bytes]) -> None:
        """Replace the submission by these files."""
        shutil.rmtree(self.submission, ignore_errors=True)
        self.submission.mkdir()
        for name, content in files.items():
            path = self.submission / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def run(self, python: str = sys.executable) -> tuple[dict[str, Any], str]:
        """Grade the submission; returns results.json and what instructors read."""
        shutil.rmtree(self.root / "results", ignore_errors=True)
        own = {"AUTOGRADER_ROOT": str(self.root), "AUTOGRADER_PYTHON": python}
        done = subprocess.run(
            ["sh", str(self.root / "source" / "run_autograder")],
            cwd=self.root,
            env={**os.environ, **own},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return json.loads((self.root / "results" / "results.json").read_text()), done.stdout

    def grade_here(self) -> dict[str, Any]:
        """Grade the submission in this process; returns results.json."""
        main(self.root)
        return json.loads((self.root / "results" / "results.json").read_text())
