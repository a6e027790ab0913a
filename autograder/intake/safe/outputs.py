"""Outputs of a student's run, made valid and safe to look at: built anew from what is known to be harmless.

Nothing of an output is trusted, neither its form nor its size: it comes from the process that ran the student's code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import nbformat
from nbformat import NotebookNode

from .formulas import stays_in_line
from .html import clean
from .pictures import DATA_LIMIT, DRAWING, joined, photo
from .raster import decoded, pixels
from .text import safe_text

COUNT_LIMIT, TOTAL_LIMIT = 2000, 32 << 20  # outputs of a submission, and their characters
TEXT_LIMIT, LATEX_LIMIT = 250_000, 10_000  # characters of a text, and of a formula
MARKDOWN_LIMIT, TRIED_LIMIT = 4000, 60_000  # characters of a text, and of all: Markdown is slow to read
PIXELS_LIMIT = 500_000_000  # of all pictures together
MARKS, MARK_WEIGHT = "<>&\"'\x1b", 64  # each becomes an element or an entity, which take all readers of a page long
MARKDOWN = "text/markdown"
LINES_LIMIT = 100  # of a traceback
COLOUR_LIMIT = 2000  # changes of colour in a text, each of which costs a reader a pass over it
ESCAPE = re.compile(r"\x1b(?:\[[^@-~]*[@-~]?)?")
TAG_IN_LATEX = re.compile(r"<(?=[A-Za-z/!?])")
CUT = "\n[the rest of this output was cut]\n"
NO_MORE = "[more was printed or drawn than a submission may show; it was left out]\n"


class SafeOutputs:
    """Makes the outputs of one submission's cells safe, one cell after another, up to a bound for them all."""

    def __init__(self) -> None:
        self._count, self._room = COUNT_LIMIT, TOTAL_LIMIT
        self._tried, self._pixels = TRIED_LIMIT, PIXELS_LIMIT

    def of_cell(self, outputs: Any) -> list[NotebookNode]:
        """The outputs of a cell as valid nodes of a notebook; what is no output is left out."""
        safe: list[NotebookNode] = []
        for output in outputs if isinstance(outputs, list) else []:
            self._count -= 1
            self._room -= _weight(output)
            if self._count < 0 or self._room < 0:
                return [*safe, _no_more()]
            if node := safe_output(self._without_markdown(output)):
                safe.append(node if self._has_room_for_pictures(node) else _no_more())
        return safe

    def _without_markdown(self, output: Any) -> Any:
        """The output without its Markdown where more was tried than is read soon."""
        data = output.get("data") if isinstance(output, dict) else None
        if not isinstance(data, dict) or MARKDOWN not in data:
            return output
        self._tried -= len(joined(data[MARKDOWN]))
        if self._tried >= 0:
            return output
        return {**output, "data": {form: text for form, text in data.items() if form != MARKDOWN}}

    def _has_room_for_pictures(self, node: NotebookNode) -> bool:
        forms = node.get("data", {}).items()
        self._pixels -= sum(pixels(decoded(text)) for form, text in forms if form.startswith("image/"))
        return self._pixels >= 0


def _no_more() -> NotebookNode:
    return NotebookNode(output_type="stream", name="stdout", text=NO_MORE)


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
    texts = {str(form): joined(value) for form, value in data.items()}
    forms = {form: safe for form, make in FORMS.items() if form in texts and (safe := make(texts[form]))}
    if drawing := texts.get(DRAWING, ""):
        forms.setdefault("text/html", clean(drawing) if len(drawing) <= DATA_LIMIT else "")
    forms = {form: text for form, text in forms.items() if text}
    names = ", ".join(re.sub(r"[^\w.+/-]", "?", form)[:60] for form in list(texts)[:5])
    return forms or {"text/plain": f"[an output that is not shown here: {names or 'empty'}]"}


def _weight(value: Any, levels: int = 3) -> int:
    """What it costs to show a JSON value, as far down as an output has texts: characters, some of which count more."""
    if isinstance(value, str):
        return len(value) + MARK_WEIGHT * sum(map(value.count, MARKS))
    values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(1 + _weight(item, levels - 1) for item in values) if levels else 0


def _plain(value: Any) -> str:
    """A text as a terminal shows it, with its colours unless there are too many."""
    text = joined(value)
    if len(text) > TEXT_LIMIT:
        text = text[:TEXT_LIMIT] + CUT
    return ESCAPE.sub("", text) if text.count("\x1b") > COLOUR_LIMIT else text


def _markdown(text: str) -> str:
    """Markdown of a length that can be read soon, or ""."""
    return safe_text(text) if len(text) <= MARKDOWN_LIMIT else ""


def _latex(text: str) -> str:
    """Mathematics in which nothing looks like a tag; a space after "<" changes no formula."""
    return TAG_IN_LATEX.sub("< ", text) if len(text) <= LATEX_LIMIT and stays_in_line(text) else ""


FORMS = {  # all that may be shown, and what makes each safe
    "text/plain": _plain,
    "text/html": clean,
    MARKDOWN: _markdown,
    "text/latex": _latex,
    "image/png": photo,
    "image/jpeg": photo,
    "image/gif": photo,
}


def _described(metadata: Any) -> dict[str, Any]:
    """A picture's size in pixels and its text alternative, where these are what they should be."""
    metadata = metadata if isinstance(metadata, dict) else {}
    sizes = {key: metadata.get(key) for key in ("width", "height")}
    kept: dict[str, Any] = {
        key: size for key, size in sizes.items() if type(size) in (int, float) and 0 < size < 10_000
    }
    if alt := joined(metadata.get("alt")):
        kept["alt"] = alt[:300]
    return kept
