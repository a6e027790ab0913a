"""JSON that a submission holds, read only where it is not too much: a small value takes far more room than its text."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

VALUES_LIMIT = 1_000_000  # in a file
DIGITS_LIMIT = 300  # of a whole number; Python refuses to read one of some thousands
CHUNK = 1 << 20  # bytes that are looked at together


class TooManyError(ValueError):
    """The text holds more values than are read."""


def read_json(data: bytes) -> Any:
    """What a JSON text in any of its encodings says.

    Raises TooManyError where it has more than VALUES_LIMIT values, UnicodeDecodeError where it is no text, another
    ValueError where it is not JSON, RecursionError where its lists lie too deep in each other.
    """
    text = data.decode(json.detect_encoding(data))
    if sum(map(text.count, ",[{")) > VALUES_LIMIT and _values(text) > VALUES_LIMIT:
        raise TooManyError(f"more than {VALUES_LIMIT:,} values")
    return json.loads(text, parse_int=_whole)


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= DIGITS_LIMIT else float(digits)


def _values(text: str) -> int:
    """About how many values it holds: its commas and opening brackets outside of strings."""
    plain = text.replace("\\\\", "").replace('\\"', "").encode("latin-1", "replace")
    count = quotes = 0
    for start in range(0, len(plain), CHUNK):
        characters = np.frombuffer(plain, np.uint8, min(CHUNK, len(plain) - start), start)
        outside = (np.cumsum(characters == ord('"')) + quotes) % 2 == 0
        quotes += int(np.count_nonzero(characters == ord('"')))
        count += sum(int(np.count_nonzero(outside & (characters == mark))) for mark in b",[{")
    return count
