"""Pictures as small WebP files."""

import base64
import io

import numpy as np
from PIL import Image

QUALITY = 62  # of 100; a picture then takes about 1.5 kB


def encode(pixels):
    """The file (bytes) of a uint8 picture (height, width, 3)."""
    packed = io.BytesIO()
    Image.fromarray(pixels).save(packed, "WEBP", quality=QUALITY, method=6)
    return packed.getvalue()


def decode(content):
    """The picture of a file: uint8 (height, width, 3)."""
    with Image.open(io.BytesIO(content)) as picture:
        return np.asarray(picture.convert("RGB"))


def data_uri(content):
    """A file as text that opens offline, as a web address does: data:image/webp;base64,..."""
    return "data:image/webp;base64," + base64.b64encode(content).decode("ascii")


def from_data_uri(uri):
    """The file (bytes) in such a text. Raises ValueError for anything else."""
    head, comma, body = uri.partition(",")
    if head != "data:image/webp;base64" or not comma:
        raise ValueError(f"not the data address of a WebP picture: {uri[:40]!r}")
    return base64.b64decode(body, validate=True)
