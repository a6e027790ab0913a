"""Frames between the grader and a child: a JSON header and arrays as safetensors, both of bounded size.

No pickle crosses. Sizes are checked before anything is read into memory, and whatever does not fit the
format is a WireError: the reader trusts nothing that it reads.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from .messages import Arrays

SIZES = struct.Struct(">II")  # bytes of the header, bytes of the arrays
HEADER_LIMIT = 32 << 20
ARRAYS_LIMIT = 128 << 20
VALUES_LIMIT = 200_000  # in a header: small ones take far more memory than room on the wire
CHUNK = 1 << 20


class WireError(Exception):
    """A frame that breaks the format or its bounds."""


def pack(header: dict[str, Any], arrays: Arrays | None = None) -> bytes:
    """One frame; raises WireError where header or arrays are larger than a reader accepts."""
    head = json.dumps(header).encode()
    body = save({name: np.array(array, order="C") for name, array in arrays.items()}) if arrays else b""
    _check_sizes(len(head), len(body))
    _check_values(head)
    return SIZES.pack(len(head), len(body)) + head + body


class Connection:
    """A stream socket that carries frames. A read that times out can be taken up again."""

    def __init__(self, stream: socket.socket) -> None:
        self.received = 0  # bytes
        self._socket = stream
        self._buffer = bytearray()

    def send(self, header: dict[str, Any], arrays: Arrays | None = None, timeout: float | None = None) -> None:
        """Send one frame; raises TimeoutError or OSError where the other side does not take it."""
        self._socket.settimeout(timeout)
        self._socket.sendall(pack(header, arrays))

    def receive(self, timeout: float | None = None) -> tuple[dict[str, Any], Arrays]:
        """The next frame; raises TimeoutError, EOFError when the other side is gone, or WireError."""
        deadline = None if timeout is None else time.monotonic() + timeout
        self._fill(SIZES.size, deadline)
        head, body = SIZES.unpack_from(self._buffer)
        _check_sizes(head, body)
        self._fill(SIZES.size + head + body, deadline)
        _, header, arrays = (self._take(size) for size in (SIZES.size, head, body))
        return _header(header), _arrays(arrays)

    def close(self) -> None:
        self._socket.close()

    def _take(self, size: int) -> bytes:
        with memoryview(self._buffer) as view:
            taken = bytes(view[:size])
        del self._buffer[:size]
        return taken

    def _fill(self, size: int, deadline: float | None) -> None:
        while len(self._buffer) < size:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            chunk = self._socket.recv(CHUNK)
            if not chunk:
                raise EOFError
            self._buffer += chunk
            self.received += len(chunk)


def _check_sizes(head: int, body: int) -> None:
    if head > HEADER_LIMIT or body > ARRAYS_LIMIT:
        raise WireError(f"a frame of {head} + {body} bytes is over the limit")


def _check_values(header: bytes) -> None:
    if sum(map(header.count, (b",", b"[", b"{"))) > VALUES_LIMIT and _values(header) > VALUES_LIMIT:
        raise WireError("a header of too many values")


def _values(text: bytes) -> int:
    """About how many values a JSON text holds: its commas and opening brackets outside of strings."""
    characters = np.frombuffer(text.replace(rb"\\", b"").replace(rb"\"", b""), np.uint8)
    outside = np.cumsum(characters == ord('"'), dtype=np.uint8) % 2 == 0
    return sum(int(np.count_nonzero(outside & (characters == mark))) for mark in b",[{")


def _header(data: bytes) -> dict[str, Any]:
    _check_values(data)
    try:
        header = json.loads(data)
        if rb"\ud" in data.lower():  # halves of characters, which no file can hold
            header = json.loads(json.dumps(header, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as failure:
        raise WireError("the header is not JSON") from failure
    if not isinstance(header, dict):
        raise WireError("the header is not an object")
    return header


def _arrays(data: bytes) -> Arrays:
    try:
        return load(data) if data else {}
    except (SafetensorError, ValueError, KeyError, TypeError) as failure:
        raise WireError("the arrays are not in the safetensors format") from failure
