"""Frames between the grader and a child: a JSON header and arrays as safetensors, both of bounded size.

No pickle crosses. Sizes are checked before anything is read into memory, and whatever does not fit the
format is a WireError: the reader trusts nothing that it reads.
"""

from __future__ import annotations

import json
import select
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
LENGTH = struct.Struct("<Q")  # bytes of the header in the safetensors format
KINDS = {  # what NumPy and that format call the same numbers
    "<f8": "F64",
    "<f4": "F32",
    "<f2": "F16",
    "|b1": "BOOL",
    "<i8": "I64",
    "<i4": "I32",
    "<i2": "I16",
    "|i1": "I8",
    "<u8": "U64",
    "<u4": "U32",
    "<u2": "U16",
    "|u1": "U8",
}
CHUNK, LITTLE = 1 << 20, 1 << 16  # bytes of one read at most, and where less is missing


class WireError(Exception):
    """A frame that breaks the format or its bounds."""


def pack(header: dict[str, Any], arrays: Arrays | None = None) -> bytes:
    """One frame; raises WireError where header or arrays are larger than a reader accepts."""
    head = json.dumps(header).encode()
    body = _body(arrays) if arrays else b""
    _check_sizes(len(head), len(body))
    _check_values(head)
    return SIZES.pack(len(head), len(body)) + head + body


class Connection:
    """A stream socket that carries frames. A read that times out can be taken up again."""

    def __init__(self, stream: socket.socket) -> None:
        self.received = 0  # bytes
        self._socket, self._buffer = stream, bytearray()
        self._patience: float | None = None
        stream.settimeout(None)

    def send(self, header: dict[str, Any], arrays: Arrays | None = None, timeout: float | None = None) -> None:
        """Send one frame; raises TimeoutError or OSError where the other side does not take it."""
        self._wait_at_most(timeout)
        self._socket.sendall(pack(header, arrays))

    def receive(self, timeout: float | None = None) -> tuple[dict[str, Any], Arrays]:
        """The next frame; raises TimeoutError, EOFError when the other side is gone, or WireError."""
        deadline, left = None if timeout is None else time.monotonic() + timeout, timeout
        while (missing := self._missing()) > 0:
            if left is not None and left <= 0:
                raise TimeoutError
            self._wait_at_most(left)
            chunk = self._socket.recv(min(max(missing, LITTLE), CHUNK))
            if not chunk:
                raise EOFError
            self._buffer += chunk
            self.received += len(chunk)
            left = None if deadline is None else deadline - time.monotonic()
        header, arrays = self._take()
        return _header(header), _arrays(arrays)

    def has_more(self) -> bool:
        """Whether the other side has sent something that nobody has received, or is gone."""
        return bool(self._buffer) or bool(select.select([self._socket], [], [], 0)[0])

    def close(self) -> None:
        self._socket.close()

    def _wait_at_most(self, seconds: float | None) -> None:
        """Seconds of the socket's next operation; to set them is a call to the kernel even where nothing changes."""
        if seconds != self._patience:
            self._socket.settimeout(seconds)
            self._patience = seconds

    def _missing(self) -> int:
        """How many bytes must still come of the next frame, as far as that is known."""
        if len(self._buffer) < SIZES.size:
            return SIZES.size - len(self._buffer)
        head, body = SIZES.unpack_from(self._buffer)
        _check_sizes(head, body)
        missing: int = SIZES.size + head + body - len(self._buffer)
        return missing

    def _take(self) -> tuple[bytes, bytes]:
        """The header and the arrays of a frame that is there as a whole."""
        head, body = SIZES.unpack_from(self._buffer)
        start, end = SIZES.size + head, SIZES.size + head + body
        with memoryview(self._buffer) as view:
            taken = bytes(view[SIZES.size : start]), bytes(view[start:end])
        del self._buffer[:end]
        return taken


def _body(arrays: Arrays) -> bytes:
    """The arrays as safetensors. The library, which reads and checks them, takes twice as long to write small ones."""
    about: dict[str, dict[str, Any]] = {}
    parts, end = [], 0
    for name, value in arrays.items():
        array = np.asarray(value)
        if array.dtype.str not in KINDS:
            return save({each: np.array(array, order="C") for each, array in arrays.items()})
        start, end = end, end + array.nbytes
        parts.append(array.tobytes())
        about[name] = {"dtype": KINDS[array.dtype.str], "shape": array.shape, "data_offsets": (start, end)}
    head = json.dumps(about).encode()
    head += b" " * (-len(head) % LENGTH.size)
    return b"".join([LENGTH.pack(len(head)), head, *parts])


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
