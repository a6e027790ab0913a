"""The pictures of the things, as they come with the data set."""

from __future__ import annotations

import base64
import functools
import io
import json
from pathlib import Path

from PIL import Image

from ..coco_files import read_text, taking_apart
from .things import BY_NAME

FILE = "scene_glyphs.json"


@functools.lru_cache(maxsize=2)
def read_glyphs(path: Path) -> dict[str, Image.Image]:
    """Name -> picture with transparency (RGBA), cut to what can be seen; from a data set's file."""
    text = read_text(path)
    with taking_apart(path):
        addresses = json.loads(text)
        return {name: _picture(addresses[name]) for name in BY_NAME}


def _picture(address: str) -> Image.Image:
    content = base64.b64decode(address.partition(",")[2])
    return Image.open(io.BytesIO(content)).convert("RGBA")
