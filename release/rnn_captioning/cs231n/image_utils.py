"""Pictures from the addresses that come with the captions."""

from __future__ import annotations

import io
import re
import time
import urllib.request
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import quote, urlsplit

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from .words import joined, told

SCHEMES = ("http", "https", "file", "data")
HEADERS = {
    "User-Agent": "rnn-captioning-assignment (a course's notebook; Python-urllib)"
}  # some servers refuse without
TIMEOUT = 10  # seconds without an answer
PATIENCE = 30  # seconds for all of a picture
MAX_BYTES = 20_000_000
BLOCK = 1 << 16
IN_ADDRESSES = "%/:?#[]@!$&'()*+,;=~"  # stays as it is; anything else, such as a space, is written as %20
BITS_16 = 65535
WHITE = {"I": BITS_16, "I;16": BITS_16, "I;16B": BITS_16, "I;16L": BITS_16, "I;16N": BITS_16, "F": 1.0}


def image_from_url(url: str) -> np.ndarray | None:
    """Read the picture at an http(s), file or data address, or in a file of this name.

    Returns (height, width, 3) uint8 in 0..255 for plt.imshow, (height, width, 4) where the picture is transparent:
    gray, CMYK, palette and 16 bit pictures too, and upright where a camera was held sideways. A picture that cannot be
    had is no reason to stop a notebook: then it prints one line that says why and returns None.
    """
    url = url.decode() if isinstance(url, bytes) else str(url)
    try:
        return _pixels(_content(url.strip()))
    except Exception as error:  # address, network, server or picture: all end the same way
        reason = _shortened(_reason(error), 160)
        print(told("No picture from {address}: {reason}", address=_shortened(url), reason=reason))
        return None


def _content(url: str) -> bytes:
    """The bytes at an address or in a file."""
    scheme = urlsplit(url).scheme
    if url and len(scheme) < 2:  # none, or the drive of a Windows path
        with open(Path(url).expanduser(), "rb") as file:
            return _limited(_blocks(file))
    if scheme not in SCHEMES:
        other = "an address starts with one of {schemes}, not with {scheme}"
        raise ValueError(told(other, schemes=joined(SCHEMES), scheme=repr(scheme)))
    address = url if scheme == "data" else quote(url, safe=IN_ADDRESSES)
    request = urllib.request.Request(address, headers=HEADERS)
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
        return _limited(_blocks(answer))


def _blocks(answer: Any) -> Iterator[bytes]:
    """What a server sends, while it takes no longer than anyone waits."""
    until = time.monotonic() + PATIENCE
    while block := getattr(answer, "read1", answer.read)(BLOCK):  # read1 gives what is there already
        yield block
        if time.monotonic() > until:
            raise TimeoutError(told("it was not there after {seconds} seconds", seconds=PATIENCE))


def _limited(blocks: Iterator[bytes]) -> bytes:
    content = bytearray()
    for block in blocks:
        content += block
        if len(content) > MAX_BYTES:
            raise ValueError(told("it is larger than {megabytes} MB", megabytes=MAX_BYTES // 1_000_000))
    return bytes(content)


def _pixels(content: bytes) -> np.ndarray:
    """The pixels of a picture in any format and colours that Pillow reads."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)  # a few bytes can stand for gigabytes
        with Image.open(io.BytesIO(content)) as picture:
            upright = ImageOps.exif_transpose(picture)
    if upright.mode in WHITE:
        upright = _eight_bits(upright)
    return np.array(upright.convert("RGBA" if upright.has_transparency_data else "RGB"))


def _eight_bits(picture: Image.Image) -> Image.Image:
    """A gray picture with more than 8 bits; Pillow's own conversion shows all above 255 as white."""
    shares = np.clip(np.asarray(picture, np.float64) / WHITE[picture.mode], 0, 1)
    return Image.fromarray(np.round(255 * shares).astype(np.uint8))


def _reason(error: Exception) -> str:
    """What went wrong, and what to do where something can be done."""
    if isinstance(error, URLError) and isinstance(error.reason, Exception):
        error = error.reason
    said = re.sub(r"\s+", " ", getattr(error, "strerror", None) or str(error)).strip() or type(error).__name__
    if isinstance(error, UnidentifiedImageError):
        return told("what is there is no picture, or none that Pillow can read")
    if isinstance(error, FileNotFoundError):
        return told("there is no such file; the notebook looks for it from {folder}", folder=str(Path.cwd()))
    if "CERTIFICATE_VERIFY_FAILED" in said:
        return told("Python finds no certificates; on macOS run 'Install Certificates.command' in Applications, Python")
    return said


def _shortened(text: str, width: int = 60) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
