"""Whatever stands on the wire, the reader gives a header and plain arrays or refuses, within its bounds of memory."""

from __future__ import annotations

import json
import random
import socket
import struct
import tracemalloc

import numpy as np
import pytest

from autograder.sandbox import wire
from autograder.sandbox.wire import ARRAYS_LIMIT, CHUNK, HEADER_LIMIT, SIZES, VALUES_LIMIT, Connection, WireError, pack

SEEDS = range(8)
FRAMES = 300  # tried for each seed
REFUSALS = (WireError, EOFError, TimeoutError)
TYPES = ("F64", "F32", "F16", "BF16", "I64", "U8", "BOOL", "C64", "F8_E4M3", "X", "", None, 5)
NUMBERS = (0, 1, 2, 3, 8, -1, 2**31, 2**53, 2**62, 2**64, 1.5, "a", None, [], True)
VALID = pack(
    {"op": "call", "nonce": "0f", "text": 'h₀ \\ " ,[{'}, {"x": np.arange(6.0).reshape(2, 3), "n": np.ones(2, int)}
)


class Tape:
    """A socket of which only these bytes can be read; then it is closed or, where it stays open, silent."""

    def __init__(self, data: bytes, stays_open: bool = False) -> None:
        self._data, self._end = memoryview(data), TimeoutError if stays_open else None

    def settimeout(self, seconds: float | None) -> None:
        pass

    def recv(self, size: int) -> bytes:
        if not self._data and self._end:
            raise self._end
        chunk, self._data = bytes(self._data[:size]), self._data[size:]
        return chunk


def outcome(data: bytes, stays_open: bool = False) -> tuple | type[Exception]:
    """What the reader makes of these bytes: a frame, which must be a plain one, or the refusal."""
    try:
        header, arrays = Connection(Tape(data, stays_open)).receive(1)
    except REFUSALS as refusal:
        return type(refusal)
    json.dumps(header, ensure_ascii=False).encode()
    assert type(header) is dict
    assert all(type(name) is str and type(array) is np.ndarray for name, array in arrays.items())
    assert all(array.dtype.kind in "biufc" and array.nbytes <= len(data) for array in arrays.values())
    return header, arrays


@pytest.mark.parametrize("seed", SEEDS)
def test_random_bytes(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(FRAMES):
        body = rng.randbytes(rng.randrange(300))
        head = rng.randrange(len(body) + 1)
        for data in (
            body,
            SIZES.pack(head, len(body) - head) + body,
            SIZES.pack(*struct.unpack(">II", rng.randbytes(8))),
        ):
            assert outcome(data) in REFUSALS


@pytest.mark.parametrize("seed", SEEDS)
def test_valid_frames_with_something_changed(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(FRAMES):
        data = bytearray(VALID)
        for _ in range(rng.randrange(1, 6)):
            place = rng.randrange(len(data))
            change = rng.choice(["flip", "drop", "double"])
            if change == "flip":
                data[place] = rng.randrange(256)
            else:
                data[place : place + 4] = b"" if change == "drop" else data[place : place + 4] * 2
        outcome(bytes(data))


@pytest.mark.parametrize("seed", SEEDS)
def test_arrays_whose_description_lies(seed: int) -> None:
    rng = random.Random(seed)
    read = 0
    for _ in range(FRAMES):
        text = json.dumps(
            {rng.choice(["x", "", "__metadata__", "\0"]): description(rng) for _ in range(rng.choice([1, 2]))}
        )
        content = struct.pack("<Q", len(text) + rng.choice([0] * 9 + [1, -1])) + text.encode() + rng.randbytes(48)
        read += outcome(SIZES.pack(2, len(content)) + b"{}" + content) not in REFUSALS
    assert read  # not all are wrong


def description(rng: random.Random) -> dict[str, object]:
    shape = [
        rng.choice(NUMBERS) if rng.random() < 0.1 else rng.choice([1, 2, 3]) for _ in range(rng.choice([0, 1, 2, 60]))
    ]
    size = 48 if rng.random() < 0.8 else rng.choice(NUMBERS)
    described = {"dtype": rng.choice(TYPES), "shape": shape, "data_offsets": [0, size]}
    if rng.random() < 0.4:
        described |= {"dtype": "F64", "shape": rng.choice([[6], [2, 3], [1, 6, 1], [0, 2**62]])}
    return described


def test_a_frame_cut_anywhere_is_waited_for_or_the_end() -> None:
    for length in range(len(VALID)):
        assert outcome(VALID[:length]) is EOFError
        assert outcome(VALID[:length], stays_open=True) is TimeoutError
    assert outcome(VALID)[0]["text"] == 'h₀ \\ " ,[{'


@pytest.mark.slow
@pytest.mark.parametrize("filler", [b"{},", b"[],", b'"",', b"1,", b'{"a":', b"[", b'"\\\\",'])
def test_a_header_that_would_grow_in_memory_is_refused_before_it_does(filler: bytes) -> None:
    text = b'{"a":[' + filler * (HEADER_LIMIT // len(filler) - 4) + b"1]}"
    tracemalloc.start()
    try:
        assert outcome(SIZES.pack(len(text), 0) + text) is WireError
        assert tracemalloc.get_traced_memory()[1] < 6 * HEADER_LIMIT  # the text three times, and the counting
    finally:
        tracemalloc.stop()


def test_long_texts_full_of_commas_are_no_bomb() -> None:
    text = '[1, 2], {} \\" ' * 100_000
    header, _ = outcome(pack({"outputs": [text, '\\"', "\\"]}))
    assert header["outputs"] == [text, '\\"', "\\"]
    assert outcome(pack({"a": [0] * (VALUES_LIMIT - 10)})) not in REFUSALS
    with pytest.raises(WireError, match="too many values"):
        pack({"a": [0] * (VALUES_LIMIT + 10)})


@pytest.mark.parametrize(
    ("head", "body", "refused"),
    [
        (HEADER_LIMIT, 0, EOFError),
        (HEADER_LIMIT + 1, 0, WireError),
        (2, ARRAYS_LIMIT, EOFError),
        (2, ARRAYS_LIMIT + 1, WireError),
        (2**32 - 1, 2**32 - 1, WireError),
    ],
)
def test_a_declared_size_costs_no_memory_until_the_bytes_are_there(head: int, body: int, refused: type) -> None:
    tracemalloc.start()
    try:
        assert outcome(SIZES.pack(head, body) + b"{}") is refused
        assert tracemalloc.get_traced_memory()[1] < CHUNK
    finally:
        tracemalloc.stop()


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "HEADER_LIMIT", 1000)
    monkeypatch.setattr(wire, "ARRAYS_LIMIT", 4000)


def test_frames_of_just_the_largest_size(small_limits: None) -> None:
    header = {"a": "x" * (1000 - len('{"a": ""}'))}
    assert outcome(pack(header))[0] == header
    with pytest.raises(WireError):
        pack({"a": header["a"] + "x"})
    overhead = len(pack({}, {"x": np.zeros(8)})) - SIZES.size - 2 - 64
    array = np.zeros((4000 - overhead) // 8 - 1)
    np.testing.assert_array_equal(outcome(pack({}, {"x": array}))[1]["x"], array)
    with pytest.raises(WireError):
        pack({}, {"x": np.zeros(600)})


def test_a_reader_that_waits_keeps_to_its_time() -> None:
    """A byte now and then does not make it wait longer."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(VALID[:-1])
        with pytest.raises(TimeoutError):
            Connection(ours).receive(0.05)
