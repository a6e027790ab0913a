"""The cells of a notebook's file, of whatever version and encoding; what is none is an UnreadableError."""

from __future__ import annotations

import codecs
import contextlib
import json
import warnings
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.selfcheck.language import Text

from . import links, texts
from .bounded import VALUES_LIMIT, TooManyError, read_json
from .repairs import UnreadableError, clean
from .safe import safe_name
from .tree import Item

SIZE_LIMIT = 50 << 20  # bytes of one submitted notebook; as letters these can be eight times as many


def parse(item: Item) -> tuple[list[NotebookNode], list[str]]:
    """The cells of a notebook's file, and a note where some were none; raises UnreadableError."""
    name = safe_name(item.base)
    no_text = Text("{file} is not a text file: it cannot be read as a notebook.", file=name)
    too_many = Text("{file} holds more than {limit:,} values, so it was not read.", file=name, limit=VALUES_LIMIT)
    damaged = Text("{file} is damaged: it is not the JSON text of a notebook, or only a part.", file=name)
    try:
        content = read_json(_data(item, name))
    except UnicodeDecodeError:
        raise UnreadableError(no_text) from None
    except TooManyError:
        raise UnreadableError(too_many) from None
    except (ValueError, RecursionError):
        raise UnreadableError(damaged) from None
    cells = _cells(content)
    if cells is None:
        raise UnreadableError(Text("{file} is not a notebook: it holds no cells that can be read.", file=name))
    texts.insist_on_bounds(cells, name)
    cleaned = [new for cell in cells if (new := clean(cell))]
    lost = len(cells) - len(cleaned)
    return cleaned, [Text("{count} of its cells could not be read and were left out.", count=lost)] if lost else []


def _data(item: Item, name: str) -> bytes:
    """What the file holds, which is not nothing and not too much."""
    try:
        data = _bytes(item, name)
    except OSError:
        raise UnreadableError(Text("{file} cannot be read.", file=name)) from None
    if not data.removeprefix(codecs.BOM_UTF8).strip():
        raise UnreadableError(Text("{file} is empty.", file=name))
    return data


def _bytes(item: Item, name: str) -> bytes:
    path = item.path
    if path is None:
        return item.content
    if was := links.replaced(path):
        raise UnreadableError(Text("In the place of {file} was {was}.", file=name, was=was))
    if path.is_symlink() or not path.is_file():
        no_file = "{file} is not a file of its own (a folder or a link), so it was not read."
        raise UnreadableError(Text(no_file, file=name))
    if path.stat().st_size > SIZE_LIMIT:
        larger = "{file} is larger than {limit} MB, so it was not read."
        raise UnreadableError(Text(larger, file=name, limit=SIZE_LIMIT >> 20))
    return path.read_bytes()


def _cells(content: Any) -> list[Any] | None:
    """The cells of a notebook's JSON content, brought to version 4; None where it is no notebook."""
    if not isinstance(content, dict):
        return None
    cells = content.get("cells")
    if cells is None:
        with contextlib.suppress(Exception), warnings.catch_warnings():  # whatever an old format's reader stumbles on
            warnings.simplefilter("ignore")
            cells = nbformat.convert(nbformat.reader.reads(json.dumps(content)), 4).cells
    return cells if isinstance(cells, list) else None
