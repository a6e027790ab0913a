"""Texts on their way into a CSV file: students choose names, and a spreadsheet runs what begins like a formula.

`=HYPERLINK(...)` sends the table's marks away when somebody clicks on it, `=cmd|...` has started programs. The usual
way to have a text stay one is an apostrophe before it, which spreadsheets do not show.
"""

from __future__ import annotations

import re

from .terminal import one_line

MARK = "\ufeff"  # a byte order mark: without it Excel takes UTF-8 for another encoding
STARTS = "=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20"  # what may begin a formula, wide forms of East Asia too
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?")
PLAIN_ID = re.compile(r"[+@-]?[\w.+@-]*")  # nothing in it could call a function or name a program
FORMULA = re.compile(rf"(?:^|(?<=[;,|]))(?=[\s\"']*[{STARTS}])")  # other languages' spreadsheets part cells at ; or ,


def cell(value: object) -> object:
    """The value of a cell that people read; a text begins with an apostrophe where it would be a formula.

    Numbers, also negative ones and those given as texts, stay numbers.
    """
    if not isinstance(value, str) or NUMBER.fullmatch(value):
        return value
    return one_line(FORMULA.sub("'", value))  # a file is shown in a terminal, too


def identifier(value: object) -> object:
    """The value of a cell by which another system finds its rows: unchanged unless it could do something.

    Logins like `-ada` or `@ada` are no calls and no links, so they stay: with an apostrophe the other system would not
    know whom they name. What begins with `=`, or calls something, is changed all the same, and then not found there.
    """
    return value if isinstance(value, str) and PLAIN_ID.fullmatch(value) else cell(value)
