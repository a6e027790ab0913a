"""The course's own pictures, put into a page that needs no other file."""

from __future__ import annotations

import base64
import html
import re
from functools import lru_cache
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

TYPES = {".gif": "gif", ".jpeg": "jpeg", ".jpg": "jpeg", ".png": "png", ".svg": "svg+xml", ".webp": "webp"}
SIZE_LIMIT = 4 << 20  # bytes
PICTURE = re.compile(
    r"(<img\b[^<>]{0,2000}?\ssrc=)(\"[^\"<>\n]{1,500}+\"|'[^'<>\n]{1,500}+'|[^\s\"'<>=]{1,500}+)", re.I
)


def embedded(page: str, folder: Path) -> str:
    """A page in which the pictures that lie in `folder` or below are in the page itself; all else stays as it is.

    Done in HTML rather than in the text before: a reader of Markdown takes seconds for a long address. Only files of
    the course are read; nothing that a submission brings along.
    """

    def with_content(found: re.Match[str]) -> str:
        address = _address(folder, html.unescape(found[2].strip("\"'")))
        return f'{found[1]}"{address}"' if address else found[0]

    return PICTURE.sub(with_content, page)


def _address(folder: Path, name: str) -> str:
    """A picture of the course as an address that needs no file; "" where it has none of this name."""
    place = PurePosixPath(unquote(name))
    form = TYPES.get(place.suffix.lower())
    if not form or place.is_absolute() or ".." in place.parts:
        return ""
    try:
        path = folder.joinpath(*place.parts).resolve()
        status = path.stat() if path.is_relative_to(folder.resolve()) and path.is_file() else None
    except (OSError, ValueError):
        return ""
    fits = status is not None and status.st_size <= SIZE_LIMIT
    return f"data:image/{form};base64,{_encoded(path, status.st_mtime_ns)}" if status and fits else ""


@lru_cache(maxsize=64)
def _encoded(path: Path, _changed: int) -> str:
    return base64.b64encode(path.read_bytes()).decode()
