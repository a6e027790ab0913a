"""What %autoreload looks at: what was imported since, and nothing of what was there before."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from autograder.sandbox.reload import OwnModules, WithOwnModules


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OwnModules:
    """As after three modules were installed, of which a submission can import a fourth."""
    monkeypatch.setattr(sys, "modules", {name: sys.modules[name] for name in ("sys", "re", "json")})
    (tmp_path / "theirs.py").write_text("z = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    return OwnModules()


def test_only_what_came_later_is_listed_and_all_is_found(own: OwnModules) -> None:
    assert (list(own), len(own), own.get("theirs")) == ([], 0, None)
    theirs = sys.modules["theirs"] = importlib.util.module_from_spec(importlib.util.spec_from_loader("theirs", None))
    assert (list(own), len(own), own["theirs"]) == (["theirs"], 1, theirs)
    assert own["json"] is sys.modules["json"] and own.keys() - {"theirs"} == set()
    assert own.get("no such module") is None


def test_an_installed_module_that_is_imported_anew_is_theirs_from_then_on(own: OwnModules) -> None:
    sys.modules["re"] = sys.modules.pop("re")
    assert list(own) == ["re"]


def test_what_the_last_installed_one_is_may_go(own: OwnModules) -> None:
    """Then all are looked at, as at home."""
    del sys.modules["json"]
    assert set(own) == {"sys", "re"}


def test_all_else_of_sys_is_as_it_was() -> None:
    seen = WithOwnModules()
    assert (seen.stderr, seen.path) == (sys.stderr, sys.path)
    assert list(seen.modules) == []
