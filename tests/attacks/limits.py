"""How much time an attack gets: enough for what it tries, and little where it would take any that it is given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from autograder.engine import Engine
from autograder.sandbox import session
from autograder.sandbox.runner import Limits

LIMITS = Limits(cell=1.2, call=0.6, exercise=1.2, submission=6.0)
ENDLESS = Limits(cell=0.4, call=0.4, exercise=0.4, submission=6.0)
GRACE = 0.3  # seconds that endless code has to stop, which it does not


@contextmanager
def little_time(engine: Engine) -> Iterator[None]:
    """What this engine grades in the block is given little time, and soon ended where it heeds no interrupt."""
    with patch.object(engine, "_limits", ENDLESS), patch.object(session, "GRACE", GRACE):
        yield
