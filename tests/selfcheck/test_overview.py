"""All exercises of a notebook at a glance: `check()`."""

from __future__ import annotations

import pytest

from autograder.selfcheck.check import check
from autograder.selfcheck.oneline import CheckFailed
from tests.support.selfcheck import BAD_RUN, cell


def test_all_right(capsys: pytest.CaptureFixture):
    check("", cell(""))
    assert capsys.readouterr().out.splitlines() == [
        "✓ All 3 exercises are right.",
        "  ✓ scale: all 3 checks pass",
        "  ✓ scale_backward: all 6 checks pass",
        "  ✓ run: the check passes",
    ]


def test_one_is_wrong_and_one_that_was_asked_for_is_not_defined(capsys: pytest.CaptureFixture):
    names = cell(BAD_RUN, In=["", "check('scale')", 'check("scale_backward")', "check()"])
    del names["scale"]
    with pytest.raises(CheckFailed, match="0 of 3 exercises are right"):
        check(namespace=names)
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "✗ 0 of 3 exercises are right."
    assert out[1:] == ["  ✗ run: h is wrong", "  ✗ scale: not defined", "  ✗ scale_backward: not defined"]


def test_what_another_notebook_defines_is_that_ones(capsys: pytest.CaptureFixture):
    names = cell("")
    names["run"].reads_notebook = "1_other.ipynb"
    check(namespace=names)
    assert "run" not in capsys.readouterr().out


def test_nothing_is_defined(capsys: pytest.CaptureFixture):
    with pytest.raises(CheckFailed, match="run its cells first"):
        check(namespace={})
    assert capsys.readouterr().out.startswith("✗ No function of this notebook")
