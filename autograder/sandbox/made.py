"""What a sentence of a student's process is made of, put together again on the grader's side."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter
from typing import Any

from autograder.selfcheck.language import Text

from .messages import SENTENCE

SPEC = re.compile(r"\d?,?(\.\d)?[defg%]?")  # of a number's format
DEEPEST = 6  # texts in one another
MOST = 12  # places of a template


def unpacked(made: Any, depth: int = 0) -> str:
    """The text that `packed` took apart; raises ValueError for anything else.

    It comes from a process that nobody trusts: places are plain names, formats short, and no text is long, so that
    filling it can neither look into anything nor take long.
    """
    if isinstance(made, str) and len(made) <= SENTENCE:
        return made
    if depth > DEEPEST or not isinstance(made, list) or len(made) != 3 or not isinstance(made[2], dict):
        raise ValueError("no text")
    one, several, fields = made
    for each in (one, several):
        if not isinstance(each, str) or len(each) > SENTENCE or not _has_plain_places(each, fields):
            raise ValueError("no template")
    if several and not isinstance(fields.get("count"), int):
        raise ValueError("no count")
    filled = {name: _field(value, depth) for name, value in fields.items()}
    try:
        text = Text(one, several, **filled)
    except (LookupError, TypeError, OverflowError) as problem:
        raise ValueError("no text") from problem
    if len(text) > SENTENCE:
        raise ValueError("too long")
    return text


def _field(value: Any, depth: int) -> str | int | float:
    if isinstance(value, int | float):
        return value
    return unpacked(value, depth + 1)


def _has_plain_places(template: str, fields: Mapping[str, Any]) -> bool:
    places = [place for place in Formatter().parse(template) if place[1] is not None]
    return len(places) <= MOST and all(_is_plain(name or "", spec, how, fields) for _, name, spec, how in places)


def _is_plain(name: str, spec: str | None, conversion: str | None, fields: Mapping[str, Any]) -> bool:
    known = name.isidentifier() and name in fields
    return known and bool(SPEC.fullmatch(spec or "")) and conversion in (None, "r")
