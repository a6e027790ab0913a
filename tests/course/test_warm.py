"""The quick import of nbgrader leaves Python as it was."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CODE = """
import gc, sys
import autograder.course.warm
assert "nbgrader.apps.autogradeapp" in sys.modules
assert "rfc3987_syntax" not in sys.modules
assert gc.isenabled() and gc.get_freeze_count() > 10_000
import rfc3987_syntax
assert rfc3987_syntax.is_valid_syntax("iri", "http://example.org/é")
"""
GRAMMAR = "def is_valid_syntax(term, text): return True\n"  # not all releases of jsonschema bring it


def test_nbgrader_is_there_and_everything_else_can_still_be_imported(tmp_path: Path) -> None:
    (tmp_path / "rfc3987_syntax.py").write_text(GRAMMAR)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
