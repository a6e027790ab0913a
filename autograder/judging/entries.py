"""Which entries of an output are wrong: only yes or no for each, so that a picture of them shows no right values.

Of whole numbers there is no picture: there are few of them, and whoever hands in the same one everywhere would see
where it is right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograder.selfcheck.compare import error_map

MOST = 4096  # entries; for a larger output there is no picture


@dataclass(frozen=True)
class Entries:
    """For each entry of an output whether it is wrong. packed: these truth values as bits."""

    shape: tuple[int, ...]
    packed: bytes

    @property
    def wrong(self) -> np.ndarray:
        """The truth values in the output's shape."""
        size = int(np.prod(self.shape))
        bits = np.unpackbits(np.frombuffer(self.packed, np.uint8), count=size)
        return bits.astype(bool).reshape(self.shape)


def wrong_entries(value: np.ndarray, right: np.ndarray, limit: float) -> Entries | None:
    """The entries further than `limit` from the right ones.

    None where there are too many entries, where shapes differ, and where all right values are whole numbers.
    An entry that is not finite is wrong.
    """
    if np.shape(value) != np.shape(right) or not 0 < np.size(right) <= MOST:
        return None
    if np.array_equal(right, np.round(right)):
        return None
    with np.errstate(all="ignore"):
        wrong = ~(error_map(value, right) <= limit)
    return Entries(wrong.shape, np.packbits(wrong).tobytes())
