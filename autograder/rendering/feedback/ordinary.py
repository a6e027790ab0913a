"""What a feedback page shows of an ordinary test cell: how it came out, the line that failed where it may be seen,
where in the student's own code that was, and what was printed. Hidden tests stay hidden."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import nbformat
from nbformat import NotebookNode

from autograder.judging.failing import ASSERTION, failure, is_hidden, is_withheld, place, sentence
from autograder.judging.hidden import ESCAPE, Delimiters, Redactor
from autograder.judging.shown import UNFINISHED
from autograder.record import TestRecord
from autograder.selfcheck.language import Stem, Text

FRAMES, LINE = 6, 100  # parts of a traceback that are shown, and characters of a line of code in a sentence


@dataclass(frozen=True)
class Ending:
    """How a test cell came out.

    headline: in a sentence. error, message: the type and the words of what was raised. passed: whether it earned all
    points. line: the line of the test that failed, "" where it is hidden. frames: where the error passed through other
    code, as a terminal shows it. outputs: what else the cell has shown, as nbformat has it.
    """

    headline: str
    error: str = ""
    message: str = ""
    passed: bool = False
    line: str = ""
    frames: tuple[str, ...] = ()
    outputs: tuple[NotebookNode, ...] = field(default=())

    @property
    def said(self) -> str:
        """The error as Python says it."""
        return ": ".join(filter(None, (self.error, self.message)))

    @property
    def told(self) -> str:
        """All of it in one sentence; an error without a message gives way to the line that failed."""
        said = f"`{self.line[:LINE]}`" if self.line and not self.message else self.said
        return Text("{headline}: {said}", headline=Stem(self.headline), said=said) if said else self.headline


def find(
    cell: NotebookNode, record: TestRecord, tests: Collection[int], delimiters: Delimiters, redactor: Redactor
) -> Ending:
    """How a graded notebook's test cell came out.

    tests: the numbers that the notebook's test cells ran as; of these no code is shown but the line that failed.
    """
    shown, errors = _parted(cell, redactor)
    if not errors:
        return Ending(_without_error(record), passed=record.fraction >= 1, outputs=shown)
    where = failure(errors[0].traceback, cell.execution_count)
    others = [frame for frame in where.frames if frame.strip() and place(frame)[0] not in tests]
    through = tuple(redactor.text(frame).strip("\n") for frame in others[-FRAMES:])
    if errors[-1].ename == UNFINISHED:
        return Ending(errors[-1].evalue, frames=through, outputs=shown)
    said = redactor.text(errors[0].ename), redactor.text(errors[0].evalue)
    if is_hidden(cell.source, where.lines, delimiters):
        headline = Text("A hidden test failed.")
        if told := sentence(cell.source, where.lines, delimiters):
            return Ending(headline, message=told, outputs=shown)
        if is_withheld(cell.source, where, errors[0].ename, errors[0].evalue):
            said = said[0], ""
        return Ending(headline, *said, frames=through, outputs=shown)
    headline = Text("A test failed." if errors[0].ename == ASSERTION else "A test ended in an error.")
    return Ending(headline, *said, line=_line(cell.source, where.lines), frames=through, outputs=shown)


def as_it_ran(cell: NotebookNode, redactor: Redactor) -> Ending | None:
    """What a cell of the student's own has shown, and the error that it ended in; None where there was nothing."""
    shown, errors = _parted(cell, redactor)
    if not errors:
        return Ending("", outputs=shown) if shown else None
    if errors[-1].ename == UNFINISHED:
        return Ending(errors[-1].evalue, outputs=shown)
    frames = tuple(redactor.text(ESCAPE.sub("", frame)).strip("\n") for frame in errors[0].traceback[2:-1])
    said = redactor.text(errors[0].ename), redactor.text(errors[0].evalue)
    return Ending(Text("The cell ended in an error."), *said, frames=frames[-FRAMES:], outputs=shown)


def redacted(output: NotebookNode, redactor: Redactor) -> NotebookNode:
    """An output without lines of hidden tests."""
    return nbformat.from_dict(redactor.output(output))


def _parted(cell: NotebookNode, redactor: Redactor) -> tuple[tuple[NotebookNode, ...], list[NotebookNode]]:
    """A cell's outputs that are no errors, redacted, and its errors as they are."""
    others = [output for output in cell.get("outputs", ()) if output.output_type != "error"]
    errors = [output for output in cell.get("outputs", ()) if output.output_type == "error"]
    return tuple(redacted(output, redactor) for output in others), errors


def _without_error(record: TestRecord) -> str:
    if record.fraction >= 1:
        return Text("All tests passed.")
    if record.error:
        return Text("The test wrote a warning, which costs its points.")
    return Text("The test gave a part of its points." if record.fraction > 0 else "The test gave no points.")


def _line(source: str, lines: Sequence[int]) -> str:
    """The last of the lines, as it stands in the test; "" where there is none."""
    code = source.split("\n")
    return code[lines[-1] - 1].strip() if lines and 0 < lines[-1] <= len(code) else ""
