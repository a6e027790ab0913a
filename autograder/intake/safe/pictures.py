"""Pictures that a submission shows: in base64, beside a text, or in their own addresses."""

from __future__ import annotations

import re
from typing import Any

import nbformat
from nbformat import NotebookNode

from . import drawings, raster

DATA_LIMIT = 8 << 20  # characters of a picture
BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
EMBEDDED = re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,([A-Za-z0-9+/=\s]*)")
FORMS = ("image/png", "image/jpeg", "image/gif")
DRAWING = "image/svg+xml"


def safe_pictures(attachments: Any) -> NotebookNode:
    """The pictures that belong to a text, {name: {form: base64}}, without what is no picture."""
    named = attachments.items() if isinstance(attachments, dict) else ()
    drawn = {str(name): forms for name, forms in named if isinstance(forms, dict)}
    safe = {name: {form: _attached(form, data) for form, data in forms.items()} for name, forms in drawn.items()}
    safe = {name: {form: data for form, data in forms.items() if data} for name, forms in safe.items()}
    return nbformat.from_dict({name: forms for name, forms in safe.items() if forms})


def photo(text: str) -> str:
    """A picture in base64, or "" where it is none that any reader can take."""
    text = _base64(text)
    return text if raster.pixels(raster.decoded(text)) else ""


def embedded(address: str) -> int:
    """The pixels of a picture that is in its own address; 0 where it must not be shown. A drawing counts as one."""
    found = EMBEDDED.fullmatch(address)
    if not found:
        return 0
    data = raster.decoded(found[2])
    return int(drawings.fits(data)) if found[1] == "svg+xml" else raster.pixels(data)


def _attached(form: Any, data: Any) -> str:
    text = joined(data)
    if form == DRAWING:
        text = _base64(text)
        return text if drawings.fits(raster.decoded(text)) else ""
    return photo(text) if form in FORMS else ""


def joined(value: Any) -> str:
    """The text of a value, which may be a list of lines; "" for anything else. Half characters are replaced."""
    if isinstance(value, list):
        value = "".join(line for line in value if isinstance(line, str))
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _base64(text: str) -> str:
    text = "".join(text.split())
    return text if len(text) <= DATA_LIMIT and BASE64.fullmatch(text) else ""
