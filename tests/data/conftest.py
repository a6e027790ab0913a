"""What the tests of the downloader share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coco import FOLDER, URL_VARIABLE, fetch
from tests.support.download import WHOLE
from tests.support.web import Site, serving


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers of this machine are asked directly, and nobody waits between two tries."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    monkeypatch.setattr(fetch.time, "sleep", lambda _: None)
    monkeypatch.setattr(fetch, "BLOCK", 10)  # what has come of a block that breaks off is lost


@pytest.fixture
def site(quick: None) -> Iterator[Site]:
    with serving(WHOLE) as served:
        yield served


@pytest.fixture
def target(quick: None, tmp_path: Path) -> Path:
    return tmp_path / "data" / FOLDER
