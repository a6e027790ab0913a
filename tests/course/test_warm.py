"""The quick import of nbgrader leaves Python as it was."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import gc, sys
import autograder.course.warm
assert "nbgrader.apps.autogradeapp" in sys.modules
assert "rfc3987_syntax" not in sys.modules
assert "lark" not in sys.modules
assert gc.isenabled() and gc.get_freeze_count() > 10_000
import rfc3987_syntax
assert rfc3987_syntax.is_valid_syntax("iri", "http://example.org/é")
"""


def test_nbgrader_is_there_and_everything_else_can_still_be_imported() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
