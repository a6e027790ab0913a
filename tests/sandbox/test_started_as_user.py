"""What the setting `processes` opens, once more as an ordinary user where these tests run as root.

Root has a cgroup here; others have the limit on processes that the kernel knows for them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.attacks import test_as_user
from tests.attacks.test_as_user import as_nobody
from tests.support.house import ROOT

pytestmark = pytest.mark.slow

home = test_as_user.home  # the fixture

TESTS = Path(__file__).with_name("test_started_processes.py")
CHOSEN = "bomb or zombies or signals or behind or powers or further"


def test_an_ordinary_user_starts_processes_as_safely(home: Path) -> None:
    able = subprocess.run(as_nobody([sys.executable, "-c", "import pytest"], home / "aside"), capture_output=True)
    if able.returncode:
        pytest.skip(f"nobody cannot run Python here: {able.stderr.decode()[-200:]}")
    for left in (home / "aside").iterdir():
        left.rmdir()
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", str(TESTS)]
    options = ["-k", CHOSEN, f"--basetemp={home}/pytest"]
    environment = {**os.environ, "HOME": str(home), "TMPDIR": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        as_nobody([*tests, *options], home / "aside"),
        cwd=ROOT,
        env={name: value for name, value in environment.items() if not name.startswith(("PYTEST_", "XDG_", "MPL"))},
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert " passed" in done.stdout and " skipped" not in done.stdout
