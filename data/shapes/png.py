"""A picture of few colours as a small PNG file (PNG specification, colour type 3: a palette)."""

import base64
import struct
import zlib

import numpy as np


def data_uri(pixels):
    """The picture as text that opens offline, as a web address does: data:image/png;base64,..."""
    return "data:image/png;base64," + base64.b64encode(encode(pixels)).decode("ascii")


def encode(pixels):
    """PNG bytes of a uint8 picture (height, width, 3). Raises ValueError beyond 256 different colours."""
    height, width, _ = pixels.shape
    codes = pixels.reshape(-1, 3) @ np.array([1 << 16, 1 << 8, 1])  # one number a colour: faster to sort
    colors, index = np.unique(codes, return_inverse=True)
    palette = np.stack([colors >> 16, colors >> 8 & 255, colors & 255], axis=1).astype(np.uint8)
    if len(palette) > 256:
        raise ValueError(f"a palette holds 256 colours, the picture has {len(palette)}: use fewer")
    rows = np.zeros((height, width + 1), dtype=np.uint8)  # column 0 is the row's filter: none
    rows[:, 1:] = index.reshape(height, width)
    header = struct.pack(">2I5B", width, height, 8, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", palette.tobytes()),
        (b"IDAT", zlib.compress(rows.tobytes(), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
