"""How many pixels a picture has, from its first bytes: a small file can hold one that fills a reader's memory."""

from __future__ import annotations

import binascii
import struct
from base64 import b64decode
from collections.abc import Iterator

PIXEL_LIMIT = 50_000_000  # of a picture, and of all the pictures in one piece of HTML
SCANS_LIMIT = 50  # passes over a JPEG picture, each of which a reader makes
START_OF_FRAME = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  # markers that tell a JPEG picture's size
START_OF_SCAN, ALONE = 0xDA, frozenset({0x01, *range(0xD0, 0xD9)})


def decoded(text: str) -> bytes:
    """The bytes of a text in base64; b"" where it is none."""
    try:
        return b64decode(text)
    except (binascii.Error, ValueError):
        return b""


def pixels(data: bytes) -> int:
    """The pixels of a PNG, JPEG, GIF or WebP picture, of all its frames together.

    0 for anything else, and for what has more than PIXEL_LIMIT: what a picture is called counts for no reader.
    """
    try:
        count = sum(_frames(data))
    except (struct.error, IndexError):  # it ends before it has said its size
        return 0
    return count if count <= PIXEL_LIMIT else 0


def _frames(data: bytes) -> Iterator[int]:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        width, height = struct.unpack_from(">II", data, 16)
        animated = data.find(b"acTL")
        yield width * height * (max(1, *struct.unpack_from(">I", data, animated + 4)) if animated > 0 else 1)
    elif data.startswith((b"GIF87a", b"GIF89a")):
        yield from _of_gif(data)
    elif data.startswith(b"\xff\xd8"):
        yield _of_jpeg(data) * (1 if data.count(b"\xff\xda") <= SCANS_LIMIT else PIXEL_LIMIT)
    elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        yield _of_webp(data) * max(1, data.count(b"ANMF"))


def _of_gif(data: bytes) -> Iterator[int]:
    """The picture's own size, then each frame's, which may be larger; up to where it is too much in any case."""
    width, height = struct.unpack_from("<HH", data, 6)
    count = width * height
    yield count
    place = 13 + _colours(data[10])
    while place < len(data) and count <= PIXEL_LIMIT:
        if data[place] == 0x2C:
            width, height = struct.unpack_from("<HH", data, place + 5)
            count += width * height
            yield width * height
            place += 11 + _colours(data[place + 9])
        elif data[place] == 0x21:
            place += 2
        else:
            return
        while data[place]:
            place += data[place] + 1
        place += 1


def _colours(flags: int) -> int:
    """The bytes of a table of colours."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _of_jpeg(data: bytes) -> int:
    place = 2
    while data[place] == 0xFF:
        marker = data[place + 1]
        if marker in START_OF_FRAME:
            height, width = struct.unpack_from(">HH", data, place + 5)
            return int(height * width)
        if marker == START_OF_SCAN:
            break
        place += 1 if marker == 0xFF else 2 if marker in ALONE else 2 + struct.unpack_from(">H", data, place + 2)[0]
    return 0


def _of_webp(data: bytes) -> int:
    kind = data[12:16]
    if kind == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
    elif kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 ":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", data, 26))
    else:
        return 0
    return int(width * height)
