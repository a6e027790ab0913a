"""The data set's archive on a server of this machine, and the command that fetches it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import download
from coco import fetch
from tests.support.coco_archive import archive
from tests.support.web import Site

WHOLE = archive()
SUM = hashlib.sha256(WHOLE).hexdigest()
STUCK = [0] * fetch.TRIES  # answers that bring nothing, until there is no more try


def run(site: Site, target: Path, *more: str) -> int:
    return download.main(["--url", site.url, "--to", str(target), *more])


def beside(target: Path) -> list[str]:
    """What lies where the target does."""
    return sorted(path.name for path in target.parent.iterdir())


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What was said: one sentence with these words, and no more."""
    told = capsys.readouterr()
    assert told.out == "" and told.err.startswith("error: ") and told.err.count("\n") == 1
    assert all(word in told.err for word in words), told.err
    return told.err
