"""What students read of a hidden test that failed: a sentence that the teacher wrote, and nothing that a process says.

The sentence comes from the source of the test cell, by the line that failed. That line is the student's process's word,
so whoever forges it reads another sentence that the teacher wrote for students of the same cell, and never more.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from .hidden import ESCAPE, Delimiters

FRAME = re.compile(r"Cell In ?\[(\d{1,9})\], line (\d{1,9})")  # how a traceback begins what it shows of a cell
MARK = re.compile(r"\s*#+ *MESSAGE: *(.*?)\s*")  # a comment that begins so is for students
ASSERTION = "AssertionError"


@dataclass(frozen=True)
class Failure:
    """Where a test cell failed, by a traceback: the frames that it shows, without colours, and the cell's own lines.

    own: whether the innermost cell that the error came from is the test's, as far as is known.
    """

    frames: tuple[str, ...]
    lines: tuple[int, ...]
    own: bool


def failure(traceback: Sequence[str], count: int | None) -> Failure:
    """Read a traceback, as nbformat has it. count: what the test cell ran as."""
    frames = tuple(ESCAPE.sub("", frame) for frame in traceback[2:-1])  # after its heading, before the error
    places = [place(frame) for frame in frames if place(frame)[0]]
    lines = tuple(line for number, line in places if number == count)
    return Failure(frames, lines, not places or places[-1][0] == count)


def place(frame: str) -> tuple[int, int]:
    """The cell and the line that a part of a traceback is about; zeros where it is about something else."""
    found = FRAME.match(frame)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def is_hidden(source: str, lines: Sequence[int], delimiters: Delimiters) -> bool:
    """Whether one of these lines of a test cell is hidden; with no line known, whether any of the cell is."""
    if delimiters.shown:
        return False
    hidden = delimiters.hides(source)
    return any(hidden[line - 1] for line in lines if 0 < line <= len(hidden)) if lines else any(hidden)


def sentence(source: str, lines: Sequence[int], delimiters: Delimiters) -> str:
    """The comment `### MESSAGE: ...` that stands nearest above a hidden line, in its own region; "" where none does."""
    code, hidden = source.split("\n"), delimiters.hides(source)
    start = lines[-1] if lines and lines[-1] <= len(code) else 0
    for number in range(start - 1, -1, -1):
        if not hidden[number]:
            break
        if found := MARK.fullmatch(code[number]):
            return found[1]
        if delimiters.begin in code[number]:
            break
    return ""


def is_withheld(source: str, where: Failure, error: str, said: str) -> bool:
    """Whether the words of an error stay hidden: an assert's own in the test, unless the source has them as they are.

    What stands there as a plain string was written for a reader; what was put together has values in it.
    """
    return error == ASSERTION and where.own and said not in _literals(source, where.lines)


def for_students(cell: NotebookNode, error: str, delimiters: Delimiters) -> str:
    """The error that a test cell ended in as students may read it; the same where the failing line is visible."""
    errors = [output for output in cell.get("outputs", ()) if output.output_type == "error"]
    if not (error and errors):
        return error
    where = failure(errors[0].traceback, cell.execution_count)
    if not is_hidden(cell.source, where.lines, delimiters):
        return error
    if told := sentence(cell.source, where.lines, delimiters):
        return told
    return errors[0].ename if is_withheld(cell.source, where, errors[0].ename, errors[0].evalue) else error


def _literals(source: str, lines: Sequence[int]) -> set[str]:
    """The plain strings that are messages of the asserts in a line."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError):  # IPython's own commands
        return set()
    asserts = [node for node in nodes if isinstance(node, ast.Assert) and isinstance(node.msg, ast.Constant)]
    there = [each for each in asserts for line in lines[-1:] if each.lineno <= line <= (each.end_lineno or 0)]
    return {each.msg.value for each in there if isinstance(each.msg, ast.Constant) and isinstance(each.msg.value, str)}
