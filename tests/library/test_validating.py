"""While nbgrader validates: a few steps of a training, and an end for cells without one."""

from __future__ import annotations

import signal
import time

import pytest
from IPython.core.interactiveshell import InteractiveShell

from cs231n import validating
from cs231n.validating import CellLimit, CellStopped, ShortTraining, limit_cells

needs_alarms = pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="Windows has no alarms")


def steps() -> int:
    """How many steps a training takes, of a thousand."""
    short = ShortTraining()
    return next((step for step in range(1000) if short.is_enough()), 1000)


def test_a_training_is_cut_short_only_while_nbgrader_validates(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("NBGRADER_VALIDATING", raising=False)
    assert steps() == 1000
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")
    assert steps() == validating.STEPS
    monkeypatch.setattr(validating, "SECONDS", -1)
    assert steps() == 0, "a slow one ends by the clock"


@pytest.fixture
def shell():
    shell = InteractiveShell()
    yield shell
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    shell.history_manager.end_session()


@needs_alarms
def test_an_endless_cell_is_stopped_and_later_ones_are_tried_more_shortly(shell, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(validating, "LATER", 0.1)
    limit = CellLimit(0.3)
    shell.events.register("pre_run_cell", limit.start)
    shell.events.register("post_run_cell", limit.end)
    endless = "while True:\n    try: pass\n    except Exception: pass"
    started = time.monotonic()
    found = [shell.run_cell(cell).error_in_exec for cell in (endless, "1 + 1", endless)]
    assert time.monotonic() - started < 5
    assert [type(error) for error in found] == [CellStopped, type(None), CellStopped]
    assert str(found[0]).startswith("Validate stopped this cell after 0.3 seconds.\nIs there a loop that never ends?")
    assert "0.1 seconds" in str(found[2])
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


@needs_alarms
def test_cells_are_limited_only_while_nbgrader_validates(shell, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("NBGRADER_VALIDATING", raising=False)
    limit_cells(shell)
    shell.run_cell("import signal; left = signal.getitimer(signal.ITIMER_REAL)[0]")
    assert shell.user_ns["left"] == 0
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")
    limit_cells(None)
    limit_cells(shell)
    shell.run_cell("left = signal.getitimer(signal.ITIMER_REAL)[0]")
    assert 0 < shell.user_ns["left"] <= validating.LIMIT
