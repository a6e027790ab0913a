"""The hidden tests of ordinary test cells: which lines they are, and how they stay out of what students read.

nbgrader removes the lines between two delimiters from the release and puts them back when it grades, so student code
runs in one process with them and can print them. What students read is therefore searched for them. A line is found
whatever its spaces, quotes, colours and line ends; code that spells it in another alphabet can not be found out.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from autograder.assignment import Assignment, Kind

NOTICE = "[not shown: it belongs to a hidden test]"
IN_CODE = "# (hidden tests)"
SHORT = 6  # characters: a shorter line is found only where it stands alone
ESCAPE = re.compile(r"\x1b(?:\[[^@-~]*[@-~]?)?")  # a terminal's colours
NUMBERED = re.compile(r"^\s*(?:-+>\s*)?\d+\s")  # how a traceback begins its lines of code
TAG = re.compile(r"<[^>]*>")
PICTURES = "image/"
DROPPED = {code: None for code in range(128) if not chr(code).isprintable() or chr(code) in " \\'\"`"}


@dataclass(frozen=True)
class Delimiters:
    """What begins and ends a region of hidden tests, nbgrader's own words unless the course has others.

    shown: whether students may see the regions all the same.
    """

    begin: str = "BEGIN HIDDEN TESTS"
    end: str = "END HIDDEN TESTS"
    shown: bool = False

    def hides(self, source: str) -> list[bool]:
        """For each line of a test cell whether it is hidden; the delimiters' own lines are."""
        hidden, inside = [], False
        for line in source.split("\n"):
            begins, ends = self.begin in line, self.end in line
            inside = inside or begins
            hidden.append(inside or ends)
            inside = inside and (begins or not ends)
        return hidden

    def visible(self, source: str) -> str:
        """A test cell's code with a comment in the place of each hidden region.

        >>> print(Delimiters().visible("a = 1\\n### BEGIN HIDDEN TESTS\\nassert a\\n### END HIDDEN TESTS"))
        a = 1
        # (hidden tests)
        """
        lines: list[str] = []
        before = False
        for line, hidden in zip(source.split("\n"), self.hides(source), strict=True):
            if not hidden:
                lines.append(line)
            elif not before:
                lines.append(line[: len(line) - len(line.lstrip())] + IN_CODE)
            before = hidden
        return "\n".join(lines)


class Redactor:
    """Replaces the lines of hidden tests by a notice, wherever they occur.

    tests: the code of the notebook's test cells. others: that of its other cells; a line that stands there, or in the
    visible part of a test, is no secret.
    """

    def __init__(self, delimiters: Delimiters, tests: Iterable[str], others: Iterable[str]) -> None:
        hidden: set[str] = set()
        known = {_key(line) for source in others for line in source.split("\n")}
        for source in () if delimiters.shown else tests:
            lines = [_key(line) for line in source.split("\n")]
            is_hidden = delimiters.hides(source)
            hidden |= {line for line, hides in zip(lines, is_hidden, strict=True) if hides}
            known |= {line for line, hides in zip(lines, is_hidden, strict=True) if not hides}
        secret = {line for line in hidden - known if any(character.isalnum() for character in line)}
        self._long = [line for line in secret if len(line) >= SHORT]
        self._alone = {line for line in secret if 1 < len(line) < SHORT}

    @classmethod
    def of(cls, notebook: NotebookNode, assignment: Assignment, delimiters: Delimiters) -> Redactor:
        """The redactor for a graded notebook of an assignment, which holds its hidden tests."""
        tests: list[str] = []
        others: list[str] = []
        for cell in notebook.cells:
            (tests if assignment.kind_of(cell) is Kind.TEST else others).append(cell.source)
        return cls(delimiters, tests, others)

    def __bool__(self) -> bool:
        return bool(self._long or self._alone)

    def text(self, text: str) -> str:
        """The text with a notice in the place of each line that holds, or is a part of, a hidden one."""
        if not self:
            return text
        plain = ESCAPE.sub("", text)
        lines = plain.split("\n")
        found = self._found(lines)
        if not any(found) and any(self._found(html.unescape(plain).split("\n"))):
            return NOTICE
        if not any(found):
            return text
        kept: list[str] = []
        for line, hides in zip(lines, found, strict=True):
            if not hides or kept[-1:] != [NOTICE]:
                kept.append(NOTICE if hides else line)
        return "\n".join(kept)

    def output(self, output: Mapping[str, Any]) -> dict[str, Any]:
        """A cell's output without hidden lines; pictures are taken as they are."""
        if not self:
            return dict(output)
        return {key: self._forms(value) if key == "data" else self._value(value) for key, value in output.items()}

    def _value(self, value: Any) -> Any:
        """A JSON value with all its texts redacted."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self._value(item) for key, item in value.items()}
        return [self._value(item) for item in value] if isinstance(value, list) else value

    def _forms(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The forms of an output: text line by line, anything else with markup as a whole."""
        forms: dict[str, Any] = {}
        for form, value in data.items():
            if form.startswith(PICTURES) and form != "image/svg+xml":
                forms[form] = value
            elif form == "text/plain" or not isinstance(value, str):
                forms[form] = self._value(value)
            elif self.text(value) == value and self.text(TAG.sub("", value)) == TAG.sub("", value):
                forms[form] = value
            else:
                forms.setdefault("text/plain", NOTICE)
        return forms or {"text/plain": NOTICE}

    def _found(self, lines: list[str]) -> list[bool]:
        """For each line whether a hidden one is in it, or runs through it."""
        keys = [_key(line) for line in lines]
        found = [
            bool(key) and (key in self._alone or _key(NUMBERED.sub("", line)) in self._alone)
            for key, line in zip(keys, lines, strict=True)
        ]
        ends: list[int] = []
        for key in keys:
            ends.append((ends[-1] if ends else 0) + len(key))
        whole = "".join(keys)
        for secret in self._long:
            start = whole.find(secret)
            while start >= 0:
                _mark(found, ends, start, start + len(secret))
                start = whole.find(secret, start + 1)
        return found


def _mark(found: list[bool], ends: list[int], start: int, end: int) -> None:
    """Mark the lines that the characters from `start` to `end` lie in, where line i ends at ends[i]."""
    first = bisect_right(ends, start)
    for line in range(first, len(ends)):
        found[line] = True
        if ends[line] >= end:
            return


def _key(line: str) -> str:
    """What a line is known by: its letters, digits and signs, without spaces, quotes and what cannot be seen."""
    kept = line.translate(DROPPED).lower()
    return kept if kept.isascii() else "".join(c for c in kept if c.isprintable() and not c.isspace())
