"""The words of a feedback page, in the student's language."""

from __future__ import annotations

from typing import Any

from autograder.selfcheck.language import Language, Text, counted, joined

STATES = {
    "right": Text("right"),
    "partly right": Text("partly right"),
    "wrong": Text("wrong"),
    "not written yet": Text("not written yet"),
    "to be marked by hand": Text("to be marked by hand"),
    "to be looked at again": Text("to be looked at again"),
    "set by hand": Text("set by hand"),
}


def words(language: Language) -> dict[str, Any]:
    """What the template says everything with.

    say: a template in the language, filled. says: one of two, by a number. tell: a text that was made elsewhere. state:
    a state in words. in_a_row: names with commas. lang: the language as HTML names it.
    """

    def say(template: str, **fields: Any) -> str:
        return language.tell(Text(template, **fields))

    def says(one: str, several: str, count: float, **fields: Any) -> str:
        return language.tell(counted(one, several, count, **fields))

    def in_a_row(names: list[str]) -> str:
        return language.tell(joined(names))

    return {
        "say": say,
        "says": says,
        "tell": language.tell,
        "state": lambda name: language.tell(STATES[name]),
        "in_a_row": in_a_row,
        "lang": language.name.replace("_", "-") or "en",
    }
