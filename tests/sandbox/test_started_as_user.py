"""What the setting `processes` opens, once more as an ordinary user where these tests run as root.

Root has a cgroup here; others have the limit on processes that the kernel knows for them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import nobody

pytestmark = pytest.mark.slow

TESTS = Path(__file__).with_name("test_started_processes.py")
CHOSEN = "bomb or zombies or signals or behind or powers or further"

home = nobody.home_of_nobody  # the fixture


def test_an_ordinary_user_starts_processes_as_safely(home: Path) -> None:
    nobody.expect_passes(TESTS, CHOSEN, home, patience=400)
