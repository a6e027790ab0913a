"""While nbgrader validates a notebook: short trainings, and an end for endless loops.

Jupyter's server does nothing else until Validate is done, for nobody. nbgrader's own limit is half a minute a cell,
which a notebook with an endless loop reaches in one cell after another.
"""

from __future__ import annotations

import os
import signal
import time
from types import FrameType
from typing import Any

from .words import told

STEPS, SECONDS = 10, 1.0  # of a training, whichever ends first
LIMIT = 10.0  # seconds for a cell, as when it is graded
LATER = 3.0  # seconds for each cell after one that was stopped: most call the same function
AGAIN = 5.0  # seconds to the next attempt, where a bare `except` caught it


class CellStopped(BaseException):
    """A cell has taken too long. No Exception, so that `except Exception` in a loop does not keep it running."""


class ShortTraining:
    """How much of a training is enough: all of it, and a few steps where nbgrader is validating."""

    def __init__(self) -> None:
        self._steps, self._until = 0, time.monotonic() + SECONDS

    def is_enough(self) -> bool:
        """Whether to stop; asked before each step."""
        self._steps += 1
        return is_validating() and (self._steps > STEPS or time.monotonic() > self._until)


class CellLimit:
    """Raises CellStopped in a cell that has run for `limit` seconds; register its methods with IPython's events."""

    def __init__(self, limit: float = LIMIT) -> None:
        self._limit = limit

    def start(self, *_: Any) -> None:
        """Before a cell."""
        signal.signal(signal.SIGALRM, self._stop)
        signal.setitimer(signal.ITIMER_REAL, self._limit, AGAIN)

    def end(self, *_: Any) -> None:
        """After a cell."""
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        taken, self._limit = self._limit, min(self._limit, LATER)
        said = (
            "Validate stopped this cell after {seconds:g} seconds.\nIs there a loop that never ends? The lines above"
            " say where it was."
        )
        raise CellStopped(told(said, seconds=taken))


def is_validating() -> bool:
    """Whether nbgrader's Validate runs this notebook."""
    return bool(os.environ.get("NBGRADER_VALIDATING"))


def limit_cells(shell: Any) -> None:
    """Let no cell of this IPython shell run for long while nbgrader validates; does nothing on Windows."""
    if shell and is_validating() and hasattr(signal, "SIGALRM"):
        limit = CellLimit()
        shell.events.register("pre_run_cell", limit.start)
        shell.events.register("post_run_cell", limit.end)
