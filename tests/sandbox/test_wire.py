"""Frames between grader and child: what is sent arrives, and what breaks the format is refused."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from autograder.sandbox.wire import ARRAYS_LIMIT, HEADER_LIMIT, SIZES, Connection, WireError, pack


@pytest.fixture
def ends() -> Iterator[tuple[Connection, socket.socket]]:
    """A connection, and the bare socket at its other end."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Connection(ours), theirs


@pytest.mark.parametrize(
    "array",
    [np.arange(6.0).reshape(2, 3), np.array(2.5), np.zeros((0, 3)), np.array([True, False]), np.arange(6)[::2]],
)
def test_what_is_sent_arrives(ends, array):
    connection, other = ends
    Connection(other).send({"op": "call", "text": "h₀"}, {"x": array})
    header, arrays = connection.receive(1)
    assert header == {"op": "call", "text": "h₀"}
    assert arrays["x"].dtype == array.dtype
    np.testing.assert_array_equal(arrays["x"], array)


def test_frames_larger_than_a_socket_takes_at_once(ends):
    connection, other = ends
    array = np.arange(1e6)
    sender = threading.Thread(target=Connection(other).send, args=({}, {"x": array}))
    sender.start()
    np.testing.assert_array_equal(connection.receive(10)[1]["x"], array)
    sender.join()


def test_a_torn_frame_times_out_and_can_be_taken_up_again(ends):
    connection, other = ends
    frame = pack({"op": "late"}, {"x": np.ones(3)})
    other.sendall(frame[:20])
    with pytest.raises(TimeoutError):
        connection.receive(0.05)
    other.sendall(frame[20:])
    assert connection.receive(1)[0] == {"op": "late"}


@pytest.mark.parametrize(
    "frame",
    [
        SIZES.pack(HEADER_LIMIT + 1, 0),
        SIZES.pack(2, ARRAYS_LIMIT + 1),
        SIZES.pack(4, 0) + b"\x80\x04]q",  # the start of a pickle
        SIZES.pack(2, 0) + b"[]",
        SIZES.pack(2, 5) + b"{}hello",
        SIZES.pack(2, 8) + b"{}" + (1 << 62).to_bytes(8, "little"),
        SIZES.pack(60_000, 0) + b"[" * 60_000,
    ],
)
def test_a_frame_that_breaks_the_format_is_refused(ends, frame):
    connection, other = ends
    sender = threading.Thread(target=other.sendall, args=(frame,))
    sender.start()
    with pytest.raises(WireError):
        connection.receive(5)
    sender.join()


def test_a_closed_connection_is_the_end(ends):
    connection, other = ends
    other.sendall(SIZES.pack(10, 0) + b"{")
    other.close()
    with pytest.raises(EOFError):
        connection.receive(1)


def test_too_much_is_not_even_packed():
    with pytest.raises(WireError, match="over the limit"):
        pack({"text": "x" * HEADER_LIMIT})


def test_headers_are_plain_json():
    frame = pack({"op": "cell"})
    assert json.loads(frame[SIZES.size :]) == {"op": "cell"}
