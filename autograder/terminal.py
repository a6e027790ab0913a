"""Text on its way to a terminal: students choose names and raise errors, and a terminal obeys what it is sent.

Escape sequences colour, delete and overwrite what stands there, or type for the reader; other characters turn the order
of a line round. What is left are letters of all languages and pictures.
"""

from __future__ import annotations

import logging
import sys
import unicodedata
from typing import TextIO

STEERING = ("Cc", "Cf", "Cs", "Zl", "Zp")  # control, format, half of a pair (a name that is no text), breaks of lines
JOINERS = "\u200c\u200d"  # of letters in Persian, of pictures in a larger one; of no effect otherwise
UNKNOWN = "?"


def one_line(text: str) -> str:
    """The text on one line, a question mark for every character that would do something rather than show."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(UNKNOWN if _steers(letter) else letter for letter in text)


def lines(text: str) -> str:
    """The same for a text of several lines, which stay lines."""
    return "\n".join(map(one_line, text.split("\n")))


def quantity(count: float, noun: str) -> str:
    """A number with its noun, in English: "1 point", "2.5 points"."""
    return f"{count:g} {noun}" if count == 1 else f"{count:g} {noun}s"


def say(text: str, file: TextIO | None = None) -> None:
    """Print some lines at once, safely."""
    print(lines(text), file=file or sys.stdout, flush=True)


def never_fail() -> None:
    """Have what the terminal's encoding lacks be written as `\\xe9`, rather than end the command that writes it."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def keep_safe(log: logging.Logger | logging.LoggerAdapter[logging.Logger]) -> None:
    """Have a log's lines be safe, those of others too that write to it."""
    logger = log.logger if isinstance(log, logging.LoggerAdapter) else log
    logger.addFilter(_FILTER)


class _Safe(logging.Filter):
    """Changes a record's text, before colours are added to it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = lines(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = lines(logging.Formatter().formatException(record.exc_info))
        return True


_FILTER = _Safe()  # one for all: a log takes the same filter once


def _steers(letter: str) -> bool:
    return unicodedata.category(letter) in STEERING and letter not in JOINERS
