"""What the tests of the visible check share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.selfcheck import MODULE, write_cases


@pytest.fixture(autouse=True)
def checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small checks.h5 in the place of the assignment's."""
    path = tmp_path / "checks.h5"
    write_cases(path)
    monkeypatch.setattr(MODULE, "cases_file", lambda: path)
    return path
