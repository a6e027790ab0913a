"""What an exception that stopped a call, or a test, is known by, whatever the code around it looks like."""

from __future__ import annotations

import ast
import builtins
import hashlib
import re

from autograder.sandbox.messages import Reply
from autograder.signature import Kind, Signature, Trace

from .brief import without_digits
from .diagnosis import message

ADDRESS = re.compile(r"\b0x[0-9a-f]+", re.IGNORECASE)  # of an object, another one in every process
OWN = re.compile(r"\b((?:local|free) variable) '\w+'")
CODE = re.compile(r"`([^`]*)`")


def form_of_stop(reply: Reply) -> str:
    """A digest of what an exception says.

    The inputs are the same for all, so a message with numbers, as on shapes that do not fit, tells mistakes apart, and
    so does the name that nothing had set. What has neither, such as "list index out of range", is told by the line that
    raised it, too, in which own names do not count.
    """
    _, exception, said = message(reply)
    said = OWN.sub(r"\1", ADDRESS.sub("0x", said))
    tells = reply.missing or any(letter.isdigit() for letter in said)
    return _form(exception, said, "" if tells else _shape(reply.place))


def signature_of_error(error: str) -> Signature:
    """What an ordinary test that failed is known by; nothing where its error says no more than that it failed.

    error: as a test's record has it. Of its numbers only the first digits count, as rounding changes the others.
    """
    exception, _, said = error.partition(": ")
    if not said.strip() or exception == NotImplementedError.__name__:
        return ()
    return (Trace("", "", Kind.STOPPED, _form(exception, without_digits(OWN.sub(r"\1", ADDRESS.sub("0x", said))))),)


def _form(exception: str, said: str, line: str = "") -> str:
    digest = hashlib.sha256(repr((exception, said, line)).encode(errors="backslashreplace")).hexdigest()[:12]
    known = isinstance(getattr(builtins, exception, None), type)
    return f"{exception if known else 'an exception'}, {digest}"


def _shape(place: str) -> str:
    """The syntax of the first line of code in some words, its names numbered; "" where there is none."""
    found = CODE.search(place)
    code = found[1].strip() if found else ""
    for text in (code, f"{code} pass", f"if 0: pass\n{code} pass"):  # a line may open a block, or go on with one
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        numbers: dict[str, int] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                node.id = f"_{numbers.setdefault(node.id, len(numbers))}"
        return ast.dump(tree)
    return code
