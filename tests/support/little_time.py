"""Little time for student code that would take any that it is given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from autograder.engine import Engine
from autograder.sandbox import session
from autograder.sandbox.runner import Limits

GRACE = 0.3  # seconds that code has to stop which does not


@contextmanager
def little_time(engine: Engine, limits: Limits) -> Iterator[None]:
    """What the engine grades in the block has these limits, and is soon ended where it heeds no interrupt."""
    with patch.object(engine, "_limits", limits), patch.object(session, "GRACE", GRACE):
        yield
