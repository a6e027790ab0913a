"""Questions on a terminal, one after another: Enter takes what is proposed, what makes no sense is asked again."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

from autograder.errors import UserError
from autograder.terminal import one_line, say

Answer = TypeVar("Answer")


def on_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def answer(given: str | None, question: str, proposed: str, read: Callable[[str], Answer], ask: bool) -> Answer:
    """What somebody chose.

    given: an option of the command line, which is never asked about. read: makes a choice of a text, or raises
    UserError. ask: whether to ask where nothing was given; else what is proposed is taken.
    """
    if given is not None or not ask:
        return read(proposed if given is None else given)
    while True:
        print(one_line(f"{question} [{proposed}]: " if proposed else f"{question}: "), end="", flush=True)
        typed = sys.stdin.readline()
        if not typed:  # Ctrl-D
            raise UserError("no more answers came, and nothing was written")
        try:
            return read(typed.strip() or proposed)
        except UserError as problem:
            say(f"  {problem}")
