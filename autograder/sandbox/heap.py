"""Memory that is free but not given back: what imports and warm-up have used once, the C library keeps in case."""

from __future__ import annotations

import ctypes
from contextlib import suppress


def trim() -> None:
    """Give the kernel back what is free, where this system's C library can."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
