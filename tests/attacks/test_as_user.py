"""The attacks for which it matters who grades, once more as an ordinary user where these tests run as root."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import nobody

pytestmark = pytest.mark.slow

CHOSEN = "forks or threads or killed or descriptor or modes or limits or namespaces"
TESTS = Path(__file__).with_name("test_machine.py")

home = nobody.home_of_nobody  # the fixture


def test_an_ordinary_user_is_as_safe(home: Path) -> None:
    nobody.expect_passes(TESTS, CHOSEN, home, patience=300)
