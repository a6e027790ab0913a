"""Outputs of a student's run, made valid and safe to look at: built anew from what is known to be harmless.

Nothing of an output is trusted, neither its form nor its size: it comes from the process that ran the student's code.
"""

from __future__ import annotations

import re
import struct
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

import nbformat
from nbformat import NotebookNode

from .html import clean, stays_in_line
from .text import safe_text

COUNT_LIMIT, TOTAL_LIMIT = 2000, 32 << 20  # outputs of a submission, and their characters
TEXT_LIMIT, DATA_LIMIT = 250_000, 8 << 20  # characters of a text, and of a picture
MARKDOWN_LIMIT = 4000  # characters: Markdown is slow to read
LINES_LIMIT = 100  # of a traceback
COLOUR_LIMIT = 2000  # changes of colour in a text, each of which costs a reader a pass over it
PIXEL_LIMIT = 50_000_000  # of a picture: a small file can hold one that fills a reader's memory
ESCAPE = re.compile(r"\x1b(?:\[[^@-~]*[@-~]?)?")
BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
TAG_IN_LATEX = re.compile(r"<(?=[A-Za-z/!?])")
CUT = "\n[the rest of this output was cut]\n"
NO_MORE = "[more was printed or drawn than a submission may show; it was left out]\n"


class SafeOutputs:
    """Makes the outputs of one submission's cells safe, one cell after another, up to a bound for them all."""

    def __init__(self) -> None:
        self._count, self._room = COUNT_LIMIT, TOTAL_LIMIT

    def of_cell(self, outputs: Any) -> list[NotebookNode]:
        """The outputs of a cell as valid nodes of a notebook; what is no output is left out."""
        safe: list[NotebookNode] = []
        for output in outputs if isinstance(outputs, list) else []:
            self._count -= 1
            self._room -= _size(output)
            if self._count < 0 or self._room < 0:
                return [*safe, NotebookNode(output_type="stream", name="stdout", text=NO_MORE)]
            if node := safe_output(output):
                safe.append(node)
        return safe


def safe_output(output: Any) -> NotebookNode | None:
    """One output as a valid node that is safe to look at; None where it is no output. Never raises."""
    if not isinstance(output, dict):
        return None
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return NotebookNode(output_type=kind, name=name, text=_plain(output.get("text")))
    if kind == "error":
        lines = output.get("traceback")
        lines = [_plain(line) for line in lines[:LINES_LIMIT]] if isinstance(lines, list) else []
        said = {key: _plain(output.get(key)) for key in ("ename", "evalue")}
        return NotebookNode(output_type=kind, **said, traceback=lines)
    if kind not in ("display_data", "execute_result"):
        return None
    data, metadata = output.get("data"), output.get("metadata")
    data = data if isinstance(data, dict) else {}
    metadata = metadata if isinstance(metadata, dict) else {}
    shown = _shown(data)
    described = {form: _described(metadata.get(form)) for form in shown if form.startswith("image/")}
    node = nbformat.from_dict({"output_type": kind, "data": shown, "metadata": described})
    if kind == "execute_result":
        count = output.get("execution_count")
        node.execution_count = count if type(count) is int and 0 <= count < 1 << 31 else None
    return node


def _shown(data: Mapping[str, Any]) -> dict[str, str]:
    """The forms of an output that may be shown; a note in the place of one that has none."""
    texts = {str(form): _joined(value) for form, value in data.items()}
    forms = {form: safe for form, make in FORMS.items() if form in texts and (safe := make(texts[form]))}
    if drawing := texts.get("image/svg+xml", ""):
        forms.setdefault("text/html", clean(drawing) if len(drawing) <= DATA_LIMIT else "")
    forms = {form: text for form, text in forms.items() if text}
    names = ", ".join(re.sub(r"[^\w.+/-]", "?", form)[:60] for form in list(texts)[:5])
    return forms or {"text/plain": f"[an output that is not shown here: {names or 'empty'}]"}


def safe_pictures(attachments: Any) -> NotebookNode:
    """The pictures that belong to a text, {name: {form: base64}}, without what is no picture."""
    named = attachments.items() if isinstance(attachments, dict) else ()
    drawn = {str(name): forms for name, forms in named if isinstance(forms, dict)}
    safe = {name: {form: _picture(form, data) for form, data in forms.items()} for name, forms in drawn.items()}
    safe = {name: {form: data for form, data in forms.items() if data} for name, forms in safe.items()}
    return nbformat.from_dict({name: forms for name, forms in safe.items() if forms})


def _picture(form: Any, data: Any) -> str:
    make = _photo if form == "image/svg+xml" else FORMS.get(form) if str(form).startswith("image/") else None
    return make(_joined(data)) if make else ""


def _size(value: Any, levels: int = 3) -> int:
    """The characters in a JSON value, as far down as an output has texts."""
    if isinstance(value, str):
        return len(value)
    values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(1 + _size(item, levels - 1) for item in values) if levels else 0


def _joined(value: Any) -> str:
    """The text of a value, which may be a list of lines; "" for anything else. Half characters are replaced."""
    if isinstance(value, list):
        value = "".join(line for line in value if isinstance(line, str))
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _plain(value: Any) -> str:
    """A text as a terminal shows it, with its colours unless there are too many."""
    text = _joined(value)
    if len(text) > TEXT_LIMIT:
        text = text[:TEXT_LIMIT] + CUT
    return ESCAPE.sub("", text) if text.count("\x1b") > COLOUR_LIMIT else text


def _markdown(text: str) -> str:
    """Markdown of a length that can be read soon, or ""."""
    return safe_text(text) if len(text) <= MARKDOWN_LIMIT else ""


def _latex(text: str) -> str:
    """Mathematics in which nothing looks like a tag; a space after "<" changes no formula."""
    return TAG_IN_LATEX.sub("< ", text) if len(text) <= TEXT_LIMIT and stays_in_line(text) else ""


def _photo(text: str) -> str:
    """A picture in base64, or "" where it is none."""
    text = "".join(text.split())
    return text if len(text) <= DATA_LIMIT and BASE64.fullmatch(text) else ""


def _png(text: str) -> str:
    """A picture in base64 that is not too large for its reader, or ""."""
    text = _photo(text)
    header = b64decode(text[:32]) if len(text) > 32 else b""
    if len(header) == 24 and header.startswith(b"\x89PNG"):
        width, height = struct.unpack(">II", header[16:24])
        return text if width * height <= PIXEL_LIMIT else ""
    return text


FORMS = {  # all that may be shown, and what makes each safe
    "text/plain": _plain,
    "text/html": clean,
    "text/markdown": _markdown,
    "text/latex": _latex,
    "image/png": _png,
    "image/jpeg": _photo,
    "image/gif": _photo,
}


def _described(metadata: Any) -> dict[str, Any]:
    """A picture's size in pixels and its text alternative, where these are what they should be."""
    metadata = metadata if isinstance(metadata, dict) else {}
    sizes = {key: metadata.get(key) for key in ("width", "height")}
    kept: dict[str, Any] = {
        key: size for key, size in sizes.items() if type(size) in (int, float) and 0 < size < 10_000
    }
    if alt := _joined(metadata.get("alt")):
        kept["alt"] = alt[:300]
    return kept
