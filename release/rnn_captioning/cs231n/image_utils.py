"""Pictures from the addresses that come with the captions."""

from __future__ import annotations

import io
import urllib.request
from urllib.parse import urlsplit

import matplotlib.image
import numpy as np

SCHEMES = ("http", "https", "file", "data")
TIMEOUT = 10  # seconds without an answer
MAX_BYTES = 20_000_000


def image_from_url(url: str) -> np.ndarray | None:
    """Read the picture at an http(s), file or data address.

    Returns an array for plt.imshow, (height, width) or (height, width, 3 or 4): uint8 in 0..255, or for PNG
    float32 in 0..1. A picture that cannot be had is no reason to stop a notebook: then it prints one line
    that says why and returns None.
    """
    url = str(url)
    try:
        # A named format that is not "png" makes matplotlib look at the bytes instead of assuming PNG.
        return matplotlib.image.imread(io.BytesIO(_download(url)), format="any")
    except Exception as error:  # address, network, server or picture: all end the same way
        reason = " ".join(str(error).split()) or type(error).__name__
        print(f"No picture from {_shortened(url)}: {_shortened(reason, 120)}")
        return None


def _download(url: str) -> bytes:
    scheme = urlsplit(url).scheme
    if scheme not in SCHEMES:
        raise ValueError(f"an address starts with one of {', '.join(SCHEMES)}, not with {scheme!r}")
    with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
        content = answer.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValueError(f"it is larger than {MAX_BYTES // 1_000_000} MB")
    return content


def _shortened(text: str, width: int = 60) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
